package interop

import (
	"bufio"
	"bytes"
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"sync"
	"testing"
)

// node is the process of the other implementations.
type node struct {
	mu  sync.Mutex
	in  *json.Encoder
	out *bufio.Reader
}

// startNode starts the process, which ends with the test. It skips the test
// where Node.js or its packages are absent, unless they are required. environment
// is added to our own.
func startNode(t testing.TB, environment ...string) *node {
	t.Helper()
	absent := t.Skipf
	if os.Getenv("ECUSSON_REQUIRE_INTEROP") == "1" {
		absent = t.Fatalf
	}
	if _, err := exec.LookPath("node"); err != nil {
		absent("Node.js absent: nothing is compared with other implementations (./test installs it)")
	}
	if _, err := os.Stat(filepath.Join("node_modules", "jsonld")); err != nil {
		absent("npm packages absent: nothing is compared with other implementations (cd interop && npm ci)")
	}

	command := exec.CommandContext(t.Context(), "node", "--no-warnings", "server.mjs")
	command.Env = append(os.Environ(), environment...)
	var complaints bytes.Buffer
	command.Stderr = &complaints
	in, err := command.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	out, err := command.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := command.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		in.Close()
		// The process was told to end with the test's context; how it did
		// matters only where it left words.
		_ = command.Wait()
		if t.Failed() && complaints.Len() > 0 {
			t.Logf("node: %s", complaints.String())
		}
	})
	encoder := json.NewEncoder(in)
	encoder.SetEscapeHTML(false)
	n := &node{in: encoder, out: bufio.NewReaderSize(out, 1<<20)}

	// The Open Badges contexts of both sides must be the same text; see
	// setContexts in server.mjs.
	n.must(t, request{"op": "setContexts", "contexts": ourContexts(t)}, nil)
	return n
}

type request map[string]any

// refusal is the other implementation's no.
type refusal struct {
	Code  string `json:"code"`
	Error string `json:"error"`
}

// ask sends a request and decodes the answer into answer, or returns the
// refusal. A request that was not understood, or a process that is gone, fails
// the test.
func (n *node) ask(t testing.TB, r request, answer any) *refusal {
	t.Helper()
	n.mu.Lock()
	defer n.mu.Unlock()
	if err := n.in.Encode(r); err != nil {
		t.Fatalf("ask %v: %v", r["op"], err)
	}
	line, err := n.out.ReadBytes('\n')
	if err != nil {
		t.Fatalf("ask %v: %v", r["op"], err)
	}
	var head struct {
		OK bool `json:"ok"`
		refusal
	}
	if err := json.Unmarshal(line, &head); err != nil {
		t.Fatalf("ask %v: %v", r["op"], err)
	}
	if !head.OK {
		// What is wrong with the question, or with the answering code itself,
		// must not pass for a verdict.
		switch head.Code {
		case "request", "ReferenceError", "SyntaxError":
			t.Fatalf("ask %v: %s: %s", r["op"], head.Code, head.Error)
		}
		return &head.refusal
	}
	if answer != nil {
		if err := json.Unmarshal(line, answer); err != nil {
			t.Fatalf("ask %v: %v", r["op"], err)
		}
	}
	return nil
}

// must is ask where a refusal fails the test.
func (n *node) must(t testing.TB, r request, answer any) {
	t.Helper()
	if refused := n.ask(t, r, answer); refused != nil {
		t.Fatalf("ask %v: refused: %s: %s", r["op"], refused.Code, refused.Error)
	}
}
