package account

import (
	"context"
	"net/netip"
	"strings"

	"github.com/ecusson/ecusson/internal/fault"
	"github.com/ecusson/ecusson/internal/id"
)

// codesAtOnce is how many recovery codes a person gets.
const codesAtOnce = 10

// codeSize is how many letters a recovery code has, of five bits each: 80 bits
// cannot be guessed, however often one tries.
const codeSize = 16

// NewRecoveryCodes draws new codes for a person; those from before work no more.
// They are shown once: what is stored is their keyed hash.
func (s *Service) NewRecoveryCodes(ctx context.Context, person id.ID) ([]string, error) {
	codes := make([]string, codesAtOnce)
	hashes := make([][]byte, codesAtOnce)
	for i := range codes {
		token, err := id.NewToken(s.Random)
		if err != nil {
			return nil, err
		}
		code := string(token)[:codeSize]
		hashes[i] = s.recoveryHash(code)
		codes[i] = code[:4] + "-" + code[4:8] + "-" + code[8:12] + "-" + code[12:]
	}
	return codes, s.Store.Update(ctx, func(tx Tx) error { return tx.PutRecoveryCodes(ctx, person, hashes) })
}

func (s *Service) recoveryHash(code string) []byte {
	sum := s.Keeper.MAC("recovery code").Sum([]byte(code))
	return sum[:]
}

// recoveryCode reads a code as people write it: large letters, points or spaces,
// and the letters that look like digits. "" for what cannot be one.
func recoveryCode(text string) string {
	if len(text) > 100 {
		return ""
	}
	code := strings.NewReplacer("-", "", " ", "", ".", "", "\u00a0", "", "o", "0", "i", "1", "l", "1").Replace(strings.ToLower(text))
	if len(code) != codeSize {
		return ""
	}
	return code
}

// SignInByRecoveryCode uses a code up.
func (s *Service) SignInByRecoveryCode(ctx context.Context, text string, d Device) (Entry, error) {
	if err := s.countRecovery(ctx, d.Client); err != nil {
		return Entry{}, err
	}
	code := recoveryCode(text)
	wrong := fieldError("code", fault.New(fault.Invalid, "account.recovery-wrong"))
	if code == "" {
		return Entry{}, wrong
	}
	var e Entry
	err := s.Store.Update(ctx, func(tx Tx) error {
		person, err := tx.UseRecoveryCode(ctx, s.recoveryHash(code))
		if err != nil {
			return err
		}
		if e.Person, err = tx.Person(ctx, person); err != nil {
			return err
		}
		e.Token, err = s.begin(ctx, tx, person, d)
		return err
	})
	if fault.Is(err, fault.NotFound) {
		return Entry{}, wrong
	}
	return e, err
}

// countRecovery counts a try in a transaction of its own, so that a wrong one
// counts too.
func (s *Service) countRecovery(ctx context.Context, client netip.Addr) error {
	return s.Store.Update(ctx, func(tx Tx) error { return s.count(ctx, tx, recoveryFromNetwork, network(client)) })
}
