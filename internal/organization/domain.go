package organization

import (
	"context"
	"strings"
)

// Resolver asks the domain name system.
type Resolver interface {
	LookupTXT(ctx context.Context, name string) ([]string, error)
}

func equalHost(a, b string) bool { return strings.EqualFold(a, b) }
