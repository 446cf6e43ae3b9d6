package paper

import (
	"bytes"
	"errors"
	"fmt"
	"image"
	"image/draw"
	"image/png"
	"io"
	"net/url"
	"strings"
	"time"

	"github.com/carlos7ags/folio/document"
	pdfimage "github.com/carlos7ags/folio/image"

	"github.com/ecusson/ecusson/internal/picture"
)

// Say says the sentence of a key in one language, with facts by name.
type Say func(key string, facts map[string]any) string

// Certificate is the sheet that a person prints of a badge, with the signed
// badge inside the file. It is no diploma and does not look like one: no frame,
// no seal, no signature drawn by hand.
//
// All texts are ready for the reader: dates written out, kind and level in
// words. Where a field is empty its line is left out; only Name, Lang, Say,
// Picture, Issuer.Name and PageURL are needed.
type Certificate struct {
	// Lang is the language of the words, as a BCP 47 tag.
	Lang string
	// Say says the sheet's own sentences, keys "paper.…", in that language.
	Say Say
	// Made is the date in the file's metadata. The same certificate gives the
	// same bytes.
	Made time.Time

	Name        string
	Description string // Markdown: what the badge recognises
	Picture     []byte // PNG, JPEG or WebP, best 1000 pixels square
	PictureAlt  string
	Holder      string
	Issuer      Issuer
	Issued      string // the day, in words
	Until       string // the last day on which it holds, in words
	State       State

	Kind, Level, Assessment, EvidenceRequired string

	Criteria    string // Markdown
	CriteriaURL string
	Skills      []Skill
	Evidence    []Link

	// PageURL is the badge's public page, in the code and written out.
	PageURL string
	// VerifyURL is where anybody can check the badge's file.
	VerifyURL string
	// Credential is the signed badge, attached to the file.
	Credential Attachment
}

// Issuer is who gives a badge.
type Issuer struct {
	Name string
	// Domain is the domain that the issuer has proven to own.
	Domain string
	URL    string
}

// State is what became of a badge that no longer holds; empty while it holds.
type State struct {
	Word     string // Révoqué
	Sentence string // with date and reason
}

// Skill is a competency that the badge shows.
type Skill struct {
	Name, Framework, Code, URL string
}

// Link is a piece of evidence.
type Link struct {
	Label, URL string
}

// Attachment is a file in the file.
type Attachment struct {
	Name      string // badge.json or badge.jwt
	MediaType string // application/vc+jwt or application/json
	Data      []byte
}

// Bounds of what a certificate shows, in characters, and of its files. What is
// beyond is cut, and says so; the public page has it whole.
const (
	maxName       = 300
	maxLine       = 500
	maxProse      = 12000
	maxList       = 60
	maxAddress    = 2000
	maxCredential = 4 << 20
	maxPages      = 40
)

// WritePDF writes the sheet: A4, tagged for screen readers, PDF/A-3a in form,
// with all fonts inside. An error says what is wrong with the certificate, or
// comes from w.
func (c Certificate) WritePDF(w io.Writer) error {
	data, err := c.pdf()
	if err != nil {
		return err
	}
	_, err = w.Write(data)
	return err
}

func (c Certificate) pdf() (data []byte, err error) {
	// The library that sets the pages is young, and what it is given may be a
	// stranger's: one badge that upsets it must not stop the program.
	defer func() {
		if cause := recover(); cause != nil {
			data, err = nil, fmt.Errorf("paper: set the pages: %v", cause)
		}
	}()
	if err := c.check(); err != nil {
		return nil, err
	}
	s, err := c.sheet()
	if err != nil {
		return nil, err
	}
	return s.write()
}

// ErrCertificate is a certificate that lacks what every sheet needs.
var ErrCertificate = errors.New("paper: a certificate needs name, language, words, issuer and the address of its page")

func (c Certificate) check() error {
	if tidy(c.Name, maxName) == "" || tidy(c.Issuer.Name, maxName) == "" || c.Lang == "" || c.Say == nil {
		return ErrCertificate
	}
	if webAddress(c.PageURL) == "" {
		return fmt.Errorf("%w: %.100q is no http or https address", ErrCertificate, c.PageURL)
	}
	if len(c.Credential.Data) > maxCredential {
		return fmt.Errorf("paper: the signed badge has %d bytes, more than %d", len(c.Credential.Data), maxCredential)
	}
	return nil
}

// webAddress is the address, as it may stand in a link; "" for one that is no
// http or https address.
func webAddress(address string) string {
	if len(address) > maxAddress {
		return ""
	}
	u, err := url.Parse(address)
	if err != nil || u.Host == "" || u.Scheme != "https" && u.Scheme != "http" {
		return ""
	}
	return u.String()
}

// host is how a site is named.
func host(address string) string {
	u, err := url.Parse(address)
	if err != nil {
		return tidy(address, maxLine)
	}
	return tidy(strings.TrimPrefix(u.Host, "www."), maxLine)
}

// pixels is the side of the picture at 90 mm and about 280 pixels an inch.
const pixels = 1000

// decodePicture reads a badge's picture within bounds, as a square of at most
// 1000 pixels.
func decodePicture(data []byte) (*image.RGBA, error) {
	head, err := picture.CheckRaster(data)
	if err != nil {
		return nil, fmt.Errorf("paper: picture: %w", err)
	}
	if head.Format != "png" || head.Width != head.Height || head.Width > pixels {
		if data, err = picture.Fit(data, pixels); err != nil {
			return nil, fmt.Errorf("paper: picture: %w", err)
		}
	}
	img, err := png.Decode(bytes.NewReader(data))
	if err != nil {
		return nil, fmt.Errorf("paper: picture: %w", err)
	}
	out := image.NewRGBA(image.Rect(0, 0, img.Bounds().Dx(), img.Bounds().Dy()))
	draw.Draw(out, out.Rect, img, img.Bounds().Min, draw.Src)
	return out, nil
}

// pdfPicture makes a picture for the file; on paper a transparent pixel is white.
func pdfPicture(img *image.RGBA) *pdfimage.Image {
	flat := image.NewRGBA(img.Rect)
	draw.Draw(flat, flat.Rect, image.White, image.Point{}, draw.Src)
	draw.Draw(flat, flat.Rect, img, img.Rect.Min, draw.Over)
	return pdfimage.NewFromGoImage(flat)
}

// attach puts the signed badge into the file, as the source of what it shows.
func (c Certificate) attach(doc *document.Document) {
	a := c.Credential
	if len(a.Data) == 0 {
		return
	}
	doc.AttachFile(document.FileAttachment{
		FileName: fileName(a.Name), MIMEType: mediaType(a.MediaType), Data: a.Data,
		Description: c.Say("paper.file", nil), AFRelationship: "Source", CreationDate: c.Made,
	})
}

// fileName keeps what is safe in a file's name.
func fileName(name string) string {
	safe := strings.Map(func(r rune) rune {
		if r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || r >= '0' && r <= '9' || r == '-' || r == '_' || r == '.' {
			return r
		}
		return -1
	}, name)
	if safe = strings.Trim(safe, "."); safe == "" || len(safe) > 100 {
		return "badge.json"
	}
	return safe
}

func mediaType(name string) string {
	for _, r := range name {
		if r <= ' ' || r > '~' {
			return "application/octet-stream"
		}
	}
	if name == "" || len(name) > 100 {
		return "application/octet-stream"
	}
	return name
}
