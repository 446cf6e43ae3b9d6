// Package mail is everything about e-mail but its queue: it composes the mails
// that the program writes ([Writer]), hands them over ([SMTP], or [Outbox] where
// there is no server), and reads what comes back ([ReadBounce], [ReadReport],
// [Mailbox]). It knows no database and no page, and it sends nothing on its
// own. Begin with [NewWriter] and [Sender].
package mail

import (
	"bytes"
	"context"
	"encoding/base64"
	"errors"
	"fmt"
	"io"
	"mime"
	"mime/multipart"
	"mime/quotedprintable"
	"net/textproto"
	"regexp"
	"strings"
	"time"
)

// Message is one mail to one person.
type Message struct {
	// ID is the Message-ID without its angle brackets. It is ours, so that a
	// bounce can be tied to the mail that it answers.
	ID string
	// From stands in the header; ReplyTo may be empty.
	From, To, ReplyTo Address
	Date              time.Time
	Subject           string
	// Text and HTML say the same; HTML may be empty.
	Text, HTML string
	// Lang is the tag of its language, such as "fr".
	Lang string
	// Parts are the pictures that HTML shows by cid:.
	Parts []Part
	// Headers are further fields, such as Auto-Submitted and List-Unsubscribe.
	Headers [][2]string
	// EnvelopeFrom is where bounces go; empty means From.
	EnvelopeFrom string
}

// Part is a picture within a mail, shown in the HTML by "cid:" and its CID.
type Part struct {
	CID, Name, Type string
	Data            []byte
}

// Outcome is what became of handing one mail over.
type Outcome string

const (
	// HandedOver says that the server took the mail on.
	HandedOver Outcome = "handed-over"
	// Refused says that the server will never take this mail for this person.
	Refused Outcome = "refused"
	// Later says that another attempt may succeed: the server asked for it, was
	// not reached, or does not accept us as we are set up.
	Later Outcome = "later"
)

// Result is the outcome with the server's reason: its reply code (0 when it
// gave none), the enhanced status of RFC 3463 ("5.1.1") or "", and its words,
// which are foreign text. Stage tells how far the hand-over came: "compose",
// "connect", "tls", "auth", "from", "to" or "data".
type Result struct {
	Outcome        Outcome
	Code           int
	Enhanced, Text string
	Stage          string
	// Perhaps comes with Later: the server had the whole mail and its answer was
	// lost, so that another attempt may bring it twice.
	Perhaps bool
}

// Sender hands mails over. Send never says [HandedOver] unless somebody else
// has taken responsibility for the mail, so a mail may arrive twice after a lost
// connection, but is never lost. It is safe for concurrent use.
type Sender interface {
	Send(ctx context.Context, m *Message) Result
}

const (
	maxSubject = 300       // characters
	maxBody    = 512 << 10 // bytes of Text, and of HTML
	maxParts   = 8
	maxData    = 4 << 20 // bytes of all pictures together
	maxHeaders = 16
)

var (
	headerName = regexp.MustCompile(`^[A-Za-z][A-Za-z0-9-]{0,63}$`)
	messageID  = regexp.MustCompile(`^[A-Za-z0-9][A-Za-z0-9._+=-]{0,127}@[A-Za-z0-9][A-Za-z0-9.-]{0,252}$`)
	contentID  = regexp.MustCompile(`^[A-Za-z0-9][A-Za-z0-9._@-]{0,99}$`)
	langTag    = regexp.MustCompile(`^[a-z]{2,3}(-[A-Za-z0-9]{2,8}){0,3}$`)
	imageType  = regexp.MustCompile(`^image/(png|jpeg|gif)$`)
	partName   = regexp.MustCompile(`^[A-Za-z0-9][A-Za-z0-9._-]{0,99}$`)
)

// ours are the fields that Bytes writes itself, and that no caller may add.
var ours = map[string]bool{
	"From": true, "To": true, "Cc": true, "Bcc": true, "Reply-To": true, "Sender": true, "Return-Path": true,
	"Subject": true, "Date": true, "Message-Id": true, "Mime-Version": true, "Received": true, "Dkim-Signature": true,
}

