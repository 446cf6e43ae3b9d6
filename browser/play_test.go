package browser_test

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// play is a scenario to be played in Chromium; see run.mjs.
type play struct {
	// Base is the program's address, http://localhost:PORT. It must be that
	// name: passkeys do not work for an address of digits.
	Base string `json:"base"`
	// Scenario is the module, relative to this folder: scenario/NAME.mjs.
	Scenario string `json:"scenario"`
	// Views replace those of the scenario.
	Views []view `json:"views,omitempty"`
	// Data is handed to the scenario.
	Data any `json:"data,omitempty"`
	// Shots is the folder for pictures; build/shots if empty.
	Shots    string `json:"shots"`
	Chromium string `json:"chromium"`
}

// view is how somebody looks at the pages; see lib/view.mjs.
type view struct {
	Lang   string `json:"lang"`   // fr or en
	Width  int    `json:"width"`  // of the window, in pixels
	Scheme string `json:"scheme"` // light or dark
	Script bool   `json:"script"`
}

// allViews are 16; a scenario says itself in which it plays otherwise.
func allViews() []view {
	var views []view
	for _, lang := range []string{"fr", "en"} {
		for _, width := range []int{360, 1280} {
			for _, scheme := range []string{"light", "dark"} {
				views = append(views, view{lang, width, scheme, true}, view{lang, width, scheme, false})
			}
		}
	}
	return views
}

// result is one line of run.mjs.
type result struct {
	View   string
	Name   string
	Faults []string // none: it passed
	Notes  []string // what axe leaves to people

	Done *int // in the last line: how many there were before
}

// patience is how long a scenario may take in all its views.
const patience = 10 * time.Minute

// run plays the scenario and has a subtest for each of its results.
func (p play) run(t *testing.T) {
	t.Helper()
	if os.Getenv("ECUSSON_LONG") == "1" && p.Views == nil {
		p.Views = allViews()
	}
	err := p.perform(t, func(r result) {
		t.Run(r.View+"/"+r.Name, func(t *testing.T) {
			for _, note := range r.Notes {
				t.Log("to be looked at:", note)
			}
			for _, fault := range r.Faults {
				t.Error(fault)
			}
		})
	})
	if err != nil {
		t.Error(err)
	}
}

// perform plays the scenario and tells each result. It skips the test where
// the browser or what drives it is absent, unless it is required.
func (p play) perform(t *testing.T, tell func(result)) error {
	t.Helper()
	p.Chromium = browser(t)
	if p.Shots == "" {
		p.Shots = filepath.Join("..", "build", "shots")
	}
	job, err := json.Marshal(p)
	if err != nil {
		return err
	}
	ctx, cancel := context.WithTimeout(t.Context(), patience)
	defer cancel()
	node := exec.CommandContext(ctx, "node", "run.mjs")
	var complaints bytes.Buffer
	node.Stderr = &complaints
	in, err := node.StdinPipe()
	if err != nil {
		return err
	}
	defer in.Close()
	// It ends with its input, and takes Chromium and its folders along.
	node.Cancel, node.WaitDelay = in.Close, 10*time.Second
	out, err := node.StdoutPipe()
	if err != nil {
		return err
	}
	if err := node.Start(); err != nil {
		return err
	}
	_, err = in.Write(append(job, '\n'))
	err = errors.Join(err, read(out, tell), node.Wait())
	if err != nil {
		return fmt.Errorf("%s: %w\n%s", p.Scenario, err, complaints.String())
	}
	return nil
}

// read tells the results, and returns an error unless they are complete.
func read(out io.Reader, tell func(result)) error {
	lines := bufio.NewReaderSize(out, 1<<16)
	for count := 0; ; count++ {
		line, err := lines.ReadBytes('\n')
		if err != nil {
			return fmt.Errorf("the play ended too soon: %w", err)
		}
		var r result
		if err := json.Unmarshal(line, &r); err != nil {
			return fmt.Errorf("%q is no result: %w", line, err)
		}
		if r.Done == nil {
			tell(r)
			continue
		}
		if count == 0 || *r.Done != count {
			return fmt.Errorf("%d results came of %d", count, *r.Done)
		}
		return nil
	}
}

// browser returns Chromium's path.
func browser(t *testing.T) string {
	t.Helper()
	absent := t.Skip
	if os.Getenv("ECUSSON_REQUIRE_BROWSER") == "1" {
		absent = t.Fatal
	}
	if _, err := exec.LookPath("node"); err != nil {
		absent("Node.js absent: no page is opened in a browser (./test installs it)")
	}
	if _, err := os.Stat(filepath.Join("node_modules", "playwright-core")); err != nil {
		absent("npm packages absent: no page is opened in a browser (cd browser && npm ci)")
	}
	names := []string{"chromium", "chromium-browser", "google-chrome"}
	for _, name := range names {
		if path, err := exec.LookPath(name); err == nil {
			return path
		}
	}
	absent("Chromium absent: no page is opened in a browser (./test installs it); looked for " + strings.Join(names, ", "))
	return ""
}
