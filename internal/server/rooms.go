package server

import (
	"context"

	"github.com/ecusson/ecusson/internal/web"
)

// rooms makes the services of the domain, tells the worker their jobs, and
// returns the pages.
func (s *Site) rooms(context.Context) ([]web.Room, error) {
	var rooms []web.Room
	return rooms, nil
}
