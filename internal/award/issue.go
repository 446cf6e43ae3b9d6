package award

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/binary"
	"fmt"
	"io"
	"runtime"
	"slices"
	"sync"
	"time"

	"github.com/ecusson/ecusson/did"
	"github.com/ecusson/ecusson/internal/achievement"
	"github.com/ecusson/ecusson/internal/credential"
	"github.com/ecusson/ecusson/internal/fault"
	"github.com/ecusson/ecusson/internal/id"
	"github.com/ecusson/ecusson/internal/job"
	"github.com/ecusson/ecusson/internal/organization"
	"github.com/ecusson/ecusson/jsontree"
	ob "github.com/ecusson/ecusson/openbadges"
	"github.com/ecusson/ecusson/proof"
)

// Request is somebody to be given a badge.
type Request struct {
	Achievement id.Number
	Version     int
	Lang        string // of the badge's words, and of the mail
	Address     string // as package account normalises it
	Name        string
	Text        string // Markdown: what the person did
	Links       []string
	Note        string    // Markdown: about the evidence
	Awarded     time.Time // zero is now
	Until       time.Time // zero goes by the badge's validity
	Silent      bool      // no mail
	Replaces    id.ID     // the award whose place this one takes
}

// MailBadge is the kind of the mail that brings an award.
const MailBadge = "badge"

// saltSize is the length of the salt of a hashed address in bytes.
const saltSize = 10

// Give gives badges to a few people, at once: each is signed, looked at by the
// general path, and stored with its mail, or nothing is. At most 100.
func (s *Service) Give(ctx context.Context, actor organization.Actor, requests []Request) ([]Award, error) {
	if err := may(actor, organization.Issuer); err != nil {
		return nil, err
	}
	if len(requests) == 0 || len(requests) > 100 {
		return nil, fault.New(fault.Invalid, "award.few", "Limit", 100)
	}
	p, err := s.prepare(ctx, actor.Org, 0, requests, len(requests))
	if err != nil {
		return nil, err
	}
	err = s.Store.Update(ctx, func(tx Tx) error { return p.store(ctx, tx) })
	if err != nil {
		return nil, err
	}
	return p.awards, nil
}

// prepared are awards that are signed and not stored.
type prepared struct {
	awards []Award
	mails  []job.Mail
	counts []Count
	given  map[id.Number]int // by achievement
	org    id.Number
}

// store puts prepared awards and their mails into the database.
func (p *prepared) store(ctx context.Context, tx Tx) error {
	if err := tx.AddAwards(ctx, p.awards); err != nil {
		return err
	}
	if err := tx.Post(ctx, p.mails...); err != nil {
		return err
	}
	for achievement, n := range p.given {
		if err := tx.CountAwarded(ctx, p.org, achievement, n); err != nil {
			return err
		}
	}
	return tx.Tally(ctx, p.counts)
}

// spot is a place of a status list.
type spot struct{ list, place int }

// prepare signs awards. It takes their places in status lists, which are lost if
// the awards are never stored: a place is never given out twice. check is how
// many of them are looked at by the general path.
func (s *Service) prepare(ctx context.Context, org, batch id.Number, requests []Request, check int) (*prepared, error) {
	s.init()
	by, err := s.signing(ctx, org)
	if err != nil {
		return nil, err
	}
	if by.org.Status != organization.Active {
		return nil, fault.New(fault.Forbidden, "award.paused", "Organization", by.org.Name)
	}
	spots, err := s.takePlaces(ctx, by, len(requests))
	if err != nil {
		return nil, err
	}
	now := s.Now()
	p := &prepared{awards: make([]Award, len(requests)), given: map[id.Number]int{}, org: org}
	makers := make([]*maker, len(requests))
	values := make([]credential.Award, len(requests))
	random := make([]byte, len(requests)*saltSize)
	if _, err := io.ReadFull(s.Random, random); err != nil {
		return nil, fmt.Errorf("award: %w", err)
	}
	versions := map[versionKey]*achievement.Version{}
	for i := range requests {
		r := &requests[i]
		key := versionKey{r.Achievement, r.Version}
		if versions[key] == nil {
			if versions[key], err = s.Badges.Version(ctx, org, r.Achievement, r.Version); err != nil {
				return nil, err
			}
		}
		d := draft{by, r, versions[key], spots[i], batch, now, random[i*saltSize : (i+1)*saltSize]}
		if err := s.draft(ctx, &p.awards[i], &values[i], &makers[i], d); err != nil {
			return nil, err
		}
	}
	if err := signAll(p.awards, values, makers, now, check); err != nil {
		return nil, err
	}
	return p, s.count(p, requests, batch, now)
}

