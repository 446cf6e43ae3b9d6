package server_test

import (
	"bytes"
	"net/http"
	"regexp"
	"runtime"
	"strings"
	"testing"
	"time"

	"github.com/ecusson/ecusson/internal/hostile"
)

// takesFile is a form of the site that takes a file.
type takesFile struct {
	name, path, field string
	by                *browser
	fields            []string
}

// fileForms are all of them: no other page reads a file.
func (s *site) fileForms(t *testing.T) []takesFile {
	t.Helper()
	c := s.contest(t)
	w := s.workshop(t)
	at, form := w.begin(t, "Coffrage")
	fields := filled(form.hidden(t, "seen"))
	return []takesFile{
		{"the list", "/s/genies/lists", "file", c.admin, nil},
		{"the picture", at + "/edit", "picture", w.creator, fields},
		{"the drawing", at + "/edit", "svg", w.creator, fields},
		{"the logo", "/s/atelier/settings/logo", "logo", w.creator, nil},
		{"the passport", "/passport/add", "file", s.signIn("amina@mail.example"), nil},
		{"the check", "/verify", "file", s.browser(), nil},
	}
}

// hostileFiles are the hostile files with the forms that they are made for, and a
// few of each kind for all others.
func hostileFiles(form string) []hostile.File {
	drawings, rasters := hostile.SVGs(), hostile.Rasters()
	lists := append(hostile.Workbooks(), hostile.Tables()...)
	badges := hostile.Badges()
	var out []hostile.File
	for _, kind := range []struct {
		files []hostile.File
		forms string
	}{{drawings, "the picture, the drawing, the logo"}, {rasters, "the picture, the logo"}, {lists, "the list"}, {badges, "the passport, the check"}} {
		for i, f := range kind.files {
			made := strings.Contains(kind.forms, form)
			picture := bytes.HasPrefix(f.Data, []byte("\x89PNG")) // which may be a good one
			if made && len(f.Data) > 0 || !made && !picture && i%7 == 1 {
				out = append(out, f)
			}
		}
	}
	return append(out,
		hostile.File{Name: "HTML", Data: []byte("<!DOCTYPE html><script>alert(1)</script>")},
		hostile.File{Name: "a script", Data: []byte("#!/bin/sh\nrm -rf /\n")},
		hostile.File{Name: "a program", Data: append([]byte("\x7fELF\x02\x01\x01"), make([]byte, 9)...)},
	)
}

// said is the sentence beside a field, or the title of a page of a fault.
var said = regexp.MustCompile(`(?s)class="[^"]*error[^"]*"[^>]*>(.{5,400}?)</|<h1[^>]*>(.{5,200}?)</h1>`)

// TestHostileUploads sends every hostile file to the forms that take such files,
// and some to all others: each answers with a page that says what is wrong, in
// bounded memory, without a fault of our own, and stores nothing. This test runs
// by itself, since it counts memory.
func TestHostileUploads(t *testing.T) {
	onOne(t, func(t *testing.T, s *site) {
		forms := s.fileForms(t)
		wrote := s.writes()
		var before, after runtime.MemStats
		for i, form := range forms {
			for j, f := range hostileFiles(form.name) {
				if !thorough() && (i+j)%2 != 0 {
					continue
				}
				runtime.ReadMemStats(&before)
				s.clock.move(time.Second) // so that nobody is too quick
				got := form.by.upload(form.path, form.field, f.Name, f.Data, form.fields...)
				runtime.ReadMemStats(&after)
				what := form.name + ": " + f.Name
				verdict := form.name == "the check" && got.StatusCode == http.StatusOK && strings.Contains(got.text, `class="verdict `) && !strings.Contains(got.text, `class="verdict valid`)
				if got.StatusCode != http.StatusUnprocessableEntity && !verdict {
					t.Errorf("%s: %d\n%.300s", what, got.StatusCode, title(got.text))
				}
				if !said.MatchString(got.text) && !verdict {
					t.Errorf("%s: nothing says why\n%s", what, got.text)
				}
				if strings.Contains(got.text, "<script>alert") || strings.Contains(got.text, "goroutine ") {
					t.Errorf("%s: the page shows what was sent as it came", what)
				}
				if wrote() {
					t.Errorf("%s: something is stored", what)
				}
				if used := after.TotalAlloc - before.TotalAlloc; used > 64<<20+8*uint64(len(f.Data)) {
					t.Errorf("%s: %d MiB for a file of %d KiB", what, used>>20, len(f.Data)>>10)
				}
			}
		}
		if log := s.log.String(); strings.Contains(log, "level=ERROR") || strings.Contains(log, "level=WARN") {
			t.Errorf("the log: %s", log)
		}
	})
}
