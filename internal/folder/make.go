package folder

import (
	"fmt"
	"os"
	"runtime"
	"sync"

	"github.com/ecusson/ecusson/bake"
	"github.com/ecusson/ecusson/internal/credential"
	"github.com/ecusson/ecusson/internal/site"
	"github.com/ecusson/ecusson/jsontree"
	ob "github.com/ecusson/ecusson/openbadges"
	"github.com/ecusson/ecusson/proof"
)

// maker makes the files of the awards of one shape. It is safe for concurrent
// use.
type maker struct {
	r        *run
	shape    shape
	issuer   *issuerVersion
	badge    *badgeVersion
	template *proof.Template
	png, svg *bake.Template
	pages    []awardPage
}

// awardPage makes the page of an award in one language.
type awardPage struct {
	language string
	view     site.View
	badge    site.Badge
	template *site.Template // compiled when an award's shape is first met
	shape    site.Shape
}

// buffers are one worker's memory.
type buffers struct {
	values                 []string
	signed, picture, pages []byte
}

// makeAll writes the files of awards, on all processors, and returns when they
// are on the disk.
func (r *run) makeAll(awards []award) error {
	makers := make([]*maker, len(awards))
	for i := range awards {
		var err error
		if makers[i], err = r.maker(&awards[i]); err != nil {
			return err
		}
	}
	workers := min(runtime.GOMAXPROCS(0), len(awards))
	if r.disk.fail != nil {
		workers = 1 // tests count the steps on the disk
	}
	errs := make([]error, workers)
	var wait sync.WaitGroup
	for w := range workers {
		wait.Go(func() {
			var b buffers
			for i := w; i < len(awards) && errs[w] == nil; i += workers {
				errs[w] = makers[i].make(&awards[i], &b)
			}
		})
	}
	wait.Wait()
	for _, err := range errs {
		if err != nil {
			return err
		}
	}
	if err := r.disk.sync(r.f.public()); err != nil {
		return err
	}
	r.made += len(awards)
	r.progress(r.made, max(r.total, r.made))
	return nil
}

// maker returns the maker of an award's shape, made and proven at the first one.
func (r *run) maker(a *award) (*maker, error) {
	issuer, badge := &r.book.issuers[a.Issuer-1], &r.book.badges[a.Badge-1]
	s := shapeOf(a, issuer.Issuer.ShowNames)
	if m, ok := r.makers[s]; ok {
		return m, nil
	}
	m := &maker{r: r, shape: s, issuer: issuer, badge: badge}
	sample := credentialOf(a, s, issuer.Issuer.URL)
	doc, err := unsigned(&sample, issuer, badge)
	if err != nil {
		return nil, err
	}
	if problems := ob.Validate(&doc, ob.ValidateOptions{Issuing: true}); ob.HasErrors(problems) {
		return nil, &Error{Key: "folder." + ErrorNotValid, Facts: map[string]any{"Badge": badge.Badge.Name, "Detail": problems[0].String()}}
	}
	if m.template, err = proof.Compile(r.ld, r.signer(issuer), &doc, credential.Slots(credential.ShapeOf(&sample)), proof.CompileOptions{Array: true}); err != nil {
		return nil, &Error{Key: "folder." + ErrorNotValid, Facts: map[string]any{"Badge": badge.Badge.Name, "Detail": err.Error()}, Err: err}
	}
	if err := m.prove(a); err != nil {
		return nil, &Error{Key: "folder." + ErrorNotVerified, Facts: map[string]any{"Badge": badge.Badge.Name, "Detail": err.Error()}, Err: err}
	}
	if err := m.openPictures(); err != nil {
		return nil, err
	}
	if err := m.compilePages(a); err != nil {
		return nil, err
	}
	r.makers[s] = m
	return m, nil
}

// prove signs the first award of the shape and has it verified the long way, as
// a stranger would, before anything is written.
func (m *maker) prove(a *award) error {
	var b buffers
	if err := m.sign(a, &b); err != nil {
		return err
	}
	doc, err := jsontree.Parse(b.signed, jsontree.Limits{})
	if err != nil {
		return err
	}
	p, err := proof.Only(&doc)
	if err != nil {
		return err
	}
	return p.Verify(m.r.ld, &doc, m.r.public, proof.VerifyOptions{Now: m.r.at})
}

