// Package verify answers the question that badges are made for: is this one
// true? It takes the bytes that a person has — a picture, a JSON file, a signed
// token — or a URL, makes every check that the badge calls for, and returns one
// [Report] in which each check is passed, failed, unknown or skipped, with a
// stable code. A failed check is a result, not a Go error.
//
// It fetches nothing by itself: a [Fetcher] does, [Guarded] for the open
// network, [Documents] for a map, [Offline] for none. The time is given. It does
// not store, does not show, and does not decide whom to trust beyond the
// issuer's own documents.
//
// What strangers send is bounded: a credential of 8 MiB in 256 levels, 8
// signatures, 16 status entries, 20 endorsements and theirs, 50 documents fetched
// in all, each of 8 MiB, 3 redirects and 10 seconds. What goes beyond is unknown,
// with a code of its own, or is told by a warning.
//
// Begin with [New] and [Verifier.Verify].
package verify

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/ecusson/ecusson/jsonld"
	"github.com/ecusson/ecusson/jsontree"
	"github.com/ecusson/ecusson/openbadges"
	"github.com/ecusson/ecusson/proof"
	"github.com/ecusson/ecusson/rdf"
)

// Verifier makes reports. It is safe for concurrent use and keeps compiled
// contexts, so make one and share it.
type Verifier struct {
	ld *jsonld.Processor
}

// New returns a Verifier that reads documents with ld, which decides what
// contexts are known; nil is the embedded ones alone.
func New(ld *jsonld.Processor) *Verifier {
	if ld == nil {
		ld = jsonld.New(nil)
	}
	return &Verifier{ld: ld}
}

// Options of one verification. The zero value but At is the strictest.
type Options struct {
	// At is the time for which the question is asked. It must be given.
	At time.Time
	// Recipient is whom the badge should belong to, by an e-mail address, a DID or
	// another identifier; empty is not asked.
	Recipient string
	// Fetcher brings documents; nil reaches nothing.
	Fetcher Fetcher
	// Challenge and Domain are what whoever shows a presentation was asked to sign;
	// empty is not asked. They count for presentations alone.
	Challenge, Domain string
	// InsecureSkipStatus does not ask whether the badge was revoked.
	InsecureSkipStatus bool
}

// maxFetches bounds how many documents one badge, with its endorsements, may
// send the verifier to.
const maxFetches = 50

// Verify reports on the badge in data. The context bounds what is fetched.
func (v *Verifier) Verify(ctx context.Context, data []byte, o Options) *Report {
	r := v.newRun(ctx, o)
	r.verify(data)
	return r.report
}

// VerifyURL fetches a badge by its URL and reports on it.
func (v *Verifier) VerifyURL(ctx context.Context, address string, o Options) *Report {
	r := v.newRun(ctx, o)
	const accept = "application/vc, application/vc+jwt, application/vc+ld+json, application/ld+json, application/json, image/png, image/svg+xml, text/plain"
	response, err := r.fetch(address, accept)
	if u := webAddress(address); u != nil && u.Scheme == "http" && !fetchable(r.o.Fetcher, address) {
		r.plain = true
		response, err = r.document(allowPlain(ctx), address, accept)
	}
	if err != nil {
		code, outcome := CodeUnreachable, Unknown
		if e := (*FetchError)(nil); errors.As(err, &e) && e.Code == FetchBadURL {
			code, outcome = CodeBadURL, Failed
		}
		r.report.set(CheckContainer, outcome, code, err.Error())
		r.report.conclude()
		return r.report
	}
	r.from = response.URL
	r.verify(response.Body)
	return r.report
}

// run is one verification.
type run struct {
	v      *Verifier
	ctx    context.Context
	o      Options
	report *Report
	// from is the address that the bytes came from, "" for a file, and older the
	// signature of a badge of Open Badges 1 or 2.
	from  string
	older *proof.JWS
	// plain tells that the bytes came over http.
	plain bool
	// doc is the credential, token what it was wrapped in if anything.
	doc      *jsontree.Value
	token    *proof.JWT
	detected openbadges.Detected
	// expires and notBefore are those of the token's claims.
	expires, notBefore time.Time
	// depth counts the credentials that this one is inside of, and within is the
	// nearest of those that hold it as their content; an endorsement has none.
	depth  int
	within *run
	// shared is of a badge and all that it contains.
	*shared
}

