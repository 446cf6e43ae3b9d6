package mail_test

import (
	"bytes"
	"io"
	"mime"
	"mime/multipart"
	"mime/quotedprintable"
	netmail "net/mail"
	"strings"
	"testing"
	"time"

	"github.com/ecusson/ecusson/internal/mail"
	"github.com/ecusson/ecusson/internal/message"
)

// opened is a mail as another program reads it.
type opened struct {
	header     netmail.Header
	text, html string
}

func open(t *testing.T, m *mail.Message) opened {
	t.Helper()
	data, err := m.Bytes()
	if err != nil {
		t.Fatal(err)
	}
	for l := range bytes.SplitSeq(data, []byte("\r\n")) {
		if len(l) > 998 || bytes.ContainsAny(l, "\r\n") || bytes.ContainsFunc(l, func(r rune) bool { return r > 0x7E }) {
			t.Errorf("a line of %d bytes that mail servers may break: %.80q", len(l), l)
		}
	}
	read, err := netmail.ReadMessage(bytes.NewReader(data))
	if err != nil {
		t.Fatal(err)
	}
	out := opened{header: read.Header}
	kind, facts, err := mime.ParseMediaType(read.Header.Get("Content-Type"))
	if err != nil {
		t.Fatal(err)
	}
	if kind == "text/plain" {
		body, err := io.ReadAll(quotedprintable.NewReader(read.Body))
		if err != nil {
			t.Fatal(err)
		}
		out.text = string(body)
		return out
	}
	parts := multipart.NewReader(read.Body, facts["boundary"])
	for {
		part, err := parts.NextPart() // which undoes quoted-printable
		if err == io.EOF {
			return out
		}
		if err != nil {
			t.Fatal(err)
		}
		body, err := io.ReadAll(part)
		if err != nil {
			t.Fatal(err)
		}
		if strings.HasPrefix(part.Header.Get("Content-Type"), "text/plain") {
			out.text = string(body)
		} else {
			out.html = string(body)
		}
	}
}

// TestMessage reads mails back as another program does.
func TestMessage(t *testing.T) {
	t.Parallel()
	for name, subject := range map[string]string{
		"plain": "A badge", "accents": "Vous êtes lauréat·e", "long": strings.Repeat("é", 300), "long words": strings.Repeat("mot ", 70) + "fin", "an encoded word": "=?utf-8?q?no?= é",
	} {
		m := letterTo("amina@mail.example")
		m.Subject, m.To.Name, m.HTML = subject, `Amina "la" Benali, é`, "<p>Voilà "+strings.Repeat("très ", 400)+"</p>"
		m.Headers = [][2]string{{"Auto-Submitted", "auto-generated"}}
		got := open(t, m)
		decoded, err := new(mime.WordDecoder).DecodeHeader(got.header.Get("Subject"))
		if err != nil || decoded != subject {
			t.Errorf("%s: subject %q, %v", name, decoded, err)
		}
		to, err := got.header.AddressList("To")
		if err != nil || len(to) != 1 || to[0].Name != m.To.Name || to[0].Address != m.To.Email {
			t.Errorf("%s: to %v, %v", name, to, err)
		}
		if got.header.Get("Message-ID") != "<"+m.ID+">" || got.header.Get("Auto-Submitted") != "auto-generated" {
			t.Errorf("%s: header %v", name, got.header)
		}
		if !strings.Contains(got.text, "Voilà.") || !strings.Contains(got.html, m.HTML) {
			t.Errorf("%s: %q, %q", name, got.text, got.html)
		}
	}
}