func (m *maker) openPictures() error {
	for _, p := range []struct {
		wanted int
		file   string
		to     **bake.Template
	}{{hasPNG, "image.png", &m.png}, {hasSVG, "image.svg", &m.svg}} {
		if m.shape.files&p.wanted == 0 {
			continue
		}
		data, err := os.ReadFile(m.r.f.public(m.badge.Folder, p.file))
		if err != nil {
			return err
		}
		if *p.to, err = bake.Prepare(data); err != nil {
			return fmt.Errorf("folder: %s: %w", m.badge.Folder, err)
		}
	}
	if m.shape.files&(hasPNG|hasSVG) == 0 {
		return nil
	}
	sum, err := m.r.picturesSum(m.badge)
	if err != nil {
		return err
	}
	if sum != m.badge.Sum {
		return fail(ErrorPicture, map[string]any{"Folder": m.badge.Folder})
	}
	return nil
}

func (m *maker) compilePages(a *award) error {
	if m.shape.files&hasPage == 0 {
		return nil
	}
	shown := m.show(a)
	for _, language := range m.badge.Badge.languages() {
		p := awardPage{
			language: language, view: m.r.view(m.issuer), badge: m.r.shown(m.badge, language), shape: site.ShapeOf(shown),
		}
		var err error
		if p.template, err = m.r.site.Compile(p.view, p.badge, p.shape); err != nil {
			return err
		}
		m.pages = append(m.pages, p)
	}
	return nil
}

// show is an award as its page has it.
func (m *maker) show(a *award) site.Award {
	shown := site.Award{
		ID: a.ID, Shard: a.shard(), Issued: a.issued(), State: site.StateActive,
		PNG: a.Files&hasPNG != 0, SVG: a.Files&hasSVG != 0,
	}
	if m.issuer.Issuer.ShowNames {
		shown.Name = a.Name
	}
	for _, text := range []string{a.Text, a.Note} {
		if text != "" {
			shown.Text += m.r.markdown.HTML(text)
		}
	}
	for _, link := range a.Evidence {
		shown.Links = append(shown.Links, site.Link{URL: link, Label: site.LinkLabel(link)})
	}
	if a.Until != 0 {
		shown.Until = unixTime(a.Until)
	}
	return shown
}

func (m *maker) sign(a *award, b *buffers) error {
	c := credentialOf(a, m.shape, m.issuer.Issuer.URL)
	b.values = credential.AppendValues(b.values[:0], &c)
	var err error
	b.signed, err = m.template.Issue(b.signed[:0], b.values, unixTime(a.At))
	return err
}

// make writes the files of one award.
func (m *maker) make(a *award, b *buffers) error {
	if err := m.sign(a, b); err != nil {
		return err
	}
	stem := m.r.f.public("b", a.shard(), a.ID)
	for _, p := range []struct {
		template  *bake.Template
		extension string
	}{{m.png, ".png"}, {m.svg, ".svg"}} {
		if p.template == nil {
			continue
		}
		var err error
		if b.picture, err = p.template.AppendMiddle(b.picture[:0], b.signed); err != nil {
			return fmt.Errorf("folder: %w", err)
		}
		if err := m.r.disk.create(stem+p.extension, p.template.Head(), b.picture, p.template.Tail()); err != nil {
			return err
		}
	}
	if len(m.pages) > 0 {
		if err := m.makePages(a, b); err != nil {
			return err
		}
	}
	return m.r.disk.create(stem+".json", b.signed)
}

func (m *maker) makePages(a *award, b *buffers) error {
	shown := m.show(a)
	for i := range m.pages {
		p := &m.pages[i]
		var err error
		if site.ShapeOf(shown) == p.shape {
			b.pages, err = p.template.Append(b.pages[:0], shown)
		} else {
			// A text of which Markdown leaves nothing makes another page.
			b.pages, err = m.r.site.Award(p.view, p.badge, shown)
		}
		if err != nil {
			return err
		}
		if err := m.r.disk.create(m.r.f.public("b", a.shard(), site.AwardPage(a.ID, p.language, m.badge.Badge.Language)), b.pages); err != nil {
			return err
		}
	}
	return nil
}

// pageFile is where an award is read, below the site's address.
func (a *award) pageFile() string {
	if a.Files&hasPage != 0 {
		return "b/" + a.shard() + "/" + a.ID + ".html"
	}
	return "b/" + a.shard() + "/" + a.ID + ".json"
}