// shared is what a badge and all that it contains, endorsements included, spend
// together.
type shared struct {
	fetched map[string]fetched
	// contents counts the credentials inside that were looked at.
	contents int
}

type fetched struct {
	response *Response
	err      error
}

func (v *Verifier) newRun(ctx context.Context, o Options) *run {
	if o.Fetcher == nil {
		o.Fetcher = Offline{}
	}
	return &run{v: v, ctx: ctx, o: o, report: newReport(o.At), shared: &shared{fetched: map[string]fetched{}}}
}

// child returns the run for a credential that this one depends on or contains.
func (r *run) child() *run {
	o := r.o
	o.Recipient, o.Challenge, o.Domain = "", "", ""
	return &run{v: r.v, ctx: r.ctx, o: o, report: newReport(r.o.At), depth: r.depth + 1, shared: r.shared}
}

var errTooManyFetches = fmt.Errorf("more than %d documents were asked for", maxFetches)

// fetch brings a document that must be there; each URL is asked for once.
func (r *run) fetch(address, accept string) (*Response, error) {
	if !fetchable(r.o.Fetcher, address) {
		return nil, &FetchError{URL: clip(address), Code: FetchBadURL}
	}
	return r.document(r.ctx, address, accept)
}

func (r *run) document(ctx context.Context, address, accept string) (*Response, error) {
	response, err := r.ask(ctx, address, accept)
	if err == nil && response.Status != http.StatusOK {
		return nil, &FetchError{URL: clip(address), Code: FetchUnreachable, Err: fmt.Errorf("status %d", response.Status)}
	}
	return response, err
}

// ask brings what is at an address, whatever its server says of it.
func (r *run) ask(ctx context.Context, address, accept string) (*Response, error) {
	if known, ok := r.fetched[address]; ok {
		return known.response, known.err
	}
	if len(r.fetched) >= maxFetches {
		return nil, &FetchError{URL: clip(address), Code: FetchRefused, Err: errTooManyFetches}
	}
	var f fetched
	f.response, f.err = r.o.Fetcher.Fetch(ctx, address, accept)
	r.fetched[address] = f
	return f.response, f.err
}

// verify makes all checks in their order (Open Badges 3.0 §9).
func (r *run) verify(data []byte) {
	defer func() { r.report.conclude() }()
	if r.o.At.IsZero() {
		r.report.set(CheckContainer, Unknown, CodeNoTime, "no time was given for which to verify")
		return
	}
	r.checkSigned(data)
	if r.plain && r.detected.Kind != openbadges.KindOpenBadge2 {
		r.report.set(CheckContainer, Failed, CodeBadURL, "only badges of Open Badges 1 and 2 are fetched over http")
	}
	if r.doc == nil {
		return
	}
	if r.detected.Kind == openbadges.KindOpenBadge2 {
		r.verifyOlder(r.from, r.older)
		return
	}
	r.describe()
	if r.report.Check(CheckContainer).Outcome != Passed {
		return
	}
	if r.proven() && r.checkRefresh() {
		return
	}
	// What a forged badge points to is not asked for.
	if r.report.Check(CheckProof).Outcome != Failed && r.report.Check(CheckIssuer).Outcome != Failed {
		r.checkStatus()
	}
	if !r.presents() { // which has neither dates nor somebody it was given to
		r.checkValidity()
		r.checkRecipient()
	} else if r.o.Recipient != "" {
		r.report.set(CheckRecipient, Unknown, CodeRecipientUnknown, "a presentation names nobody; verify the credentials in it one by one")
	}
	r.checkContents()
	r.checkEndorsements()
}

