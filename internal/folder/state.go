package folder

import (
	"context"
	"strings"
)

// Changed is an award whose state was changed.
type Changed struct {
	ID, Name, Address, Badge string
	URL                      string // of its page
	State                    string
}

// Revoke takes an award back, for ever. what names it: its id, an address of one
// of its files, the row's own id, or the holder's address. The reason is shown on
// the award's page.
func Revoke(ctx context.Context, root, what, reason string, o Options) (Changed, error) {
	return change(ctx, root, what, reason, stateRevoked, o)
}

// Suspend takes an award back until [Unsuspend].
func Suspend(ctx context.Context, root, what, reason string, o Options) (Changed, error) {
	return change(ctx, root, what, reason, stateSuspended, o)
}

// Unsuspend gives a suspended award back. The reason is kept in the journal.
func Unsuspend(ctx context.Context, root, what, reason string, o Options) (Changed, error) {
	return change(ctx, root, what, reason, stateActive, o)
}

func change(ctx context.Context, root, what, reason, state string, o Options) (Changed, error) {
	reason = strings.TrimSpace(reason)
	if reason == "" {
		return Changed{}, fail(ErrorNoReason, nil)
	}
	r, err := newRun(o)
	if err != nil {
		return Changed{}, err
	}
	if err := r.open(root, false); err != nil {
		return Changed{}, err
	}
	defer r.close()
	if err := r.knownKey(); err != nil {
		return Changed{}, err
	}
	a, err := r.find(what)
	if err != nil {
		return Changed{}, err
	}
	if err := r.allow(a, state); err != nil {
		return Changed{}, err
	}
	if err := r.settle(ctx); err != nil {
		return Changed{}, err
	}
	r.f.journal.begin()
	if err := r.f.journal.put(line{T: lineState, N: a.N, At: r.at.Unix(), State: state, Reason: reason}); err != nil {
		return Changed{}, err
	}
	if err := r.f.journal.commit(); err != nil {
		return Changed{}, err
	}
	r.book.setState(a.N, awardState{State: state, Reason: reason, At: r.at.Unix()})
	if err := r.publishAll(); err != nil {
		return Changed{}, err
	}
	return Changed{
		ID: a.ID, Name: a.Name, Address: a.Address, Badge: r.book.badges[a.Badge-1].Badge.Name,
		URL: r.book.issuers[a.Issuer-1].Issuer.URL + a.pageFile(), State: state,
	}, nil
}

// allow refuses a change that makes no sense: what is revoked stays so.
func (r *run) allow(a *award, state string) error {
	now := r.book.state(a.N).State
	facts := map[string]any{"ID": a.ID}
	switch {
	case now == stateRevoked:
		return fail(ErrorRevoked, facts)
	case now == stateSuspended && state == stateSuspended:
		return fail(ErrorSuspended, facts)
	case now == stateActive && state == stateActive:
		return fail(ErrorNotState, facts)
	}
	return nil
}

// maxMatches bounds how many awards are listed where several are meant.
const maxMatches = 20

// find returns the one award that what names.
func (r *run) find(what string) (*award, error) {
	what = strings.TrimSpace(what)
	id := strings.ToLower(what)
	if i := strings.LastIndexByte(id, '/'); i >= 0 {
		id = id[i+1:]
	}
	if len(id) > 36 && id[36] == '.' {
		id = id[:36]
	}
	var found []award
	err := eachAward(r.f.file, r.f.journal.size, func(a *award) error {
		if a.ID == id || a.Row != "" && a.Row == what || strings.EqualFold(a.Address, what) {
			if len(found) < maxMatches {
				found = append(found, *a)
			}
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	switch len(found) {
	case 0:
		return nil, fail(ErrorUnknown, map[string]any{"What": what})
	case 1:
		return &found[0], nil
	}
	var matches []string
	for i := range found {
		a := &found[i]
		matches = append(matches, a.ID+"  "+r.book.badges[a.Badge-1].Badge.Name+"  "+a.Address+"  "+a.Row)
	}
	return nil, fail(ErrorAmbiguous, map[string]any{"What": what, "Matches": matches, "List": strings.Join(matches, "\n")})
}
