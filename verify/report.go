package verify

import (
	"strings"
	"time"

	"github.com/ecusson/ecusson/jsontree"
)

// Outcome is how one check ended.
type Outcome string

// The outcomes. The zero Outcome is none of them: nothing passes by default.
const (
	Passed  Outcome = "passed"
	Failed  Outcome = "failed"
	Unknown Outcome = "unknown" // the question was asked and could not be answered
	Skipped Outcome = "skipped" // the question was not asked, or does not arise
)

// Verdict is what the checks come to.
type Verdict string

// The verdicts.
const (
	Valid        Verdict = "valid"
	Invalid      Verdict = "invalid"
	Undetermined Verdict = "unknown"
)

// The checks, in the order in which a Report has them.
const (
	CheckContainer   = "container"    // the bytes hold one credential
	CheckContext     = "context"      // @context and type are those of the version
	CheckJSONLD      = "json-ld"      // every term is defined: nothing is lost to the signature
	CheckDataModel   = "data-model"   // required members are there and of the right form
	CheckSchema      = "schema"       // credentialSchema, as far as it is known
	CheckProof       = "proof"        // a signature is there and covers the document
	CheckIssuer      = "issuer"       // the signing key is the issuer's
	CheckRefresh     = "refresh"      // a newer version of the credential was looked for
	CheckStatus      = "status"       // neither revoked nor suspended
	CheckValidity    = "validity"     // valid at the time asked for
	CheckRecipient   = "recipient"    // belongs to the person asked for
	CheckContents    = "contents"     // each credential inside a learner's record
	CheckEndorsement = "endorsements" // each endorsement, told beside the badge
)

var checkOrder = []string{
	CheckContainer, CheckContext, CheckJSONLD, CheckDataModel, CheckSchema, CheckProof, CheckIssuer,
	CheckRefresh, CheckStatus, CheckValidity, CheckRecipient, CheckContents, CheckEndorsement,
}

// Check is the answer to one question.
type Check struct {
	ID      string  `json:"id"`
	Outcome Outcome `json:"outcome"`
	// Code is stable and says why: one of the Code constants, or, as said there,
	// a code of the package that was asked.
	Code string `json:"code"`
	// Warnings do not change the outcome.
	Warnings []Warning `json:"warnings"`
	// Detail is for people who look closer: where and what, in English.
	Detail string `json:"detail"`
}

// Warning is something that is worth saying and decides nothing.
type Warning struct {
	// Code is one of the Warn constants, or one that would have decided.
	Code   string `json:"code"`
	Detail string `json:"detail"`
}

// Report is all that was established about one badge.
type Report struct {
	Verdict Verdict   `json:"verdict"`
	At      time.Time `json:"at"`
	Checks  []Check   `json:"checks"`
	// Format is the wrapping that the credential was found in: json, jwt, png, svg.
	Format string `json:"format,omitempty"`
	// Version names the standard: "Open Badges 3.0".
	Version string `json:"version,omitempty"`
	// Badge is what a reader wants to see of a credential that parsed.
	Badge *Badge `json:"badge,omitempty"`
	// Contains are the reports of the credentials that this one holds: those of a
	// learner's record, in their order.
	Contains []Inner `json:"contains,omitempty"`
	// Endorsements are the reports of the endorsements in the badge.
	Endorsements []Endorsement `json:"endorsements,omitempty"`
	// Credential is the document that the checks speak of; after a refresh it is
	// the newer one. It is nil where there was none.
	Credential *jsontree.Value `json:"-"`
	// Raw is the credential as it was signed: JSON bytes or a compact JWS.
	Raw []byte `json:"-"`
}

// Badge names what the credential says of itself. None of it is established
// unless the verdict says so.
type Badge struct {
	ID          string     `json:"id,omitempty"`
	Name        string     `json:"name,omitempty"`
	Description string     `json:"description,omitempty"`
	IssuerID    string     `json:"issuerId,omitempty"`
	IssuerName  string     `json:"issuerName,omitempty"`
	Recipient   string     `json:"recipient,omitempty"`
	Awarded     *time.Time `json:"awarded,omitempty"`
	Expires     *time.Time `json:"expires,omitempty"`
}

// Inner is the report of one credential inside another, and where it stands.
type Inner struct {
	Pointer string `json:"pointer"`
	Report  Report `json:"report"`
}

// Endorsement is the report of one endorsement and where in the badge it stands.
type Endorsement struct {
	Pointer string `json:"pointer"`
	// About tells whether the endorsement speaks of this badge, its achievement
	// or its issuer, and not of something else.
	About  bool   `json:"about"`
	Report Report `json:"report"`
}

// Check returns the check with that ID; every Report has each check once.
func (r *Report) Check(id string) *Check {
	for i := range r.Checks {
		if r.Checks[i].ID == id {
			return &r.Checks[i]
		}
	}
	return nil
}

// Reason returns the check that decides the verdict: the first that failed, else
// the first that is unknown, else nil.
func (r *Report) Reason() *Check {
	for _, outcome := range []Outcome{Failed, Unknown} {
		for i := range r.Checks {
			if r.Checks[i].Outcome == outcome {
				return &r.Checks[i]
			}
		}
	}
	return nil
}

func newReport(at time.Time) *Report {
	r := &Report{At: at, Checks: make([]Check, len(checkOrder))}
	for i, id := range checkOrder {
		r.Checks[i] = Check{ID: id, Outcome: Skipped, Code: CodeNotAsked, Warnings: []Warning{}}
	}
	return r
}

// maxDetail bounds a detail in bytes: it quotes what strangers wrote.
const maxDetail = 1000

func shorten(detail string) string {
	if len(detail) <= maxDetail {
		return detail
	}
	return strings.ToValidUTF8(detail[:maxDetail], "") + "…"
}

// set answers a check; its warnings stay.
func (r *Report) set(id string, outcome Outcome, code, detail string) {
	c := r.Check(id)
	c.Outcome, c.Code, c.Detail = outcome, code, shorten(detail)
}

func (r *Report) warn(id, code, detail string) {
	c, detail := r.Check(id), shorten(detail)
	for _, w := range c.Warnings {
		if w.Code == code && w.Detail == detail {
			return
		}
	}
	c.Warnings = append(c.Warnings, Warning{Code: code, Detail: detail})
}

// conclude derives the verdict from the checks. An endorsement that fails is
// told beside the badge and does not make the badge invalid.
func (r *Report) conclude() {
	r.Verdict = Valid
	for i := range r.Checks {
		switch c := &r.Checks[i]; {
		case c.ID == CheckEndorsement:
		case c.Outcome == Failed:
			r.Verdict = Invalid
			return
		case c.Outcome == Unknown:
			r.Verdict = Undetermined
		}
	}
	// A report in which the signature was not looked at establishes nothing.
	// Of a presentation that nobody signed the credentials in it establish what
	// there is.
	if c := r.Check(CheckProof); c.Code == CodeUnsignedShown && r.Check(CheckContents).Outcome == Passed && len(r.Contains) > 0 {
		return
	}
	if r.Verdict == Valid && (r.Check(CheckProof).Outcome != Passed || r.Check(CheckIssuer).Outcome != Passed) {
		r.Verdict = Undetermined
	}
}
