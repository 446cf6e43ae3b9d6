package main

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// stream writes events in shorthand: action, package, test, output.
func stream(events ...[4]string) string {
	var b strings.Builder
	for _, e := range events {
		b.WriteString(`{"Action":"` + e[0] + `","Package":"` + e[1] + `","Test":"` + e[2] + `","Output":"` + e[3] + `"}` + "\n")
	}
	return b.String()
}

func TestRun(t *testing.T) {
	t.Parallel()
	const build = `{"ImportPath":"p","Action":"build-output","Output":"p.go:1:1: no\n"}
{"ImportPath":"p","Action":"build-fail"}
{"Action":"start","Package":"p"}
{"Action":"output","Package":"p","Output":"FAIL\tp [build failed]\n"}
{"Action":"fail","Package":"p","FailedBuild":"p"}
`
	for name, c := range map[string]struct {
		in, out string
		code    int
	}{
		"nothing": {"", "no test ran\n0 passed, 0 failed, 0 skipped\n", 1},
		"no test": {
			stream([4]string{"output", "p", "", `?   \tp\t[no test files]\n`}, [4]string{"skip", "p", "", ""}),
			"no test ran\n0 passed, 0 failed, 0 skipped\n", 1,
		},
		"passed, one skipped": {
			stream(
				[4]string{"run", "p", "TestA", ""}, [4]string{"run", "p", "TestA/one", ""}, [4]string{"run", "p", "TestA/two", ""},
				[4]string{"pass", "p", "TestA/one", ""}, [4]string{"pass", "p", "TestA/two", ""}, [4]string{"pass", "p", "TestA", ""},
				[4]string{"run", "p", "TestB", ""}, [4]string{"output", "p", "TestB", `    b_test.go:7: absent\n`}, [4]string{"skip", "p", "TestB", ""},
				[4]string{"output", "p", "", `PASS\n`}, [4]string{"output", "p", "", `ok  \tp\t0.1s\n`}, [4]string{"pass", "p", "", ""},
			),
			"ok  \tp\t0.1s\nskipped, 1 × absent\n\tp TestB\n2 passed, 0 failed, 1 skipped\n", 0,
		},
		"a test failed": {
			stream(
				[4]string{"run", "p", "TestA", ""}, [4]string{"run", "p", "TestA/one", ""}, [4]string{"output", "p", "TestA/one", `why\n`},
				[4]string{"fail", "p", "TestA/one", ""}, [4]string{"fail", "p", "TestA", ""},
				[4]string{"output", "p", "", `FAIL\n`}, [4]string{"output", "p", "", `FAIL\tp\t0.1s\n`}, [4]string{"fail", "p", "", ""},
			),
			"p\nwhy\np\nFAIL\tp\t0.1s\n0 passed, 1 failed, 0 skipped\n", 1,
		},
		"a parent failed after its subtests passed": {
			stream(
				[4]string{"run", "p", "TestA", ""}, [4]string{"run", "p", "TestA/one", ""}, [4]string{"pass", "p", "TestA/one", ""},
				[4]string{"output", "p", "TestA", `late\n`}, [4]string{"fail", "p", "TestA", ""}, [4]string{"fail", "p", "", ""},
			),
			"p\nlate\n1 passed, 1 failed, 0 skipped\n", 1,
		},
		"the process died": {
			stream(
				[4]string{"run", "p", "TestA", ""}, [4]string{"output", "p", "TestA", `panic: test timed out\n`}, [4]string{"fail", "p", "", ""},
			),
			"p TestA did not end\npanic: test timed out\n0 passed, 1 failed, 0 skipped\n", 1,
		},
		"the stream broke off": {
			stream([4]string{"run", "p", "TestA", ""}, [4]string{"pass", "p", "TestA", ""}),
			"FAIL\tp: the stream ended before the package did\n1 passed, 0 failed, 0 skipped\n", 1,
		},
		"a build failed":  {build, "FAIL\tp [build failed]\np.go:1:1: no\n0 passed, 1 failed, 0 skipped\n", 1},
		"what is no JSON": {"go: cannot find module\n", "go: cannot find module\nno test ran\n0 passed, 0 failed, 0 skipped\n", 1},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var out strings.Builder
			if code := run(strings.NewReader(c.in), &out); code != c.code {
				t.Errorf("exit code %d, want %d", code, c.code)
			}
			if diff := cmp.Diff(c.out, out.String()); diff != "" {
				t.Error(diff)
			}
		})
	}
}