// proven tells whether the credential is one that its issuer has signed as it
// stands. Only such a one is exchanged for a newer form: a forged badge could
// point to a service that answers with a good one.
func (r *run) proven() bool {
	for _, id := range []string{CheckContainer, CheckContext, CheckJSONLD, CheckDataModel, CheckProof, CheckIssuer} {
		if r.report.Check(id).Outcome != Passed {
			return false
		}
	}
	return true
}

// checkSigned makes the checks up to the signature and its key, which every
// kind of credential has to pass.
func (r *run) checkSigned(data []byte) {
	c, ok := r.unwrap(data)
	if !ok || !r.parse(c) {
		return
	}
	if r.detected.Kind == openbadges.KindOpenBadge2 || !r.checkModel() {
		return
	}
	r.checkSchema()
	if r.presents() {
		r.checkPresenter()
		return
	}
	r.checkProofs()
}

// parse reads the credential that the container held.
func (r *run) parse(c content) bool {
	if !c.jwt {
		tree, err := jsontree.Parse(c.raw, treeLimits)
		if err != nil {
			r.report.set(CheckContainer, Failed, CodeMalformedJSON, err.Error())
			return false
		}
		if !tree.Is(jsontree.Object) {
			r.report.set(CheckContainer, Failed, CodeNoCredential, "the JSON is a "+tree.Kind.String()+", not a credential")
			return false
		}
		r.doc = &tree
		r.detect()
		if r.detected.Kind == openbadges.KindEnvelopedCredential {
			if token, ok := enveloped(r.doc); ok && isCompactJWS(token) {
				r.doc, r.detected = nil, openbadges.Detected{}
				return r.parse(content{format: "jwt", raw: token, jwt: true})
			}
		}
	} else {
		token, err := proof.ParseJWT(string(c.raw))
		if err != nil {
			if badge, jws, ok := olderBadge(c.raw); ok {
				r.doc, r.older = badge, jws
				r.detect()
				return true
			}
			// The header is part of what was signed: a token that cannot be read is a
			// signature that does not hold.
			r.report.set(CheckProof, Failed, string(proof.CodeOf(err)), err.Error())
			return false
		}
		r.token, r.doc = token, &token.Credential
		r.notBefore, _ = numericDate(token.Payload.Get("nbf"))
		if token.Payload.Get("exp") != nil {
			until, _, err := token.ValidUntil()
			if err != nil {
				r.report.set(CheckProof, Failed, string(proof.CodeOf(err)), err.Error())
				return false
			}
			r.expires = until
		}
	}
	r.report.Credential = r.doc
	return true
}

func numericDate(v *jsontree.Value) (time.Time, bool) {
	if !v.Is(jsontree.Number) {
		return time.Time{}, false
	}
	var seconds float64
	if _, err := fmt.Sscan(v.Text, &seconds); err != nil || seconds < -62135596800 || seconds > 253402300799 {
		return time.Time{}, false
	}
	return time.Unix(int64(seconds), 0).UTC(), true
}

func (r *run) detect() {
	r.detected = openbadges.Detect(r.doc)
	r.report.Version = versionName(r.detected)
}

// checkModel answers the context, JSON-LD and data-model checks; false ends the
// verification.
func (r *run) checkModel() bool {
	r.detect()
	if r.detected.Kind == openbadges.KindUnknown && r.doc.Get("@context") == nil && r.doc.Get("type") == nil {
		r.report.set(CheckContainer, Failed, CodeNoCredential, "the JSON has neither a @context nor a type: it is no credential")
		return false
	}
	if !verified(r.detected.Kind) {
		r.unsupported(kindName(r.detected))
		return false
	}
	r.checkDataModel()
	return r.checkJSONLD()
}

// aboutContext tells whether a problem of the data model is told by the check of
// the context: what stands in @context, and the type of the whole.
func aboutContext(p *openbadges.Problem) bool {
	return p.Pointer == "/@context" || strings.HasPrefix(p.Pointer, "/@context/") || p.Pointer == "/type"
}

