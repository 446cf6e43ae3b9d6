package passport

import (
	"context"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"slices"
	"strings"
	"time"
	"unicode"

	"github.com/ecusson/ecusson/bake"
	"github.com/ecusson/ecusson/internal/award"
	"github.com/ecusson/ecusson/internal/fault"
	"github.com/ecusson/ecusson/internal/id"
	"github.com/ecusson/ecusson/internal/picture"
	"github.com/ecusson/ecusson/jsontree"
	"github.com/ecusson/ecusson/verify"
)

// checkTime is how long all may take that is fetched to verify one badge.
const checkTime = 15 * time.Second

// MaxImport is the most that one badge may weigh, in bytes.
const MaxImport = 8 << 20

// forBadges is what is asked for where a badge should be.
const forBadges = "application/vc, application/vc+jwt, application/ld+json;q=0.9, application/json;q=0.8, image/png;q=0.7, image/svg+xml;q=0.6"

// Bring puts a badge from elsewhere into a passport: its bytes, or those at an
// address. What cannot be read as a badge is refused; one that does not verify is
// kept, with what was found. The same badge twice is the same: it is verified
// anew.
//
// A copy of an award that is in the passport anyway is that award.
func (s *Service) Bring(ctx context.Context, h Holder, data []byte, source string) (Ref, error) {
	if len(data) == 0 && source != "" {
		response, err := s.Fetcher.Fetch(ctx, source, forBadges)
		if err != nil || response.Status != 200 {
			return "", wrong("text", "passport.not-fetched")
		}
		data = response.Body
	}
	switch {
	case len(data) == 0:
		return "", wrong("file", "passport.nothing-given")
	case len(data) > MaxImport:
		return "", wrong("file", "passport.too-large")
	}
	sum := sha256.Sum256(data)
	i := Import{Person: h.Person, Digest: sum[:], Data: data, Source: source, Visible: award.Private}
	name, err := s.check(ctx, h, &i)
	if err != nil {
		return "", err
	}
	if ref, is := s.given(ctx, h, name); is {
		return ref, nil
	}
	if i.ID, err = id.New(s.Now(), s.Random); err != nil {
		return "", err
	}
	err = s.Store.Update(ctx, func(tx Tx) error {
		all, err := tx.PassportImports(ctx, h.Person, maxImports)
		if err != nil {
			return err
		}
		for _, old := range all {
			if string(old.Digest) == string(i.Digest) {
				i.ID, i.Visible = old.ID, old.Visible
				if i.Source == "" {
					i.Source = old.Source
				}
				return tx.ChangePassportImport(ctx, i)
			}
		}
		if len(all) >= maxImports {
			return fault.New(fault.Conflict, "passport.too-many-imports", "Limit", maxImports)
		}
		weight, err := tx.PassportWeight(ctx, h.Person)
		if err != nil {
			return err
		}
		if weight+int64(len(data)) > maxWeight {
			return fault.New(fault.Conflict, "passport.too-much", "Limit", maxWeight>>20)
		}
		return tx.AddPassportImport(ctx, i)
	})
	return i.Ref(), err
}

// given is the award of the person whose badge bears a name, false where there is
// none.
func (s *Service) given(ctx context.Context, h Holder, name string) (Ref, bool) {
	ref := Ref(name[strings.LastIndexByte(name, '/')+1:])
	org, i, ok := ref.Award()
	if !ok {
		return "", false
	}
	a, doc, err := s.Awards.Document(ctx, org, i)
	if err != nil || !s.Awards.Owns(h.recipient(), &a) {
		return "", false
	}
	var signed struct {
		ID string `json:"id"`
	}
	return ref, json.Unmarshal(doc, &signed) == nil && signed.ID == name
}

// CheckAgain verifies a badge that was brought once more.
func (s *Service) CheckAgain(ctx context.Context, h Holder, ref Ref) (Import, error) {
	b, err := s.Badge(ctx, h, ref)
	if err != nil {
		return Import{}, err
	}
	if b.Import == nil {
		return Import{}, fault.ErrNotFound
	}
	i := *b.Import
	if _, err := s.check(ctx, h, &i); err != nil {
		return Import{}, err
	}
	return i, s.Store.Update(ctx, func(tx Tx) error { return tx.ChangePassportImport(ctx, i) })
}

