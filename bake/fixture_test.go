package bake_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/ecusson/ecusson/bake"
	"github.com/ecusson/ecusson/internal/fixture"
)

// The shared pictures, and what is to be taken out of each. A case without a
// place carries nothing.
func TestFixtures(t *testing.T) {
	t.Parallel()
	type want struct {
		standard bake.Standard
		place    string
		begins   string
		count    int
		flag     func(*bake.Found) bool
	}
	ob3, ob2 := bake.OpenBadges3, bake.OpenBadges2
	compressed := func(f *bake.Found) bool { return f.Compressed }
	badCRC := func(f *bake.Found) bool { return f.BadCRC }
	for path, w := range map[string]want{
		"ob30/made/bake-png-json.png":             {ob3, "iTXt", "{", 1, nil},
		"ob30/made/bake-png-unicode.png":          {ob3, "iTXt", "{", 1, nil},
		"ob30/made/bake-png-compressed.png":       {ob3, "iTXt", "{", 1, compressed},
		"ob30/made/bake-png-bad-crc.png":          {ob3, "iTXt", "{", 1, badCRC},
		"ob30/made/bake-png-chunk-after-iend.png": {},
		"ob30/made/bake-png-dual-2-and-3.png":     {ob3, "iTXt", "{", 2, nil},
		"ob30/made/bake-png-text-chunk.png":       {ob3, "tEXt", "{", 1, nil},
		"ob30/made/bake-png-two-chunks.png":       {ob3, "iTXt", "{", 2, nil},
		"ob30/made/bake-svg-cdata-end-inside.svg": {ob3, "body", "{", 1, nil},
		"ob30/made/bake-svg-json.svg":             {ob3, "body", "{", 1, nil},
		"ob30/made/bake-svg-other-prefix.svg":     {ob3, "body", "{", 1, nil},
		"ob30/made/bake-svg-two-credentials.svg":  {ob3, "body", "{", 2, nil},
		"ob30/made/bake-svg-verify-jwt.svg":       {ob3, "verify", "ey", 1, nil},
		"ob30/official/simple-json.png":           {ob3, "iTXt", "{", 1, nil},
		"ob30/official/simple-jwt.png":            {ob3, "iTXt", "ey", 1, nil},
		"ob30/official/simple-jwt.svg":            {ob3, "verify", "ey", 1, nil},
		"ob30/official/simple-jwt_v1.svg":         {ob3, "verify", "ey", 1, nil},
		"clr20/made/bake-png.png":                 {bake.CLR2, "iTXt", "{", 1, nil},
		"ob20/png/sphereon-hosted-1.png":          {ob2, "iTXt", "{", 1, nil},
		"ob20/png/thomasmore-uid-and-id.png":      {ob2, "iTXt", "{", 1, nil},
		"ob20/official/assets/robotics-badge.png": {},
		"ob10/png/backpack-text-404.png":          {ob2, "tEXt", "https://example.org/404", 1, nil},
		"ob10/png/backpack-text-url.png":          {ob2, "tEXt", "https://example.org/assertion", 1, nil},
		"ob10/png/obf-text-url.png":               {ob2, "tEXt", "https://openbadgefactory.com/v1/", 1, nil},
		"ob10/png/displayer-demobadge.png":        {ob2, "iTXt", `{"uid"`, 1, nil},
		"ob10/png/backpack-unbaked.png":           {},
		"ob10/png/bakery-unbaked-heart.png":       {},
		"ob10/svg/bakery-unbaked.svg":             {},
		"ob10/svg/mozilla-unbaked.svg":            {},
		"ob10/svg/mozilla-baked.svg":              {ob2, "body", "{", 1, nil},
		"ob10/svg/mozilla-no-json.svg":            {ob2, "verify", "http://example.org", 1, nil},
	} {
		t.Run(strings.TrimPrefix(path, "ob30/"), func(t *testing.T) {
			t.Parallel()
			image := fixture.Read(t, append([]string{"fixtures"}, strings.Split(path, "/")...)...)
			found, err := bake.Extract(image)
			if w.place == "" {
				if !errors.Is(err, bake.ErrNoCredential) {
					t.Errorf("%d found, error = %v, want ErrNoCredential", len(found), err)
				}
			} else {
				if err != nil || len(found) != w.count {
					t.Fatalf("%d found, want %d, error = %v", len(found), w.count, err)
				}
				f := bake.Prefer(found)
				if f.Standard != w.standard || f.Place != w.place || !strings.HasPrefix(string(f.Data), w.begins) || f.Err != nil {
					t.Errorf("found %v in %s: %.40q, %v", f.Standard, f.Place, f.Data, f.Err)
				}
				if (w.flag != nil) != (f.Compressed || f.BadCRC) || w.flag != nil && !w.flag(f) {
					t.Errorf("compressed %t, bad checksum %t", f.Compressed, f.BadCRC)
				}
				if f.Data[0] == '{' && !json.Valid(f.Data) && !f.BadCRC {
					t.Errorf("not JSON: %s", f.Data)
				}
			}
			baked := bake.PNG
			if strings.HasSuffix(path, ".svg") {
				baked = bake.SVG
			}
			once, err := baked(image, []byte(document))
			if err != nil {
				if f := bake.Prefer(found); f != nil && f.BadCRC && errors.Is(err, bake.ErrMalformed) {
					return
				}
				t.Fatal(err)
			}
			again, err := bake.Extract(once)
			if err != nil || string(bake.Prefer(again).Data) != document {
				t.Errorf("baked and taken out: %v", err)
			}
		})
	}
}

func TestFixtureTruncated(t *testing.T) {
	t.Parallel()
	found, err := bake.Extract(fixture.Read(t, "fixtures", "ob30", "made", "bake-png-truncated.png"))
	if !errors.Is(err, bake.ErrMalformed) || len(found) > 0 {
		t.Errorf("%d found, %v", len(found), err)
	}
}

// No picture among all the shared ones, cut at any place, makes trouble.
func TestFixturesCut(t *testing.T) {
	t.Parallel()
	root := fixture.Dir(t, "fixtures", "ob30", "made")
	paths, err := filepath.Glob(filepath.Join(root, "bake-*"))
	if err != nil || len(paths) == 0 {
		t.Fatal("no pictures", err)
	}
	for _, path := range paths {
		image, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		for n := range image {
			found, err := bake.Extract(image[:n:n])
			if err == nil && !bytes.HasSuffix(image[:n], []byte("IEND\xAEB`\x82")) && bake.Sniff(image) == bake.FormatPNG && !bytes.Contains(image[:n], []byte("IEND")) {
				t.Fatalf("%s cut at %d: %d found and no error", filepath.Base(path), n, len(found))
			}
		}
	}
}