type versionKey struct {
	achievement id.Number
	version     int
}

type draft struct {
	by      signing
	request *Request
	version *achievement.Version
	spot    spot
	batch   id.Number
	now     time.Time
	salt    []byte
}

// draft fills an award and its credential's values, all but the signature.
func (s *Service) draft(ctx context.Context, a *Award, c *credential.Award, m **maker, d draft) error {
	r, org := d.request, d.by.org.Number
	i, err := id.New(d.now, s.Random)
	if err != nil {
		return err
	}
	awarded := r.Awarded
	if awarded.IsZero() {
		awarded = d.now
	}
	from := d.now
	if awarded.After(from) {
		from = awarded // it begins to hold on its day
	}
	base := s.Base.String()
	*c = credential.Award{
		ID: base + "/b/" + id.Public(org, i), Awarded: awarded, From: from, Address: r.Address,
		Salt: base64.RawURLEncoding.EncodeToString(d.salt), Text: r.Text, Links: r.Links, Note: r.Note, Index: d.spot.place,
		Revoked: s.listURL(base, org, d.spot.list, Revocation), Suspends: s.listURL(base, org, d.spot.list, Suspension),
	}
	if !d.by.org.HideNames {
		c.Name = r.Name
	}
	c.Until = r.Until
	if c.Until.IsZero() {
		c.Until = d.version.Content.Validity.End(awarded, s.Zone)
	}
	if !c.Until.IsZero() && !c.Until.After(d.now) {
		return fault.New(fault.Invalid, "award.over", "Name", r.Name, "Address", r.Address)
	}
	*m, err = s.maker(ctx, d.by, d.version, r.Lang, d.spot.list, c)
	if err != nil {
		return err
	}
	*a = Award{
		Org: org, ID: i, Achievement: r.Achievement, Frame: (*m).frame.number, Batch: d.batch, List: d.spot.list, Place: d.spot.place,
		Issued: awarded, Until: c.Until, Mailbox: s.Mailbox(r.Address), Address: r.Address, Name: r.Name,
	}
	if !r.Silent {
		a.Mail = Queued
	}
	return nil
}

// count makes the mails and figures of prepared awards.
func (s *Service) count(p *prepared, requests []Request, batch id.Number, now time.Time) error {
	for i := range p.awards {
		a := &p.awards[i]
		p.given[a.Achievement]++
		if a.Mail != Queued {
			continue
		}
		m, err := id.New(now, s.Random)
		if err != nil {
			return err
		}
		p.mails = append(p.mails, job.Mail{ID: m, Kind: MailBadge, Org: a.Org, Award: a.ID, Address: a.Address, Lang: requests[i].Lang, At: now})
	}
	for achievement, n := range p.given {
		p.counts = append(p.counts, countsOf(p.org, achievement, batch, now, Given, n)...)
	}
	return nil
}

// signAll signs on all processors. What is looked at by the general path is the
// first, the last, and others drawn at random.
func signAll(awards []Award, values []credential.Award, makers []*maker, now time.Time, check int) error {
	n := len(awards)
	looked := map[int]bool{0: true, n - 1: true}
	for len(looked) < min(check, n) {
		var b [4]byte
		_, _ = rand.Read(b[:]) // never fails
		looked[int(binary.BigEndian.Uint32(b[:])%uint32(n))] = true
	}
	workers := min(runtime.GOMAXPROCS(0), n)
	errs := make([]error, workers)
	var wait sync.WaitGroup
	for w := range workers {
		wait.Go(func() {
			var b buffers
			for i := w; i < n && errs[w] == nil; i += workers {
				errs[w] = makers[i].sign(&awards[i], &values[i], now, &b, looked[i])
			}
		})
	}
	wait.Wait()
	for _, err := range errs {
		if err != nil {
			return err
		}
	}
	return nil
}

