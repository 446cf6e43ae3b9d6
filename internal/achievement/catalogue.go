package achievement

import (
	"context"
	"slices"
	"strings"
	"time"

	"github.com/ecusson/ecusson/internal/id"
)

// Open is an achievement as anybody finds it, with who gives it.
type Open struct {
	Achievement
	Issuer string // name of the organisation
	Slug   string // of the organisation
}

// OpenFilter chooses achievements of the catalogue. The zero OpenFilter lets all
// pass.
type OpenFilter struct {
	Words []string // folded, as of [Filter]
	Kind  string
}

// OpenPlace is a place in the catalogue: that of the achievement seen last. The
// zero OpenPlace is the beginning.
type OpenPlace struct {
	Changed     time.Time
	Org, Number id.Number
}

// Place is where the achievement stands in the catalogue.
func (o Open) Place() OpenPlace { return OpenPlace{o.Changed, o.Org, o.Number} }

// Catalogue is what the organisations that may give badges have published, the
// one that changed last first, after a place, and the place to go on from: the
// zero one at the end. There may be fewer than n where drafts were found by words
// that nobody published.
func (s *Service) Catalogue(ctx context.Context, f OpenFilter, after OpenPlace, n int) (out []Open, next OpenPlace, err error) {
	err = s.Store.View(ctx, func(tx Tx) error {
		out, err = tx.OpenAchievements(ctx, f, after, n+1)
		return err
	})
	if len(out) > n {
		out = out[:n]
		next = out[n-1].Place()
	}
	for i := range out {
		out[i].Draft = nil
		out[i].entitle()
	}
	return slices.DeleteFunc(out, func(o Open) bool { return !f.passes(&o.Newest.Content) }), next, err
}

// passes tells whether published words hold what was asked for: the store finds
// by those of the draft too.
func (f OpenFilter) passes(c *Content) bool {
	if f.Kind != "" && c.Kind != f.Kind {
		return false
	}
	found := c.Found()
	for _, word := range f.Words {
		if !strings.Contains(found, " "+word) {
			return false
		}
	}
	return true
}
