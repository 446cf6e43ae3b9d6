package organization

import (
	"context"
	"slices"
)

const settingPolicy = "policy"

// policy is the operator's where set on the pages, else the configuration's.
func (s *Service) policy(ctx context.Context, tx Tx) (Policy, error) {
	values, err := tx.Settings(ctx, settingPolicy)
	if err != nil {
		return "", err
	}
	if p := Policy(values[settingPolicy]); slices.Contains(Policies(), p) {
		return p, nil
	}
	if slices.Contains(Policies(), s.Policy) {
		return s.Policy, nil
	}
	return Approval, nil
}
