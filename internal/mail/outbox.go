package mail

import (
	"context"
	"slices"
	"sync"
)

// Outbox is a [Sender] that keeps mails instead of sending them, for trying the
// program out where there is no mail server. It holds the newest mails only.
type Outbox struct {
	messages, bytes int // the most that is kept

	mu    sync.Mutex
	mails []*Message // oldest first
	sizes []int
	total int
}

// NewOutbox keeps at most so many mails and so many bytes of them; 100 mails and
// 32 MB when 0.
func NewOutbox(messages, bytes int) *Outbox {
	if messages <= 0 {
		messages = 100
	}
	if bytes <= 0 {
		bytes = 32 << 20
	}
	return &Outbox{messages: messages, bytes: bytes}
}

// Send keeps the mail. It refuses what a server could not be given either.
func (o *Outbox) Send(ctx context.Context, m *Message) Result {
	if err := ctx.Err(); err != nil {
		return Result{Outcome: Later, Stage: "connect", Text: err.Error()}
	}
	data, err := m.Bytes()
	if err != nil {
		return Result{Outcome: Refused, Stage: "compose", Text: err.Error()}
	}
	o.mu.Lock()
	defer o.mu.Unlock()
	o.mails = append(o.mails, m.clone())
	o.sizes = append(o.sizes, len(data))
	o.total += len(data)
	drop := 0
	for len(o.mails)-drop > o.messages || o.total > o.bytes {
		o.total -= o.sizes[drop]
		drop++
	}
	o.mails, o.sizes = slices.Delete(o.mails, 0, drop), slices.Delete(o.sizes, 0, drop)
	return Result{Outcome: HandedOver, Code: 250, Text: "outbox", Stage: "data"}
}

// List is the mails that are kept, newest first. They must not be changed.
func (o *Outbox) List() []*Message {
	o.mu.Lock()
	defer o.mu.Unlock()
	list := slices.Clone(o.mails)
	slices.Reverse(list)
	return list
}

// Get is the mail with that Message-ID.
func (o *Outbox) Get(id string) (*Message, bool) {
	o.mu.Lock()
	defer o.mu.Unlock()
	for _, m := range slices.Backward(o.mails) {
		if m.ID == id {
			return m, true
		}
	}
	return nil, false
}

// clone shares the pictures' bytes, which nobody changes.
func (m *Message) clone() *Message {
	c := *m
	c.Parts, c.Headers = slices.Clone(m.Parts), slices.Clone(m.Headers)
	return &c
}