// maker signs the awards of one template.
type maker struct {
	template *proof.Template
	frame    *frame
}

type buffers struct {
	values []string
	signed []byte
	packed []byte
}

// sign signs one award and packs it.
func (m *maker) sign(a *Award, c *credential.Award, now time.Time, b *buffers, look bool) error {
	b.values = credential.AppendValues(b.values[:0], c)
	if look {
		if err := m.template.Check(b.values, now); err != nil {
			return fmt.Errorf("award: what would be signed does not verify: %w", err)
		}
	}
	var err error
	if b.signed, err = m.template.Issue(b.signed[:0], b.values, now); err != nil {
		return fmt.Errorf("award: sign: %w", err)
	}
	b.values = append(b.values, string(ob.DateTimeOf(now)), proofValue(b.signed))
	b.packed = m.frame.pack(b.packed[:0], self{a.Org, a.ID, a.Name}, b.values, b.signed)
	a.Document = slices.Clone(b.packed)
	return nil
}

// proofValue is the signature of a document that the template wrote: its last
// text.
func proofValue(signed []byte) string {
	end := len(signed)
	for end > 0 && signed[end-1] != '"' {
		end--
	}
	begin := end - 1
	for begin > 0 && signed[begin-1] != '"' {
		begin--
	}
	if begin <= 0 {
		return ""
	}
	return string(signed[begin : end-1])
}

// templateKey is what the awards of one template have in common.
type templateKey struct {
	org, achievement id.Number
	version          int
	lang             string
	key              id.Number
	profile          [sha256.Size]byte // of the issuer, who may be renamed
	list             int
	shape            credential.Shape
}

// maker returns the maker for an award, made and proven at the first of its kind.
func (s *Service) maker(ctx context.Context, by signing, v *achievement.Version, lang string, list int, sample *credential.Award) (*maker, error) {
	profile := s.Issuers.Issuer(by.org).Profile()
	key := templateKey{
		org: by.org.Number, achievement: v.Achievement, version: v.Version, lang: lang, key: by.key.Number,
		profile: sha256.Sum256(profile.AppendJSON(nil)), list: list, shape: credential.ShapeOf(sample),
	}
	if m, known := s.templates.get(key); known {
		return m, nil
	}
	recognised, level := s.Badges.Badge(v, by.org, s.Base.String(), lang).Achievement(s.Say)
	doc := credential.Document(sample, profile, recognised.Tree(), level)
	if problems := ob.Validate(&doc, ob.ValidateOptions{Issuing: true}); ob.HasErrors(problems) {
		return nil, &fault.Error{Kind: fault.Invalid, Key: "award.not-valid", Facts: fault.Facts{"Badge": v.Content.In(lang).Name, "Detail": problems[0].String()}}
	}
	slots := credential.Slots(key.shape)
	signer := proof.Signer{Key: by.signer, VerificationMethod: s.Issuers.KeyID(s.Base, by.org.Slug, by.key)}
	template, err := proof.Compile(s.LD, &signer, &doc, slots, proof.CompileOptions{Array: true})
	if err != nil {
		return nil, &fault.Error{Kind: fault.Invalid, Key: "award.not-valid", Facts: fault.Facts{"Badge": v.Content.In(lang).Name, "Detail": err.Error()}, Err: err}
	}
	values := credential.AppendValues(nil, sample)
	signed, err := template.Issue(nil, values, s.Now())
	if err != nil {
		return nil, fmt.Errorf("award: sign: %w", err)
	}
	if err := s.proves(signed, by); err != nil {
		return nil, fmt.Errorf("award: what would be signed does not verify: %w", err)
	}
	f, err := s.frameOf(ctx, by.org.Number, v, lang, signed, slots, sample)
	if err != nil {
		return nil, err
	}
	m := &maker{template: template, frame: f}
	s.templates.put(key, m)
	return m, nil
}

// proves verifies a signed document the long way, with the public key as others
// see it.
func (s *Service) proves(signed []byte, by signing) error {
	doc, err := jsontree.Parse(signed, jsontree.Limits{})
	if err != nil {
		return err
	}
	p, err := proof.Only(&doc)
	if err != nil {
		return err
	}
	public, err := did.ParseMultikey(by.key.Public)
	if err != nil {
		return err
	}
	return p.Verify(s.LD, &doc, public, proof.VerifyOptions{Now: s.Now()})
}