// check refuses what could not be written as one honest mail, above all line
// breaks, which would let a name add fields of its own.
func (m *Message) check() error {
	switch {
	case !messageID.MatchString(m.ID):
		return fmt.Errorf("mail: the message id %q is not of the form id@host", m.ID)
	case m.Date.IsZero():
		return errors.New("mail: the message has no date")
	case m.Subject == "" || broken(m.Subject):
		return errors.New("mail: the subject is empty or has a line break or control character")
	case len([]rune(m.Subject)) > maxSubject:
		return fmt.Errorf("mail: the subject is longer than %d characters", maxSubject)
	case m.Text == "":
		return errors.New("mail: the message has no text")
	case len(m.Text) > maxBody || len(m.HTML) > maxBody:
		return fmt.Errorf("mail: the message is longer than %d bytes", maxBody)
	case !langTag.MatchString(m.Lang):
		return fmt.Errorf("mail: unknown language %q", m.Lang)
	}
	if err := m.checkAddresses(); err != nil {
		return err
	}
	if err := m.checkHeaders(); err != nil {
		return err
	}
	return m.checkParts()
}

func (m *Message) checkAddresses() error {
	for _, a := range []struct {
		field   string
		address Address
	}{{"From", m.From}, {"To", m.To}, {"Reply-To", m.ReplyTo}, {"envelope", Address{Email: m.EnvelopeFrom}}} {
		optional := a.field == "Reply-To" || a.field == "envelope"
		if optional && a.address.Email == "" {
			continue
		}
		if err := a.address.Check(); err != nil {
			return fmt.Errorf("mail: %s: %w", a.field, err)
		}
	}
	return nil
}

func (m *Message) checkHeaders() error {
	if len(m.Headers) > maxHeaders {
		return fmt.Errorf("mail: more than %d further fields", maxHeaders)
	}
	for _, h := range m.Headers {
		name := textproto.CanonicalMIMEHeaderKey(h[0])
		switch {
		case !headerName.MatchString(h[0]), ours[name], strings.HasPrefix(name, "Content-"):
			return fmt.Errorf("mail: the field %q may not be added", h[0])
		case broken(h[1]) || len(h[1]) > 900:
			return fmt.Errorf("mail: the field %s is too long or has a line break", name)
		}
	}
	return nil
}

func (m *Message) checkParts() error {
	if len(m.Parts) > maxParts || len(m.Parts) > 0 && m.HTML == "" {
		return fmt.Errorf("mail: more than %d pictures, or pictures without HTML", maxParts)
	}
	total := 0
	for _, p := range m.Parts {
		total += len(p.Data)
		if !contentID.MatchString(p.CID) || !imageType.MatchString(p.Type) || !partName.MatchString(p.Name) {
			return fmt.Errorf("mail: picture %q of type %q, named %q, cannot be added", p.CID, p.Type, p.Name)
		}
	}
	if total > maxData {
		return fmt.Errorf("mail: the pictures have more than %d bytes", maxData)
	}
	return nil
}

// Bytes is the mail of RFC 5322, lines ended by CRLF and in plain ASCII unless
// an address is not: multipart/alternative with the text first, then the HTML
// with its pictures as multipart/related. The same message gives the same bytes.
func (m *Message) Bytes() ([]byte, error) {
	if err := m.check(); err != nil {
		return nil, err
	}
	var out bytes.Buffer
	m.writeHeader(&out)
	if m.HTML == "" {
		writeFields(&out, textHeader("text/plain"))
		out.WriteString("\r\n")
		if err := writeText(&out, m.Text); err != nil {
			return nil, err
		}
		return out.Bytes(), nil
	}
	body := multipart.NewWriter(&out)
	if err := body.SetBoundary("=_alternative_" + m.boundary()); err != nil {
		return nil, err
	}
	fmt.Fprintf(&out, "Content-Type: multipart/alternative;\r\n boundary=\"%s\"\r\n\r\n", body.Boundary())
	if err := m.writeAlternatives(body); err != nil {
		return nil, err
	}
	if err := body.Close(); err != nil {
		return nil, err
	}
	return out.Bytes(), nil
}

// WriteTo writes the bytes of [Message.Bytes].
func (m *Message) WriteTo(w io.Writer) (int64, error) {
	data, err := m.Bytes()
	if err != nil {
		return 0, err
	}
	n, err := w.Write(data)
	return int64(n), err
}

// boundary is what tells this mail's parts from each other. It begins with =_,
// which no quoted-printable or base64 line can have, so it need not be random.
func (m *Message) boundary() string {
	id, _, _ := strings.Cut(m.ID, "@")
	return strings.Map(func(r rune) rune {
		if r == '+' || r == '=' {
			return '_'
		}
		return r
	}, id[:min(len(id), 40)])
}

func (m *Message) writeHeader(out *bytes.Buffer) {
	field(out, "From", m.From.header())
	field(out, "To", m.To.header())
	if m.ReplyTo.Email != "" {
		field(out, "Reply-To", m.ReplyTo.header())
	}
	field(out, "Subject", encodeWords(m.Subject))
	field(out, "Date", m.Date.Format(time.RFC1123Z))
	field(out, "Message-ID", "<"+m.ID+">")
	for _, h := range m.Headers {
		field(out, textproto.CanonicalMIMEHeaderKey(h[0]), encodeWords(h[1]))
	}
	field(out, "Content-Language", m.Lang)
	field(out, "MIME-Version", "1.0")
}