// Remove takes a badge that was brought out of the passport and its collections.
func (s *Service) Remove(ctx context.Context, h Holder, ref Ref) error {
	return s.Store.Update(ctx, func(tx Tx) error {
		found, err := s.theirs(ctx, tx, h, ref)
		if err != nil {
			return err
		}
		all, err := tx.Collections(ctx, h.Person)
		if err != nil {
			return err
		}
		for _, c := range all {
			kept := make([]Ref, 0, len(c.Badges))
			for _, r := range c.Badges {
				if r != ref {
					kept = append(kept, r)
				}
			}
			if len(kept) == len(c.Badges) {
				continue
			}
			if err := tx.SetCollected(ctx, h.Person, c.Number, kept); err != nil {
				return err
			}
		}
		return tx.DropPassportImport(ctx, h.Person, found.ID)
	})
}

// Shown is a badge that was brought, for whoever has its link: NotFound where its
// holder keeps it for themselves. addresses tells a person's proven ones.
func (s *Service) Shown(ctx context.Context, i id.ID, addresses func(context.Context, id.ID) ([]string, error)) (found Import, err error) {
	err = s.Store.View(ctx, func(tx Tx) error {
		found, err = tx.PassportImport(ctx, i)
		return err
	})
	if err == nil && narrower(found.Visible, found.Widest()) == award.Private {
		return Import{}, fault.ErrNotFound
	}
	if err != nil {
		return Import{}, err
	}
	theirs, err := addresses(ctx, found.Person)
	found.claim(theirs)
	return found, err
}

// remembering is a Fetcher that asks for each document once.
type remembering struct {
	next  verify.Fetcher
	known map[string]*verify.Response
}

func (f *remembering) Fetch(ctx context.Context, address, accept string) (*verify.Response, error) {
	key := address + " " + accept
	if r, ok := f.known[key]; ok {
		return r, nil
	}
	r, err := f.next.Fetch(ctx, address, accept)
	if err == nil && len(f.known) < 100 {
		f.known[key] = r
	}
	return r, err
}

// FetchesPlain asks the one behind.
func (f *remembering) FetchesPlain(address string) bool {
	plain, ok := f.next.(verify.PlainFetcher)
	return ok && plain.FetchesPlain(address)
}

// check verifies a badge and notes what was found: who gave it, until when, and
// whether it names an address of the person. It returns the badge's own name.
func (s *Service) check(ctx context.Context, h Holder, i *Import) (string, error) {
	whole := ctx // storing takes its own time
	ctx, cancel := context.WithTimeout(ctx, checkTime)
	defer cancel()
	fetcher := &remembering{next: s.Fetcher, known: map[string]*verify.Response{}}
	now := s.Now()
	report := s.Verifier.Verify(ctx, i.Data, verify.Options{At: now, Fetcher: fetcher})
	if b := report.Badge; b == nil || report.Credential == nil || b.Name == "" && b.IssuerName == "" && b.IssuerID == "" {
		return "", wrong("file", "passport.not-a-badge")
	}
	i.Format, i.Verdict, i.Reason, i.Checked = report.Format, report.Verdict, "", now.UTC()
	if reason := report.Reason(); reason != nil {
		i.Reason = reason.Code
	}
	i.Checks, i.Address, i.Names = bounded(report.Checks), "", clip(named(report.Credential), 254)
	for _, address := range h.Addresses {
		belongs := s.Verifier.Verify(ctx, i.Data, verify.Options{At: now, Fetcher: fetcher, Recipient: address}).Check(verify.CheckRecipient)
		for k := range i.Checks {
			if i.Checks[k].ID == belongs.ID {
				i.Checks[k].Outcome, i.Checks[k].Code = belongs.Outcome, belongs.Code // its detail bears the address
			}
		}
		if belongs.Outcome == verify.Passed {
			i.Address, i.Names = address, address
			break
		}
	}
	i.claim(h.Addresses)
	b := report.Badge
	i.Name, i.About, i.Issuer = clip(b.Name, 200), clip(b.Description, maxText), clip(b.IssuerName, 200)
	if i.Issuer == "" {
		i.Issuer = clip(b.IssuerID, 200)
	}
	i.Issued, i.Until = day(b.Awarded), day(b.Expires)
	image, err := s.image(ctx, whole, fetcher, report, i.Data)
	if err != nil {
		return "", err
	}
	if image != "" {
		i.Image = image
	}
	return b.ID, nil
}

