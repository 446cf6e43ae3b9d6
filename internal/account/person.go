package account

import (
	"context"

	"github.com/ecusson/ecusson/internal/id"
)

// Addresses lists a person's addresses, the main one first.
func (s *Service) Addresses(ctx context.Context, person id.ID) ([]Address, error) {
	var out []Address
	err := s.Store.View(ctx, func(tx Tx) error {
		var err error
		out, err = tx.Addresses(ctx, person)
		return err
	})
	return out, err
}