func (m *Message) writeAlternatives(body *multipart.Writer) error {
	text, err := body.CreatePart(textHeader("text/plain"))
	if err != nil {
		return err
	}
	if err := writeText(text, m.Text); err != nil {
		return err
	}
	if len(m.Parts) == 0 {
		return writeHTML(body, m.HTML)
	}
	boundary := "=_related_" + m.boundary()
	part, err := body.CreatePart(textproto.MIMEHeader{
		"Content-Type": {"multipart/related; type=\"text/html\";\r\n boundary=\"" + boundary + "\""},
	})
	if err != nil {
		return err
	}
	related := multipart.NewWriter(part)
	if err := related.SetBoundary(boundary); err != nil {
		return err
	}
	if err := writeHTML(related, m.HTML); err != nil {
		return err
	}
	for _, p := range m.Parts {
		if err := writePart(related, p); err != nil {
			return err
		}
	}
	return related.Close()
}

func textHeader(kind string) textproto.MIMEHeader {
	return textproto.MIMEHeader{"Content-Type": {kind + "; charset=utf-8"}, "Content-Transfer-Encoding": {"quoted-printable"}}
}

func writeHTML(body *multipart.Writer, html string) error {
	part, err := body.CreatePart(textHeader("text/html"))
	if err != nil {
		return err
	}
	return writeText(part, html)
}

// writeText writes quoted-printable with canonical line ends.
func writeText(w io.Writer, text string) error {
	text = strings.ReplaceAll(text, "\r\n", "\n")
	text = strings.ReplaceAll(text, "\r", "\n")
	text = strings.ReplaceAll(text, "\n", "\r\n")
	if !strings.HasSuffix(text, "\r\n") {
		text += "\r\n"
	}
	encoder := quotedprintable.NewWriter(w)
	if _, err := io.WriteString(encoder, text); err != nil {
		return err
	}
	return encoder.Close()
}

func writePart(body *multipart.Writer, p Part) error {
	part, err := body.CreatePart(textproto.MIMEHeader{
		"Content-Type":              {p.Type + "; name=\"" + p.Name + "\""},
		"Content-Transfer-Encoding": {"base64"},
		"Content-Id":                {"<" + p.CID + ">"},
		"Content-Disposition":       {"inline; filename=\"" + p.Name + "\""},
	})
	if err != nil {
		return err
	}
	encoded := base64.StdEncoding.EncodeToString(p.Data)
	for len(encoded) > 0 {
		n := min(len(encoded), 76)
		if _, err := io.WriteString(part, encoded[:n]+"\r\n"); err != nil {
			return err
		}
		encoded = encoded[n:]
	}
	return nil
}

func writeFields(out *bytes.Buffer, header textproto.MIMEHeader) {
	for _, name := range []string{"Content-Type", "Content-Transfer-Encoding"} {
		field(out, name, header.Get(name))
	}
}

// field writes one header field, folded at its spaces after 76 characters
// (RFC 5322 §2.2.3).
func field(out *bytes.Buffer, name, value string) {
	out.WriteString(name + ":")
	column := len(name) + 1
	for _, word := range strings.Split(value, " ") {
		if column+1+len(word) > 76 && column > len(name)+1 && word != "" {
			out.WriteString("\r\n")
			column = 0
		}
		out.WriteString(" " + word)
		column += 1 + len(word)
	}
	out.WriteString("\r\n")
}

// encodeWords writes a text as RFC 2047 asks. Plain ASCII stays as it is, unless
// it looks like an encoded word, which a reader would decode into something else.
func encodeWords(text string) string {
	if !strings.Contains(text, "=?") {
		return mime.QEncoding.Encode("utf-8", text)
	}
	var words []string
	for len(text) > 0 {
		n := len(text)
		if n > 42 { // 56 characters of base64, 68 of the word, under the 75 allowed
			n = 42
			for text[n]&0xC0 == 0x80 {
				n--
			}
		}
		words = append(words, "=?utf-8?b?"+base64.StdEncoding.EncodeToString([]byte(text[:n]))+"?=")
		text = text[n:]
	}
	return strings.Join(words, " ")
}

// broken tells whether a text holds what a header must never hold.
func broken(text string) bool {
	return strings.ContainsFunc(text, func(r rune) bool {
		return r < ' ' && r != '\t' || r == 0x7F || r == '\u2028' || r == '\u2029' || r == '\uFFFD'
	})
}
