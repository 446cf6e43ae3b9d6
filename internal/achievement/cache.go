package achievement

import (
	"container/list"
	"sync"

	"github.com/ecusson/ecusson/internal/id"
)

// maxCached is how many versions are remembered; each is some kilobytes.
const maxCached = 1000

// versionKey names a version in the whole site.
type versionKey struct {
	org, achievement id.Number
	version          int
}

// versionCache remembers the versions that were read last: they never change, so
// nothing has to be forgotten but for room. The zero value is ready.
type versionCache struct {
	mu    sync.Mutex
	byKey map[versionKey]*list.Element
	order list.List // of *Version, the one read last first
}

// get returns a copy, so that nobody changes what others read.
func (c *versionCache) get(k versionKey) (*Version, bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	e, ok := c.byKey[k]
	if !ok {
		return nil, false
	}
	c.order.MoveToFront(e)
	return e.Value.(*Version).Clone(), true
}

func (c *versionCache) put(v *Version) {
	k := versionKey{v.Org, v.Achievement, v.Version}
	c.mu.Lock()
	defer c.mu.Unlock()
	if _, known := c.byKey[k]; known {
		return
	}
	if c.byKey == nil {
		c.byKey = map[versionKey]*list.Element{}
	}
	c.byKey[k] = c.order.PushFront(v.Clone())
	if c.order.Len() > maxCached {
		last := c.order.Back()
		old := c.order.Remove(last).(*Version)
		delete(c.byKey, versionKey{old.Org, old.Achievement, old.Version})
	}
}

// Clone is a copy that shares nothing.
func (v *Version) Clone() *Version {
	out := *v
	out.Content = v.Content.Clone()
	return &out
}
