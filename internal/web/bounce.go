package web

import (
	"crypto/subtle"
	"errors"
	"io"
	"mime"
	"net/http"

	"github.com/ecusson/ecusson/internal/award"
	"github.com/ecusson/ecusson/internal/fault"
	"github.com/ecusson/ecusson/internal/mail"
)

// bouncePages take a mail provider's word about mail that came back.
type bouncePages struct {
	awards *award.Service
	secret string
}

// NewBounce returns the address that a mail provider calls. It holds a
// secret.
func NewBounce(awards *award.Service, secret string) Room {
	return &bouncePages{awards, secret}
}

func (b *bouncePages) Routes() []Route {
	return []Route{{Pattern: "POST /mail/bounce/{secret}", Who: Anyone, Body: 1 << 20, Reads: true, Do: b.take}}
}

// take reads a report: JSON of our own, or a message of RFC 3464 as it is. What is
// about no mail of ours is taken and forgotten, so that nobody learns which are.
func (b *bouncePages) take(w http.ResponseWriter, r *Request) error {
	if subtle.ConstantTimeCompare([]byte(r.PathValue("secret")), []byte(b.secret)) != 1 {
		return fault.ErrNotFound
	}
	bounces, err := readBounces(r.Request)
	if errors.Is(err, mail.ErrNoBounce) {
		err = nil
	}
	if err != nil {
		http.Error(w, err.Error(), http.StatusBadRequest)
		return nil
	}
	for _, one := range bounces {
		back := award.Returned{MessageID: one.MessageID, Address: one.Recipient, Words: one.Words(), Hard: one.Hard}
		if _, err := b.awards.Return(r.Context(), back); err != nil {
			return err
		}
	}
	w.WriteHeader(http.StatusNoContent)
	return nil
}

func readBounces(r *http.Request) ([]mail.Bounce, error) {
	kind, _, _ := mime.ParseMediaType(r.Header.Get("Content-Type"))
	if kind != "application/json" {
		return mail.ReadBounce(r.Body)
	}
	data, err := io.ReadAll(r.Body)
	if err != nil {
		return nil, err
	}
	one, err := mail.ReadReport(data)
	return []mail.Bounce{one}, err
}