// verified tells whether documents of a kind are verified here. The others are
// told by their name: nothing is established about them, good or bad. An unknown
// kind goes on, so that the report says what it lacks.
func verified(kind openbadges.Kind) bool {
	switch kind {
	case openbadges.KindAchievementCredential, openbadges.KindEndorsementCredential, openbadges.KindVerifiableCredential,
		openbadges.KindStatusListCredential, openbadges.KindClrCredential, openbadges.KindPresentation, openbadges.KindUnknown:
		return true
	}
	return false
}

func (r *run) unsupported(what string) {
	r.report.set(CheckContainer, Unknown, CodeUnsupported, "this is "+what+", which is not verified here yet")
}

func (r *run) checkDataModel() {
	r.report.set(CheckContext, Passed, CodeOK, versionName(r.detected))
	r.report.set(CheckDataModel, Passed, CodeOK, "all that must be there is there")
	problems := openbadges.Validate(r.doc, openbadges.ValidateOptions{})
	for i := range problems {
		p := &problems[i]
		id := CheckDataModel
		if aboutContext(p) {
			id = CheckContext
		}
		detail := fmt.Sprintf("%s: %s", orRoot(p.Pointer), p.Detail)
		switch c := r.report.Check(id); {
		case p.Severity == openbadges.Warning:
			r.report.warn(id, p.Code, detail)
		case c.Outcome == Failed:
			c.Detail = shorten(c.Detail + "; " + detail)
		default:
			r.report.set(id, Failed, p.Code, detail)
		}
	}
}

func orRoot(pointer string) string {
	if pointer == "" {
		return "the document"
	}
	return pointer
}

// contextUnknown is JSON-LD 1.1's code for a context that is not to be had.
const contextUnknown = "loading remote context failed"

// unanswered tells of an error that says nothing about the document: it names a
// context that is not known here, which may be a good one, or it goes beyond
// what is computed for anybody.
func unanswered(err error) bool {
	var ld *jsonld.Error
	if errors.As(err, &ld) && (ld.Code == contextUnknown || ld.Code == jsonld.CodeLimit) {
		return true
	}
	return errors.Is(err, rdf.ErrTooComplex)
}

// ldLimits and treeLimits bound a credential: a badge with its endorsements has
// some hundred values, a whole learner's record some thousand.
var (
	ldLimits   = jsonld.Limits{Values: 50_000, Quads: 50_000}
	treeLimits = jsontree.Limits{Values: 200_000}
)

// checkJSONLD reads the document as a signature over it does, without its
// proofs: each proof is read with its own signature, and one of a kind that no
// context defines does not hinder another.
func (r *run) checkJSONLD() bool {
	bare := r.doc.Without("proof")
	quads, err := r.v.ld.ToRDF(&bare, jsonld.Options{Safe: true, RDFDirection: jsonld.I18NDatatype, Limits: ldLimits})
	if err == nil {
		if name := respelled(&bare, quads); name != "" {
			r.report.set(CheckJSONLD, Failed, CodeRespelled, respelledDetail(name))
			return true
		}
		r.report.set(CheckJSONLD, Passed, CodeOK, "every term is defined")
		return true
	}
	var e *jsonld.Error
	if !errors.As(err, &e) {
		r.report.set(CheckJSONLD, Failed, CodeJSONLD, err.Error())
		return false
	}
	outcome := Failed
	if unanswered(err) {
		outcome = Unknown
	}
	r.report.set(CheckJSONLD, outcome, strings.ToLower(strings.ReplaceAll(e.Code, " ", "-")), ldDetail(e))
	// What is over a bound here would only meet the next one.
	return e.Code != jsonld.CodeLimit
}

// officialSchemas are those whose content the data model's check stands for.
const officialSchemas = "https://purl.imsglobal.org/spec/"

func (r *run) checkSchema() {
	schemas := r.doc.Get("credentialSchema").Items()
	if len(schemas) == 0 {
		r.report.set(CheckSchema, Skipped, CodeNoSchema, "the badge names no schema")
		return
	}
	known := true
	for _, s := range schemas {
		id := idOf(&s.Value)
		if !strings.HasPrefix(id, officialSchemas) {
			known = false
			r.report.warn(CheckSchema, CodeSchemaUnchecked, "the schema "+clip(id)+" is not known here")
		}
	}
	switch {
	case !known:
		r.report.set(CheckSchema, Skipped, CodeSchemaUnchecked, "a schema that the badge names is not known here")
	case r.report.Check(CheckDataModel).Outcome == Passed:
		r.report.set(CheckSchema, Passed, CodeOK, "checked with the data model")
	default:
		r.report.set(CheckSchema, Skipped, CodeNotAsked, "the data model tells what is wrong")
	}
}