// named is the e-mail address that a credential names its recipient by, "" where
// it has none or a hash.
func named(credential *jsontree.Value) string {
	for _, item := range credential.At("credentialSubject", "identifier").Items() {
		if text := item.Value.Get("identityHash").Str(); !item.Value.Get("hashed").True() && strings.Contains(text, "@") {
			return text
		}
	}
	if r := credential.Get("recipient"); !r.Get("hashed").True() && strings.Contains(r.Get("identity").Str(), "@") {
		return r.Get("identity").Str()
	}
	return ""
}

// maxWarnings is how many warnings of a check are kept.
const maxWarnings = 8

// bounded are checks as they are kept.
func bounded(checks []verify.Check) []verify.Check {
	out := slices.Clone(checks)
	for i := range out {
		out[i].Warnings = slices.Clone(out[i].Warnings[:min(len(out[i].Warnings), maxWarnings)])
		for k := range out[i].Warnings {
			out[i].Warnings[k].Detail = clip(out[i].Warnings[k].Detail, 300)
		}
	}
	return out
}

func day(t *time.Time) time.Time {
	if t == nil {
		return time.Time{}
	}
	return t.UTC()
}

// clip keeps up to n characters of a stranger's text, without signs that turn the
// rest of a line around or that no database takes.
func clip(text string, n int) string {
	text = strings.TrimSpace(strings.Map(func(r rune) rune {
		if unicode.IsControl(r) && r != '\n' || unicode.Is(unicode.Bidi_Control, r) {
			return -1
		}
		return r
	}, strings.ToValidUTF8(text, "")))
	runes := []rune(text)
	if len(runes) > n {
		return string(runes[:n-1]) + "…"
	}
	return text
}

// imageSize is the size of the kept picture, in pixels.
const imageSize = 512

// image keeps the badge's picture, drawn anew: a foreign file is shown to nobody
// as it is. "" where it has none that can be read.
func (s *Service) image(ctx, whole context.Context, fetcher verify.Fetcher, report *verify.Report, data []byte) (string, error) {
	if bake.Sniff(data) != bake.FormatPNG {
		address := imageOf(report.Credential)
		if inline, is := strings.CutPrefix(address, "data:"); is {
			data = inlined(inline)
		} else if strings.HasPrefix(address, "http") {
			answer, err := fetcher.Fetch(ctx, address, "image/png, image/jpeg;q=0.9, image/webp;q=0.8")
			if err != nil || answer.Status != 200 {
				return "", nil //nolint:nilerr // a badge whose picture is away is a badge
			}
			data = answer.Body
		} else {
			return "", nil
		}
	}
	if _, err := picture.CheckRaster(data); err != nil {
		return "", nil //nolint:nilerr // likewise
	}
	drawn, err := picture.Fit(data, imageSize)
	if err != nil {
		return "", nil //nolint:nilerr // likewise
	}
	return s.Keep(whole, drawn)
}

// imageOf is the address of a badge's picture: Open Badges 3.0, then an Open
// Badges 2.0 badge that has its class inside.
func imageOf(credential *jsontree.Value) string {
	for _, image := range []*jsontree.Value{credential.At("credentialSubject", "achievement", "image"), credential.At("badge", "image")} {
		if image.Is(jsontree.Object) {
			image = image.Get("id")
		}
		if text := image.Str(); text != "" {
			return text
		}
	}
	return ""
}

// inlined are the bytes of a data URL behind its scheme; nil where they are not
// in base64.
func inlined(text string) []byte {
	kind, encoded, ok := strings.Cut(text, ",")
	if !ok || !strings.HasSuffix(kind, ";base64") {
		return nil
	}
	data, err := base64.StdEncoding.DecodeString(encoded)
	if err != nil {
		return nil
	}
	return data
}

// wrong is a fault of one field.
func wrong(field, key string) error {
	var form fault.Form
	form.Wrong(field, key)
	return form.Err()
}
