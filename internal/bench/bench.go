// Package bench measures what issuing and verifying cost on this machine, each
// beside its floor: the bare signature, or the bare writing of the same files.
// Figure and floor are measured in turns within one run, and a run's medians
// are compared with each other alone: machines drift, ratios hold.
//
// Begin with [Run].
package bench

import (
	"context"
	"fmt"
	"runtime"
	"slices"
	"time"
)

// Figure is one thing measured, and its floor in the same unit.
type Figure struct {
	Name string `json:"name"`
	// Unit is "µs" an operation, where less is better, or "files/s", where more is.
	Unit      string  `json:"unit"`
	Value     float64 `json:"value"`
	Floor     float64 `json:"floor"`
	FloorName string  `json:"floor_name"`
	Rounds    int     `json:"rounds"`
}

// Options of a run.
type Options struct {
	// Rounds is how often figure and floor take turns; 0 is 7.
	Rounds int
	// Round is how long one turn of a signature is at least; 0 is 100 ms.
	Round time.Duration
	// Rows is the length of the list that is awarded; 0 is 2,000.
	Rows int
	// Folder is an existing folder on the disk to measure, for files that are
	// removed again; empty is the system's one for temporary files.
	Folder string
	// Progress is called before each figure; nil is silence.
	Progress func(name string)
}

func (o Options) withDefaults() Options {
	if o.Rounds == 0 {
		o.Rounds = 7
	}
	if o.Round == 0 {
		o.Round = 100 * time.Millisecond
	}
	if o.Rows == 0 {
		o.Rows = 2000
	}
	if o.Progress == nil {
		o.Progress = func(string) {}
	}
	return o
}

// Run measures everything and returns the figures in a fixed order. It takes
// some 20 seconds, and stops between turns when the context ends.
func Run(ctx context.Context, o Options) ([]Figure, error) {
	o = o.withDefaults()
	subject, err := newSubject()
	if err != nil {
		return nil, fmt.Errorf("bench: %w", err)
	}
	var figures []Figure
	for _, m := range subject.measures() {
		o.Progress(m.name)
		f, err := m.run(ctx, o)
		if err != nil {
			return nil, fmt.Errorf("bench: %s: %w", m.name, err)
		}
		figures = append(figures, f)
	}
	o.Progress(awardFolder)
	f, err := measureFolder(ctx, o)
	if err != nil {
		return nil, fmt.Errorf("bench: %s: %w", awardFolder, err)
	}
	return append(figures, f), nil
}

// measure is an operation and its floor.
type measure struct {
	name, floorName string
	figure, floor   func() error
}

func (m measure) run(ctx context.Context, o Options) (Figure, error) {
	times := map[bool]int{}
	for _, floor := range []bool{true, false} {
		n, err := calibrate(m.of(floor), o.Round)
		if err != nil {
			return Figure{}, err
		}
		times[floor] = n
	}
	var values, floors []float64
	for range o.Rounds {
		for _, floor := range []bool{true, false} {
			if err := ctx.Err(); err != nil {
				return Figure{}, err
			}
			runtime.GC()
			took, err := repeat(m.of(floor), times[floor])
			if err != nil {
				return Figure{}, err
			}
			micros := float64(took.Nanoseconds()) / 1e3 / float64(times[floor])
			if floor {
				floors = append(floors, micros)
			} else {
				values = append(values, micros)
			}
		}
	}
	return Figure{
		Name: m.name, Unit: "µs", Value: median(values), Floor: median(floors), FloorName: m.floorName, Rounds: o.Rounds,
	}, nil
}

func (m measure) of(floor bool) func() error {
	if floor {
		return m.floor
	}
	return m.figure
}

// calibrate finds how often an operation fits into a round, and warms it up.
func calibrate(op func() error, round time.Duration) (int, error) {
	for n := 1; ; n *= 2 {
		took, err := repeat(op, n)
		if err != nil {
			return 0, err
		}
		if took >= round/2 {
			return max(1, int(float64(n)*float64(round)/float64(took))), nil
		}
	}
}

func repeat(op func() error, n int) (time.Duration, error) {
	start := time.Now()
	for range n {
		if err := op(); err != nil {
			return 0, err
		}
	}
	return time.Since(start), nil
}

func median(values []float64) float64 {
	s := slices.Sorted(slices.Values(values))
	middle := len(s) / 2
	if len(s)%2 == 1 {
		return s[middle]
	}
	return (s[middle-1] + s[middle]) / 2
}
