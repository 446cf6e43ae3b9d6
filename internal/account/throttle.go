package account

import (
	"context"
	"encoding/hex"
	"net/netip"
	"time"

	"github.com/ecusson/ecusson/internal/fault"
)

// rule is how often something may be done within a window of time. It is
// counted in the database, for all servers together.
type rule struct {
	name   string
	most   int
	window time.Duration
}

// A class or a fair signs in from one network, a person from one address.
var (
	mailsToAddress      = rule{"mail address", 5, 15 * time.Minute}
	mailsFromNetwork    = rule{"mail network", 100, 15 * time.Minute}
	codesForAddress     = rule{"code address", 20, 24 * time.Hour}
	recoveryFromNetwork = rule{"recovery network", 60, time.Hour}
	codesFromNetwork    = rule{"code network", 600, time.Hour}
)

// longestWindow is the longest of the windows above.
const longestWindow = 24 * time.Hour

// count notes one more for a rule; a TooMany fault where that is too many. who
// is stored as a keyed hash: addresses of people and networks are not ours to
// collect.
func (s *Service) count(ctx context.Context, tx Tx, r rule, who string) error {
	n, since, err := tx.Count(ctx, s.throttleKey(r, who), s.Now(), r.window)
	if err != nil {
		return err
	}
	if n > r.most {
		return &fault.Error{Kind: fault.TooMany, Key: "account.too-many", After: r.window - s.Now().Sub(since)}
	}
	return nil
}

func (s *Service) throttleKey(r rule, who string) string {
	sum := s.Keeper.MAC("throttle").Sum([]byte(r.name), []byte(who))
	return hex.EncodeToString(sum[:16])
}

// network is what a client's address is counted by: the address itself, and of
// IPv6 the 64 bits that one household has.
func network(client netip.Addr) string {
	client = client.Unmap()
	if client.Is6() {
		if p, err := client.Prefix(64); err == nil {
			return p.String()
		}
	}
	return client.String()
}