// frameOf finds or stores the frame of a signed document.
func (s *Service) frameOf(ctx context.Context, org id.Number, v *achievement.Version, lang string, signed []byte, slots []string, sample *credential.Award) (*frame, error) {
	codecs := codecsOf(s.Base.String(), sample)
	slots = append(slices.Clone(slots), "/proof/0/created", "/proof/0/proofValue")
	f, body, err := cut(signed, slots, codecs)
	if err != nil {
		return nil, err
	}
	sum := sha256.Sum256(body)
	err = s.Store.Update(ctx, func(tx Tx) error {
		stored, err := tx.FrameByHash(ctx, org, sum[:])
		if err == nil {
			f.number = stored.Number
			return nil
		}
		if !fault.Is(err, fault.NotFound) {
			return err
		}
		if f.number, err = id.NewNumber(s.Random); err != nil {
			return err
		}
		return tx.AddFrame(ctx, Frame{Org: org, Number: f.number, Achievement: v.Achievement, Version: v.Version, Lang: lang, Hash: sum[:], Body: body})
	})
	if err != nil {
		return nil, err
	}
	s.frames.put(frameKey{org, f.number}, f)
	return f, nil
}

// codecsOf are the forms of the values of credential.AppendValues, and of the
// proof's created and value.
func codecsOf(base string, a *credential.Award) []codec {
	codecs := []codec{
		{Form: formPublic, Prefix: base + "/b/"}, {Form: formTime}, {Form: formTime}, {Form: formHex, Prefix: "sha256$"}, {Form: formSalt},
		{Form: formSame, Prefix: a.Revoked + "#", Same: 6}, {Form: formNumber}, {Form: formSame, Prefix: a.Suspends + "#", Same: 6}, {Form: formSame, Same: 6},
	}
	if !a.Until.IsZero() {
		codecs = append(codecs, codec{Form: formTime})
	}
	if a.Name != "" {
		codecs = append(codecs, codec{Form: formName})
	}
	if a.Text != "" {
		codecs = append(codecs, codec{Form: formText})
	}
	for range a.Links {
		codecs = append(codecs, codec{Form: formText})
	}
	if a.Note != "" {
		codecs = append(codecs, codec{Form: formText})
	}
	return append(codecs, codec{Form: formTime}, codec{Form: formBase58, Prefix: "z"})
}

// takePlaces takes the next n places of an organisation's status lists, and
// begins a list where the newest is full, or where the site has moved.
func (s *Service) takePlaces(ctx context.Context, by signing, n int) ([]spot, error) {
	var spots []spot
	err := s.Store.Update(ctx, func(tx Tx) error {
		spots = spots[:0]
		for len(spots) < n {
			l, err := tx.NewestStatusList(ctx, by.org.Number)
			if err != nil && !fault.Is(err, fault.NotFound) {
				return err
			}
			if err != nil || l.Taken >= listSize || l.Base != s.Base.String() {
				if l, err = s.newList(ctx, tx, by, l.List+1); err != nil {
					return err
				}
			}
			o, err := newOrder(l.Seed)
			if err != nil {
				return err
			}
			for ; l.Taken < listSize && len(spots) < n; l.Taken++ {
				spots = append(spots, spot{l.List, o.place(l.Taken)})
			}
			if err := tx.TakePlaces(ctx, l.Org, l.List, l.Taken); err != nil {
				return err
			}
		}
		return nil
	})
	return spots, err
}

func (s *Service) newList(ctx context.Context, tx Tx, by signing, number int) (StatusList, error) {
	l := StatusList{Org: by.org.Number, List: number, Base: s.Base.String(), Seed: make([]byte, seedSize)}
	if _, err := io.ReadFull(s.Random, l.Seed); err != nil {
		return l, fmt.Errorf("award: %w", err)
	}
	if err := tx.AddStatusList(ctx, l); err != nil {
		return l, err
	}
	for _, p := range []Purpose{Revocation, Suspension} {
		if err := s.signList(ctx, tx, by, l, p); err != nil {
			return l, err
		}
	}
	return l, nil
}
