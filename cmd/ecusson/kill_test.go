package main

import (
	"bytes"
	"context"
	"encoding/csv"
	"fmt"
	"io/fs"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/ecusson/ecusson/did"
	"github.com/ecusson/ecusson/jsonld"
	"github.com/ecusson/ecusson/jsontree"
	"github.com/ecusson/ecusson/proof"
	"github.com/ecusson/ecusson/verify"
)

const killRows = 20000

// program is the command as a process of its own; TestMain makes it one.
func program(t *testing.T, args ...string) *exec.Cmd {
	t.Helper()
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command(self, args...)
	cmd.Env = append(os.Environ(), asProgram+"=1", "LC_ALL=C")
	return cmd
}

// TestAwardSurvivesKill kills the award of 20,000 rows at random moments, by
// SIGKILL, and starts it again: at the end every row has its badge once, and all
// of them verify. ECUSSON_SEED chooses other moments, ECUSSON_LONG many more.
func TestAwardSurvivesKill(t *testing.T) {
	if testing.Short() {
		t.Skip("20,000 rows")
	}
	t.Parallel()
	kills, extra := 2, []string{"--images=none", "--no-pages"}
	if os.Getenv("ECUSSON_LONG") != "" {
		kills, extra = 20, []string{"--images=none"}
	}
	seed, _ := strconv.ParseUint(os.Getenv("ECUSSON_SEED"), 10, 64)
	random := rand.New(rand.NewPCG(seed, 7))
	dir := t.TempDir()
	list, out, key := filepath.Join(dir, "list.csv"), filepath.Join(dir, "out"), filepath.Join(dir, "key")
	writeList(t, list)
	if said, err := program(t, "keygen", "--out", key).CombinedOutput(); err != nil {
		t.Fatalf("%v: %s", err, said)
	}
	examples := filepath.Join("..", "..", "examples", "genies")
	args := append([]string{
		"award", list, "--badge", filepath.Join(examples, "participant.yaml"), "--badge", filepath.Join(examples, "laureat.yaml"),
		"--issuer", filepath.Join(examples, "issuer.yaml"), "--key", key, "--out", out,
	}, extra...)
	journal := filepath.Join(out, "private", "journal")
	// A line of the journal has over 240 bytes; the moments are spread over all but
	// the end, where a run could be over before it is killed.
	const whole = killRows * 220
	killed := 0
	for i := range kills {
		moment := int64(whole/kills*i + random.IntN(whole/kills))
		if killAt(t, program(t, args...), journal, moment, time.Duration(random.IntN(20000))*time.Microsecond) {
			killed++
		}
	}
	if killed < kills/2+1 {
		t.Errorf("only %d of %d runs were killed before their end", killed, kills)
	}
	last := program(t, args...)
	if said, err := last.CombinedOutput(); err != nil {
		t.Fatalf("%v: %s", err, said)
	}
	everyRowOnce(t, out)
	allVerify(t, out)
}

func writeList(t *testing.T, path string) {
	t.Helper()
	var b strings.Builder
	b.WriteString("N°;Nom;E-mail;Badge\n")
	for i := range killRows {
		badge := "Participant"
		if i%10 == 0 {
			badge = "Lauréat"
		}
		fmt.Fprintf(&b, "R%d;Personne %d;p%d@example.org;%s\n", i, i, i, badge)
	}
	if err := os.WriteFile(path, []byte(b.String()), 0o600); err != nil {
		t.Fatal(err)
	}
}

// killAt kills the process a moment after a file has so many bytes, and tells
// whether it was still running.
func killAt(t *testing.T, cmd *exec.Cmd, path string, size int64, after time.Duration) bool {
	t.Helper()
	var said bytes.Buffer
	cmd.Stdout, cmd.Stderr = &said, &said
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	ended := make(chan error, 1)
	go func() { ended <- cmd.Wait() }()
	watch := time.NewTicker(time.Millisecond)
	defer watch.Stop()
	for {
		select {
		case err := <-ended:
			if err != nil {
				t.Fatalf("%v: %s", err, said.String())
			}
			return false
		case <-watch.C:
		}
		if info, err := os.Stat(path); err != nil || info.Size() < size {
			continue
		}
		select {
		case <-ended:
			return false
		case <-time.After(after):
		}
		_ = cmd.Process.Kill()
		return <-ended != nil
	}
}

// everyRowOnce reads the report: each row's id and address once.
func everyRowOnce(t *testing.T, out string) {
	t.Helper()
	data, err := os.ReadFile(filepath.Join(out, "private", "report.csv"))
	if err != nil {
		t.Fatal(err)
	}
	r := csv.NewReader(bytes.NewReader(bytes.TrimPrefix(data, []byte("\ufeff"))))
	r.Comma = ';'
	rows, err := r.ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	seen := map[string]bool{}
	for _, row := range rows[1:] {
		if seen[row[0]] || seen[row[2]] {
			t.Fatalf("%s is there twice", row[0])
		}
		seen[row[0]], seen[row[2]] = true, true
	}
	if len(rows)-1 != killRows {
		t.Fatalf("%d badges for %d rows", len(rows)-1, killRows)
	}
}

// allVerify holds every signed file against the published key, and some hundred
// against all checks of a verifier.
func allVerify(t *testing.T, out string) {
	t.Helper()
	document, err := os.ReadFile(filepath.Join(out, "public", "did.json"))
	if err != nil {
		t.Fatal(err)
	}
	issuer, err := did.ParseDocument(document, "did:web:genies.example.org:badges")
	if err != nil {
		t.Fatal(err)
	}
	documents, err := verify.ReadDocuments(filepath.Join(out, "private", "documents.json"))
	if err != nil {
		t.Fatal(err)
	}
	var files []string
	err = filepath.WalkDir(filepath.Join(out, "public", "b"), func(path string, entry fs.DirEntry, err error) error {
		if err == nil && strings.HasSuffix(path, ".json") {
			files = append(files, path)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	if len(files) != killRows {
		t.Errorf("%d files for %d rows", len(files), killRows)
	}
	ld, whole := jsonld.New(nil), verify.New(nil)
	now := time.Now()
	var wait sync.WaitGroup
	for w := range runtime.GOMAXPROCS(0) {
		wait.Go(func() {
			for i := w; i < len(files); i += runtime.GOMAXPROCS(0) {
				data, err := os.ReadFile(files[i])
				if err == nil {
					err = signedBy(ld, data, issuer)
				}
				if err == nil && i%100 == 0 {
					r := whole.Verify(context.Background(), data, verify.Options{At: now, Fetcher: &verify.Documents{Map: documents}})
					if r.Verdict != verify.Valid {
						err = fmt.Errorf("%s: %+v", r.Verdict, r.Reason())
					}
				}
				if err != nil {
					t.Errorf("%s: %v", files[i], err)
					return
				}
			}
		})
	}
	wait.Wait()
}

func signedBy(ld *jsonld.Processor, data []byte, issuer *did.Document) error {
	doc, err := jsontree.Parse(data, jsontree.Limits{})
	if err != nil {
		return err
	}
	p, err := proof.Only(&doc)
	if err != nil {
		return err
	}
	key, err := issuer.Find(p.VerificationMethod, did.AssertionMethod)
	if err != nil {
		return err
	}
	return p.Verify(ld, &doc, key.Public, proof.VerifyOptions{})
}