// issuerID is whose signature the document should bear: the issuer's, or of a
// presentation the holder's.
func (r *run) issuerID() string {
	if r.presents() {
		return idOf(r.doc.Get("holder"))
	}
	return idOf(r.doc.Get("issuer"))
}

func (r *run) checkRecipient() {
	if r.o.Recipient == "" {
		return
	}
	subject, err := openbadges.Read[openbadges.AchievementSubject](firstItem(r.doc.Get("credentialSubject")))
	if err != nil {
		r.report.set(CheckRecipient, Unknown, CodeRecipientUnknown, "the badge's recipient cannot be read: "+err.Error())
		return
	}
	switch subject.MatchRecipient(r.o.Recipient, "") {
	case openbadges.Matched:
		r.report.set(CheckRecipient, Passed, CodeOK, "the badge names "+clip(r.o.Recipient))
	case openbadges.NotMatched:
		r.report.set(CheckRecipient, Failed, CodeNotRecipient, "the badge does not name "+clip(r.o.Recipient))
	default:
		r.report.set(CheckRecipient, Unknown, CodeRecipientUnknown, "the badge names nobody in a way that can be compared with "+clip(r.o.Recipient))
	}
}

func firstItem(v *jsontree.Value) *jsontree.Value {
	items := v.Items()
	if len(items) == 0 {
		return &jsontree.Value{}
	}
	return &items[0].Value
}

// refreshType is the service by which an issuer hands out a badge's current form.
const refreshType = "1EdTechCredentialRefresh"

// checkRefresh asks once for a newer form of the credential. Where there is one
// the whole report becomes its, and true is returned; where the service fails
// or answers with another badge, the original is gone on with.
func (r *run) checkRefresh() bool {
	var address string
	for _, s := range r.doc.Get("refreshService").Items() {
		if s.Value.Get("type").HasString(refreshType) {
			address = s.Value.Get("id").Str()
		}
	}
	if address == "" {
		r.report.set(CheckRefresh, Skipped, CodeNoRefresh, "the badge names no refresh service")
		return false
	}
	if r.depth > 0 {
		return false
	}
	failed := func(code, detail string) bool {
		r.report.set(CheckRefresh, Skipped, code, detail)
		r.report.warn(CheckRefresh, code, detail)
		return false
	}
	response, err := r.fetch(address, "application/vc, application/vc+jwt, application/vc+ld+json, application/json, text/plain")
	if err != nil {
		return failed(WarnRefreshUnreachable, err.Error())
	}
	newer := r.child()
	newer.o.Recipient = r.o.Recipient
	newer.verify(response.Body)
	if newer.doc == nil {
		return failed(WarnRefreshMalformed, "what stands at "+clip(address)+" is no credential")
	}
	if !sameID(newer.issuerID(), r.issuerID()) || !sameID(newer.doc.Get("id").Str(), r.doc.Get("id").Str()) {
		return failed(WarnRefreshOther, "what stands at "+clip(address)+" is another badge")
	}
	if !newer.proven() {
		return failed(WarnRefreshUnverified, "the badge at "+clip(address)+" does not verify")
	}
	newer.report.set(CheckRefresh, Passed, CodeRefreshed, "this is the badge's current form, from "+clip(address))
	*r.report = *newer.report
	r.doc = newer.doc
	return true
}

// sameID compares identifiers as Open Badges 3.0 does: without white space
// around and percent-encoding.
func sameID(a, b string) bool {
	plain := func(s string) string {
		s = strings.TrimSpace(s)
		if u, err := url.PathUnescape(s); err == nil {
			return u
		}
		return s
	}
	return plain(a) == plain(b)
}
