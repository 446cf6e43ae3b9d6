package mail

import (
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"mime"
	"mime/multipart"
	"net/mail"
	"net/textproto"
	"regexp"
	"strings"
)

// Bounce is what somebody's mail server says about a mail of ours. All of it is
// foreign: who believes it asks first whether the mail and the address belong
// together.
type Bounce struct {
	MessageID  string // of our mail, without angle brackets
	Recipient  string
	Status     string // of RFC 3463: "5.1.1"
	Diagnostic string // the server's words, one line
	Hard       bool   // it will never arrive
}

// Words are the status and the diagnostic.
func (b *Bounce) Words() string { return strings.TrimSpace(b.Status + " " + b.Diagnostic) }

const (
	maxBounce     = 1 << 20
	maxReport     = 20 // of a report, at any depth
	maxRecipients = 20
	maxStatus     = 64 << 10 // bytes of the part that says what happened
)

// ErrNoBounce: a message that is no report about undelivered mail, such as an
// answer of somebody on holiday.
var ErrNoBounce = errors.New("mail: this is no report about undelivered mail")

var statusCode = regexp.MustCompile(`^[245]\.\d{1,3}\.\d{1,3}`)

// ReadBounce reads a report of RFC 3464: a multipart/report with the machine's
// words (message/delivery-status) and our mail or its header. Recipients whose
// mail arrived after all are left out.
func ReadBounce(r io.Reader) ([]Bounce, error) {
	data, err := io.ReadAll(io.LimitReader(r, maxBounce+1))
	if err != nil {
		return nil, err
	}
	if len(data) > maxBounce {
		return nil, fmt.Errorf("mail: a report of more than %d bytes", maxBounce)
	}
	m, err := mail.ReadMessage(bytes.NewReader(data))
	if err != nil {
		return nil, ErrNoBounce
	}
	kind, facts, err := mime.ParseMediaType(m.Header.Get("Content-Type"))
	if err != nil || kind != "multipart/report" || !strings.EqualFold(facts["report-type"], "delivery-status") || facts["boundary"] == "" {
		return nil, ErrNoBounce
	}
	var bounces []Bounce
	id := ""
	parts := multipart.NewReader(m.Body, facts["boundary"])
	for range maxReport {
		part, err := parts.NextPart()
		if err != nil {
			break // cut short: what was read counts
		}
		kind, _, _ := mime.ParseMediaType(part.Header.Get("Content-Type"))
		switch kind {
		case "message/delivery-status", "message/global-delivery-status":
			if bounces == nil {
				bounces = readStatus(io.LimitReader(part, maxStatus))
			}
		case "message/rfc822", "text/rfc822-headers", "message/global", "message/global-headers":
			if id == "" {
				id = readID(part)
			}
		}
	}
	if len(bounces) == 0 || id == "" {
		return nil, ErrNoBounce
	}
	for i := range bounces {
		bounces[i].MessageID = id
	}
	return bounces, nil
}

// readStatus reads the groups of fields of a delivery status: the first is about
// the mail, each other about a recipient.
func readStatus(r io.Reader) []Bounce {
	var out []Bounce
	fields := textproto.NewReader(bufio.NewReader(r))
	for i := 0; len(out) < maxRecipients; i++ {
		group, err := fields.ReadMIMEHeader()
		if len(group) > 0 {
			if b, ok := recipient(group); ok {
				out = append(out, b)
			}
		}
		if err != nil || i > 2*maxRecipients {
			return out
		}
	}
	return out
}

// recipient makes a bounce of the fields about a recipient (RFC 3464 §2.3).
func recipient(group textproto.MIMEHeader) (Bounce, bool) {
	action := strings.ToLower(strings.TrimSpace(group.Get("Action")))
	if action != "failed" && action != "delayed" {
		return Bounce{}, false
	}
	to := typed(group.Get("Original-Recipient"))
	if to == "" {
		to = typed(group.Get("Final-Recipient"))
	}
	b := Bounce{
		Recipient: to, Status: statusCode.FindString(strings.TrimSpace(group.Get("Status"))), Diagnostic: line(typed(group.Get("Diagnostic-Code")), 500),
	}
	b.Hard = action == "failed" && !strings.HasPrefix(b.Status, "4") && !strings.HasPrefix(b.Status, "2")
	return b, to != ""
}

// typed is the value of a field "type; value".
func typed(field string) string {
	if _, value, ok := strings.Cut(field, ";"); ok {
		field = value
	}
	return strings.Trim(strings.TrimSpace(field), "<>")
}

func readID(r io.Reader) string {
	header, _ := textproto.NewReader(bufio.NewReader(io.LimitReader(r, maxStatus))).ReadMIMEHeader()
	return bareID(header.Get("Message-Id"))
}

// bareID is a Message-ID without its brackets, "" for what is none of ours by its
// shape.
func bareID(text string) string {
	text = strings.Trim(strings.TrimSpace(text), "<>")
	if !messageID.MatchString(text) {
		return ""
	}
	return text
}

// ReadReport reads what a mail provider's relay says in our own words, as JSON:
//
//	{"recipient": "a@b.example", "message_id": "<…@…>", "status": "5.1.1", "diagnostic": "550 no such user"}
//
// A status of 5 is final, one of 4 is not.
func ReadReport(data []byte) (Bounce, error) {
	var in struct {
		Recipient  string `json:"recipient"`
		MessageID  string `json:"message_id"`
		Status     string `json:"status"`
		Diagnostic string `json:"diagnostic"`
	}
	if len(data) > maxBounce {
		return Bounce{}, fmt.Errorf("mail: a report of more than %d bytes", maxBounce)
	}
	if err := json.Unmarshal(data, &in); err != nil {
		return Bounce{}, fmt.Errorf("mail: the report is not the JSON that was asked for: %w", err)
	}
	b := Bounce{MessageID: bareID(in.MessageID), Recipient: strings.TrimSpace(in.Recipient), Status: in.Status, Diagnostic: line(in.Diagnostic, 500)}
	switch {
	case b.MessageID == "":
		return Bounce{}, errors.New("mail: message_id is not a Message-ID")
	case b.Recipient == "":
		return Bounce{}, errors.New("mail: recipient is missing")
	case statusCode.FindString(in.Status) != in.Status || in.Status == "" || in.Status[0] == '2':
		return Bounce{}, errors.New("mail: status is not of the form 5.1.1 or 4.2.2")
	}
	b.Hard = in.Status[0] == '5'
	return b, nil
}
