package organization

import (
	"context"
	"crypto"
	"crypto/ed25519"
	"encoding/binary"
	"errors"
	"fmt"
	"sync"

	"github.com/ecusson/ecusson/did"
	"github.com/ecusson/ecusson/internal/fault"
	"github.com/ecusson/ecusson/internal/id"
	"github.com/ecusson/ecusson/internal/seal"
)

// sealUse names what private keys are sealed for.
const sealUse = "organization key"

// Current tells whether the key signs.
func (k Key) Current() bool { return k.Retired.IsZero() && k.Compromised.IsZero() }

// Signer is the key with which an organisation signs now, and its private half.
// It asks not whether the organisation may issue (see Organization.MayIssue):
// lists of what was revoked are signed for one that is paused, too.
func (s *Service) Signer(ctx context.Context, org id.Number) (Key, crypto.Signer, error) {
	var keys []Key
	err := s.Store.View(ctx, func(tx Tx) error {
		var err error
		keys, err = tx.KeysOf(ctx, org)
		return err
	})
	if err != nil {
		return Key{}, nil, err
	}
	for _, k := range keys {
		if k.Current() {
			signer, err := s.open(k)
			return k, signer, err
		}
	}
	return Key{}, nil, fmt.Errorf("organization: %d has no key that signs: %w", org, fault.ErrNotFound)
}

// open unseals a key, or takes it from the cache.
func (s *Service) open(k Key) (crypto.Signer, error) {
	if signer, ok := s.keys.get(k); ok {
		return signer, nil
	}
	seed, err := s.Keeper.Open(sealUse, keyContext(k), k.Sealed)
	if errors.Is(err, seal.ErrOpen) {
		return nil, &fault.Error{Kind: fault.Unavailable, Key: "organization.key-sealed", Err: err}
	}
	if err != nil {
		return nil, err
	}
	if len(seed) != ed25519.SeedSize {
		return nil, fmt.Errorf("organization: key %d of %d: %d bytes", k.Number, k.Org, len(seed))
	}
	private := ed25519.NewKeyFromSeed(seed)
	public, err := did.Multikey(private.Public())
	if err != nil {
		return nil, err
	}
	if public != k.Public {
		return nil, fmt.Errorf("organization: key %d of %d: the halves do not belong together", k.Number, k.Org)
	}
	s.keys.put(k, private)
	return private, nil
}

// newKey makes a key, its private half sealed.
func (s *Service) newKey(org id.Number) (Key, error) {
	number, err := id.NewNumber(s.Random)
	if err != nil {
		return Key{}, err
	}
	public, private, err := ed25519.GenerateKey(s.Random)
	if err != nil {
		return Key{}, err
	}
	k := Key{Org: org, Number: number, Created: s.Now()}
	if k.Public, err = did.Multikey(public); err != nil {
		return Key{}, err
	}
	k.Sealed, err = s.Keeper.Seal(s.Random, sealUse, keyContext(k), private.Seed())
	return k, err
}

// keyContext ties a sealed key to its row, so that it opens in no other.
func keyContext(k Key) []byte {
	b := binary.BigEndian.AppendUint32(nil, uint32(k.Org))
	return binary.BigEndian.AppendUint32(b, uint32(k.Number))
}

// keyCache holds opened keys; which of them is current is the database's to say.
type keyCache struct {
	mu   sync.Mutex
	keys map[string]crypto.Signer // by the public half
}

// maxOpenKeys is how many private keys are held in memory.
const maxOpenKeys = 256

func (c *keyCache) get(k Key) (crypto.Signer, bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	signer, ok := c.keys[k.Public]
	return signer, ok
}

func (c *keyCache) put(k Key, signer crypto.Signer) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.keys == nil || len(c.keys) >= maxOpenKeys {
		c.keys = map[string]crypto.Signer{}
	}
	c.keys[k.Public] = signer
}