// TestInjection refuses what would add fields or recipients.
func TestInjection(t *testing.T) {
	t.Parallel()
	for name, change := range map[string]func(*mail.Message){
		"subject": func(m *mail.Message) { m.Subject = "x\r\nBcc: all@mail.example" },
		"name":    func(m *mail.Message) { m.To.Name = "x\nBcc: all@mail.example" },
		"address": func(m *mail.Message) { m.To.Email = "a@mail.example>\r\nRCPT TO:<b@mail.example" },
		"two":     func(m *mail.Message) { m.To.Email = "a@mail.example,b@mail.example" },
		"field":   func(m *mail.Message) { m.Headers = [][2]string{{"X-A", "1\r\nBcc: b@mail.example"}} },
		"ours":    func(m *mail.Message) { m.Headers = [][2]string{{"bcc", "b@mail.example"}} },
		"id":      func(m *mail.Message) { m.ID = "x>\r\nBcc: b@mail.example" },
		"number":  func(m *mail.Message) { m.To.Email = "a@127.0.0.1" },
		"nobody":  func(m *mail.Message) { m.To.Email = "" },
	} {
		m := letterTo("amina@mail.example")
		change(m)
		if data, err := m.Bytes(); err == nil {
			t.Errorf("%s: taken\n%s", name, data)
		}
	}
}

// TestWriter says the same in both parts of a mail and in both languages, and shows
// where a stranger's links lead.
func TestWriter(t *testing.T) {
	t.Parallel()
	catalog, err := message.Load()
	if err != nil {
		t.Fatal(err)
	}
	w, err := mail.NewWriter(catalog, mail.Site{Name: "Écusson", URL: "https://site.example", From: mail.Address{Email: "badges@site.example"}, Host: "site.example"})
	if err != nil {
		t.Fatal(err)
	}
	greeting := map[string]string{"fr": "Bonjour Amina,", "en": "Hello Amina,"}
	for lang, hello := range greeting {
		m, err := w.Write(mail.Letter{
			ID: "abc", Kind: "badge", Lang: lang, To: mail.Address{Name: "Amina\r\n", Email: "amina@mail.example"}, Date: time.Unix(1e9, 0),
			Facts: map[string]any{"Issuer": "École <b>\r\n", "Badge": "Lauréat", "Description": "A gagné."}, Link: "https://site.example/b/x?k=y",
			Words: "[ici](https://evil.example) <script>x</script>", By: "École",
		})
		if err != nil {
			t.Fatal(err)
		}
		got := open(t, m)
		for part, text := range map[string]string{"text": got.text, "html": got.html} {
			for _, want := range []string{hello, "https://site.example/b/x?k=y", "(https://evil.example)"} {
				if !strings.Contains(strings.ReplaceAll(text, "\r\n", "\n"), want) {
					t.Errorf("%s %s lacks %q:\n%s", lang, part, want, text)
				}
			}
		}
		if strings.Contains(got.html, "<script") || strings.Contains(got.html, "École <b>") || strings.Contains(m.Subject, "\n") {
			t.Errorf("%s: foreign words are not tamed: %s", lang, got.html)
		}
		if m.Lang != lang || got.header.Get("Auto-Submitted") != "auto-generated" || m.ID != "abc@site.example" {
			t.Errorf("%s: %+v", lang, got.header)
		}
	}
	if _, err := w.Write(mail.Letter{ID: "abc", Kind: "no-such-kind", Lang: "fr", To: mail.Address{Email: "a@mail.example"}, Date: time.Unix(1e9, 0)}); err == nil {
		t.Error("a kind without words is written")
	}
}

// TestOutbox keeps the newest mails within its bounds.
func TestOutbox(t *testing.T) {
	t.Parallel()
	box := mail.NewOutbox(2, 1<<20)
	for _, id := range []string{"a@site.example", "b@site.example", "c@site.example"} {
		m := letterTo("amina@mail.example")
		m.ID = id
		if r := box.Send(t.Context(), m); r.Outcome != mail.HandedOver {
			t.Fatalf("%+v", r)
		}
	}
	list := box.List()
	if _, first := box.Get("a@site.example"); first || len(list) != 2 || list[0].ID != "c@site.example" {
		t.Errorf("%d kept, the first %v", len(list), first)
	}
	bad := letterTo("nobody")
	if r := box.Send(t.Context(), bad); r.Outcome != mail.Refused || r.Stage != "compose" {
		t.Errorf("%+v", r)
	}
}
