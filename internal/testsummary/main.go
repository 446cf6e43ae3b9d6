// Command testsummary reads the event stream of "go test -json" on standard
// input and writes what a person wants of it: a line for each package, the
// whole output of each failure, each reason for a skip with the tests it
// concerns, and a closing line
//
//	N passed, N failed, N skipped
//
// It exits with 1 when anything failed, when the stream ends before its
// packages do, and when no test ran at all. A test with subtests is not counted
// beside them.
package main

import (
	"bufio"
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"os"
	"slices"
	"strings"
)

func main() {
	os.Exit(run(os.Stdin, os.Stdout))
}

// event is one line of the stream; see "go doc cmd/test2json".
type event struct {
	Action      string
	ImportPath  string
	Package     string
	Test        string
	Output      string
	FailedBuild string
}

type test struct {
	output  strings.Builder
	outcome string // "pass", "fail", "skip"; empty while it runs
	parent  bool
}

type suite struct {
	tests   map[string]*test
	outcome string
}

func run(in io.Reader, out io.Writer) int {
	suites := map[string]*suite{}
	builds := map[string]*strings.Builder{}
	skips := map[string][]string{}
	failed := false

	lines := bufio.NewReader(in)
	for {
		line, err := lines.ReadString('\n')
		if line != "" {
			var e event
			if json.Unmarshal([]byte(line), &e) != nil {
				// What go itself says, before or beside the stream.
				fmt.Fprint(out, line)
			} else {
				note(out, e, suites, builds, skips)
			}
		}
		if err == io.EOF {
			break
		}
		if err != nil {
			fmt.Fprintln(out, "testsummary:", err)
			failed = true
			break
		}
	}

	var passes, failures, skipped int
	for _, name := range slices.Sorted(maps.Keys(suites)) {
		s := suites[name]
		counted := failures
		for _, t := range s.tests {
			switch {
			case t.outcome == "fail" || t.outcome == "":
				if !t.parent {
					failures++
				}
			case t.parent:
			case t.outcome == "pass":
				passes++
			default:
				skipped++
			}
		}
		switch s.outcome {
		case "":
			fmt.Fprintf(out, "FAIL\t%s: the stream ended before the package did\n", name)
			failed = true
		case "fail":
			failed = true
			// A package can fail without a test: it does not build, its
			// main exits, or a parent fails after its subtests passed.
			if failures == counted {
				failures++
			}
		}
	}
	for _, reason := range slices.Sorted(maps.Keys(skips)) {
		tests := skips[reason]
		fmt.Fprintf(out, "skipped, %d × %s\n", len(tests), reason)
		for _, t := range tests {
			fmt.Fprintf(out, "\t%s\n", t)
		}
	}
	if passes+failures+skipped == 0 {
		fmt.Fprintln(out, "no test ran")
		failed = true
	}
	fmt.Fprintf(out, "%d passed, %d failed, %d skipped\n", passes, failures, skipped)
	if failed || failures > 0 {
		return 1
	}
	return 0
}

func note(out io.Writer, e event, suites map[string]*suite, builds map[string]*strings.Builder, skips map[string][]string) {
	switch e.Action {
	case "build-output":
		if builds[e.ImportPath] == nil {
			builds[e.ImportPath] = new(strings.Builder)
		}
		builds[e.ImportPath].WriteString(e.Output)
		return
	case "build-fail":
		return
	}
	s := suites[e.Package]
	if s == nil {
		s = &suite{tests: map[string]*test{}}
		suites[e.Package] = s
	}
	if e.Test == "" {
		notePackage(out, e, s, builds)
		return
	}
	t := s.tests[e.Test]
	if t == nil {
		t = new(test)
		s.tests[e.Test] = t
		markParents(s, e.Test)
	}
	switch e.Action {
	case "output":
		t.output.WriteString(e.Output)
	case "pass":
		t.outcome = e.Action
		t.output.Reset()
	case "fail":
		t.outcome = e.Action
		fmt.Fprintf(out, "%s\n%s", e.Package, t.output.String())
		t.output.Reset()
	case "skip":
		t.outcome = e.Action
		why := reason(t.output.String())
		skips[why] = append(skips[why], e.Package+" "+e.Test)
		t.output.Reset()
	}
}

func notePackage(out io.Writer, e event, s *suite, builds map[string]*strings.Builder) {
	switch e.Action {
	case "output":
		// The verdict on its own is said by the package line that follows it,
		// and a package without tests has nothing to say.
		if e.Output != "PASS\n" && e.Output != "FAIL\n" && !strings.HasPrefix(e.Output, "?   \t") {
			fmt.Fprint(out, e.Output)
		}
	case "fail":
		s.outcome = e.Action
		if b := builds[e.FailedBuild]; b != nil {
			fmt.Fprint(out, b.String())
			b.Reset()
		}
		// What was running when the process died, by a timeout for one.
		for _, name := range slices.Sorted(maps.Keys(s.tests)) {
			if t := s.tests[name]; t.outcome == "" {
				fmt.Fprintf(out, "%s %s did not end\n%s", e.Package, name, t.output.String())
			}
		}
	case "pass", "skip":
		s.outcome = e.Action
	}
}

func markParents(s *suite, name string) {
	for i := strings.LastIndexByte(name, '/'); i >= 0; i = strings.LastIndexByte(name, '/') {
		name = name[:i]
		if t := s.tests[name]; t != nil {
			t.parent = true
		}
	}
}

// reason takes what t.Skip was given out of a skipped test's output: the lines
// that are not the frame around it, without file and line.
func reason(output string) string {
	var words []string
	for line := range strings.Lines(output) {
		line = strings.TrimSpace(line)
		if line == "" || strings.HasPrefix(line, "=== ") || strings.HasPrefix(line, "--- ") {
			continue
		}
		if place, rest, ok := strings.Cut(line, ": "); ok && strings.Contains(place, ".go:") {
			line = rest
		}
		words = append(words, line)
	}
	if words == nil {
		return "no reason given"
	}
	return strings.Join(words, " ")
}
