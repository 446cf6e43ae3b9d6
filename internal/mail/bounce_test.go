package mail_test

import (
	"errors"
	"strings"
	"testing"

	"github.com/ecusson/ecusson/internal/mail"
)

const dsn = `From: MAILER-DAEMON@mx.example
To: badges@site.example
Subject: Undelivered Mail Returned to Sender
MIME-Version: 1.0
Content-Type: multipart/report; report-type=delivery-status; boundary="B"

--B
Content-Type: text/plain

I'm sorry.

--B
Content-Type: message/delivery-status

Reporting-MTA: dns; mx.example
Arrival-Date: Fri, 12 Jun 2026 08:00:00 +0000

Final-Recipient: rfc822; nobody@mail.example
Original-Recipient: rfc822;Nobody@mail.example
Action: failed
Status: 5.1.1
Diagnostic-Code: smtp; 550 5.1.1 <nobody@mail.example>: no such
    user here

Final-Recipient: rfc822; full@mail.example
Action: delayed
Status: 4.2.2

Final-Recipient: rfc822; there@mail.example
Action: relayed
Status: 2.0.0

--B
Content-Type: text/rfc822-headers

From: badges@site.example
Message-ID: <0192abc.def@site.example>

--B--
`

func crlf(s string) string { return strings.ReplaceAll(s, "\n", "\r\n") }

func TestReadBounce(t *testing.T) {
	t.Parallel()
	for _, text := range []string{dsn, crlf(dsn), strings.TrimSuffix(dsn, "--B--\n")} {
		got, err := mail.ReadBounce(strings.NewReader(text))
		want := []mail.Bounce{
			{MessageID: "0192abc.def@site.example", Recipient: "Nobody@mail.example", Status: "5.1.1", Diagnostic: "550 5.1.1 <nobody@mail.example>: no such user here", Hard: true},
			{MessageID: "0192abc.def@site.example", Recipient: "full@mail.example", Status: "4.2.2"},
		}
		if err != nil || len(got) != 2 || got[0] != want[0] || got[1] != want[1] {
			t.Errorf("%+v, %v", got, err)
		}
	}
	for name, change := range map[string][2]string{
		"holiday":       {"multipart/report; report-type=delivery-status", "text/plain"},
		"read receipt":  {"report-type=delivery-status", "report-type=disposition-notification"},
		"not about us":  {"Message-ID: <0192abc.def@site.example>", "Message-ID: <a\"b@site.example>"},
		"no boundary":   {`; boundary="B"`, ""},
		"nobody failed": {"Action: ", "Auction: "},
	} {
		if got, err := mail.ReadBounce(strings.NewReader(strings.ReplaceAll(dsn, change[0], change[1]))); !errors.Is(err, mail.ErrNoBounce) {
			t.Errorf("%s: %+v, %v", name, got, err)
		}
	}
	if _, err := mail.ReadBounce(strings.NewReader(dsn + strings.Repeat("x", 1<<20))); err == nil {
		t.Error("a report without a bound is read")
	}
}

func TestReadReport(t *testing.T) {
	t.Parallel()
	b, err := mail.ReadReport([]byte(`{"recipient":"a@b.example","message_id":"<x@site.example>","status":"5.7.1","diagnostic":"550\r\nno"}`))
	if err != nil || b != (mail.Bounce{MessageID: "x@site.example", Recipient: "a@b.example", Status: "5.7.1", Diagnostic: "550 no", Hard: true}) {
		t.Errorf("%+v, %v", b, err)
	}
	for _, bad := range []string{
		"", "[]", "{}", `{"recipient":"a@b.example","message_id":"x@site.example","status":"bad"}`, `{"recipient":"a@b.example","message_id":"x@site.example","status":"2.0.0"}`,
		`{"message_id":"x@site.example","status":"5.1.1"}`, `{"recipient":"a@b.example","message_id":"x","status":"5.1.1"}`,
	} {
		if b, err := mail.ReadReport([]byte(bad)); err == nil {
			t.Errorf("%s: %+v", bad, b)
		}
	}
}

func FuzzReadBounce(f *testing.F) {
	f.Add(dsn)
	f.Add(crlf(dsn))
	f.Fuzz(func(t *testing.T, text string) {
		got, err := mail.ReadBounce(strings.NewReader(text))
		if (err == nil) != (len(got) > 0) {
			t.Errorf("%d bounces with %v", len(got), err)
		}
		for _, b := range got {
			if b.Recipient == "" || b.MessageID == "" || strings.ContainsAny(b.Diagnostic, "\r\n") || len([]rune(b.Diagnostic)) > 500 {
				t.Errorf("%+v", b)
			}
		}
	})
}
