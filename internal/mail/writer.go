package mail

import (
	"bytes"
	_ "embed"
	"fmt"
	"html/template"
	"strings"
	"time"

	"github.com/ecusson/ecusson/internal/message"
	"github.com/ecusson/ecusson/internal/site"
)

// Site is who writes.
type Site struct {
	Name string
	URL  string // public address
	From Address
	// Contact is where to ask, or "".
	Contact string
	// Host is what stands behind the @ of our Message-IDs.
	Host string
}

// Writer makes the words of mails: one layout for all kinds, whose sentences are
// those of "mail.KIND.…": subject, text, button, after. It is safe for concurrent
// use.
type Writer struct {
	catalog  *message.Catalog
	site     Site
	markdown *site.Markdown
	layout   *template.Template
}

//go:embed letter.html
var letterHTML string

// NewWriter prepares the layout.
func NewWriter(c *message.Catalog, s Site) (*Writer, error) {
	if err := s.From.Check(); err != nil {
		return nil, err
	}
	layout, err := template.New("letter").Parse(letterHTML)
	if err != nil {
		return nil, fmt.Errorf("mail: %w", err)
	}
	return &Writer{catalog: c, site: s, markdown: site.NewMarkdown(), layout: layout}, nil
}

// Letter is what a mail is about.
type Letter struct {
	ID   string // of the mail; the Message-ID is made of it
	Kind string // of the sentences "mail.KIND.…"
	Lang string
	To   Address
	Date time.Time
	// Facts are what the sentences speak of.
	Facts map[string]any
	// Link is where the button leads, Code what can be typed instead.
	Link, Code string
	// Words are somebody's own, in Markdown; By is who says them.
	Words, By string
	// Unsubscribe is where a mail program says, in one click, that no more of
	// these are wanted (RFC 8058); "" for mails that were asked for.
	Unsubscribe string
	// Picture is shown on top, as PNG, with its text alternative.
	Picture    []byte
	PictureAlt string
}

// letter is the data of the layout.
type letter struct {
	Lang, Subject, Site, URL, Greeting string
	Paragraphs                         []string
	HasPicture                         bool
	PictureAlt                         string
	Words                              template.HTML
	By                                 string
	Button, Link, CodeLabel, Code      string
	After, Foot                        []string
}

// Write makes a mail.
func (w *Writer) Write(l Letter) (*Message, error) {
	p := w.catalog.For(l.Lang)
	key := "mail." + l.Kind + "."
	if !p.Has(key + "subject") {
		return nil, fmt.Errorf("mail: there are no words for %q", l.Kind)
	}
	facts := message.Facts{"Site": w.site.Name}
	for k, v := range l.Facts {
		if s, ok := v.(string); ok {
			v = line(s, 300)
		}
		facts[k] = v
	}
	said := readWords(w.markdown, l.Words)
	d := letter{
		Lang: p.Lang, Subject: line(p.T(key+"subject", facts), maxSubject), Site: w.site.Name, URL: w.site.URL,
		Paragraphs: paragraphs(p, key+"text", facts), HasPicture: len(l.Picture) > 0, PictureAlt: line(l.PictureAlt, 300),
		Words: said.HTML, Link: l.Link, Code: l.Code, After: paragraphs(p, key+"after", facts),
		Foot: paragraphs(p, "mail.foot", facts),
	}
	// A name that no header can hold must not keep the mail from going out.
	l.To.Name = line(l.To.Name, 80)
	if name := l.To.Name; name != "" {
		d.Greeting = p.T("mail.greeting", message.Facts{"Name": name})
	} else {
		d.Greeting = p.T("mail.greeting-nobody")
	}
	if said.Text != "" && l.By != "" {
		d.By = p.T("mail.by", message.Facts{"Who": line(l.By, 200)})
	}
	if l.Link != "" {
		d.Button = p.T(key+"button", facts)
	}
	if l.Code != "" {
		d.CodeLabel = p.T("mail.code")
	}
	if w.site.Contact != "" {
		d.Foot = append(d.Foot, p.T("mail.contact", message.Facts{"Contact": w.site.Contact}))
	}
	var out bytes.Buffer
	if err := w.layout.Execute(&out, d); err != nil {
		return nil, fmt.Errorf("mail: %w", err)
	}
	m := &Message{
		ID: l.ID + "@" + w.site.Host, From: w.site.From, To: l.To, Date: l.Date, Subject: d.Subject, Lang: p.Lang, HTML: out.String(), Text: d.text(said.Text),
		Headers: [][2]string{{"Auto-Submitted", "auto-generated"}, {"X-Auto-Response-Suppress", "All"}},
	}
	if l.Unsubscribe != "" {
		m.Headers = append(m.Headers, [2]string{"List-Unsubscribe", "<" + l.Unsubscribe + ">"}, [2]string{"List-Unsubscribe-Post", "List-Unsubscribe=One-Click"})
	}
	if d.HasPicture {
		m.Parts = []Part{{CID: "badge", Name: "badge.png", Type: "image/png", Data: l.Picture}}
	}
	return m, m.check()
}

// paragraphs are those of a sentence, none where there is no such sentence.
func paragraphs(p *message.Printer, key string, facts message.Facts) []string {
	if !p.Has(key) {
		return nil
	}
	var out []string
	for part := range strings.SplitSeq(p.T(key, facts), "\n") {
		if part = strings.TrimSpace(part); part != "" {
			out = append(out, part)
		}
	}
	return out
}

// text is the same letter for who reads plain text.
func (d *letter) text(words string) string {
	var b strings.Builder
	put := func(lines ...string) {
		for _, l := range lines {
			if l != "" {
				b.WriteString(wrap(l, "", ""))
				b.WriteString("\n\n")
			}
		}
	}
	put(d.Greeting)
	put(d.Paragraphs...)
	if words != "" {
		put(d.By)
		for l := range strings.SplitSeq(words, "\n") {
			b.WriteString("> " + l + "\n")
		}
		b.WriteString("\n")
	}
	if d.Link != "" {
		b.WriteString(d.Button + "\u00a0:\n" + d.Link + "\n\n")
	}
	if d.Code != "" {
		b.WriteString(d.CodeLabel + " " + d.Code + "\n\n")
	}
	put(d.After...)
	b.WriteString("-- \n")
	put(d.Foot...)
	b.WriteString(d.Site + " " + d.URL + "\n")
	return b.String()
}
