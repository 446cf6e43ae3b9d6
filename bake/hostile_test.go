package bake_test

import (
	"bytes"
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/ecusson/ecusson/bake"
)

// Bounds hold against pictures that were made to hurt.
func TestHostile(t *testing.T) {
	t.Parallel()
	plain := picture(t)
	bomb := deflated(strings.Repeat("{}", bake.MaxInflated))
	half := deflated(strings.Repeat(" ", bake.MaxInflated/2+1))
	tooLarge := func(t *testing.T, image []byte) {
		t.Helper()
		if found, err := bake.Extract(image); !errors.Is(err, bake.ErrTooLarge) {
			t.Errorf("error = %v and %d found, want ErrTooLarge", err, len(found))
		}
	}
	t.Run("zip bombs", func(t *testing.T) {
		t.Parallel()
		found, err := bake.Extract(afterHeader(plain,
			chunk("zTXt", "openbadges\x00\x00"+bomb),
			chunk("iTXt", "openbadgecredential\x00\x01\x00\x00\x00"+bomb)))
		if err != nil || len(found) != 2 {
			t.Fatalf("%d found, %v", len(found), err)
		}
		for _, f := range found {
			if f.Data != nil || !errors.Is(f.Err, bake.ErrTooLarge) {
				t.Errorf("%s: %d bytes, %v", f.Place, len(f.Data), f.Err)
			}
		}
	})
	t.Run("the bound is for all together", func(t *testing.T) {
		t.Parallel()
		found, err := bake.Extract(afterHeader(plain, chunk("zTXt", "openbadges\x00\x00"+half), chunk("zTXt", "openbadges\x00\x00"+half)))
		if err != nil || len(found) != 2 || found[0].Err != nil || !errors.Is(found[1].Err, bake.ErrTooLarge) {
			t.Errorf("%v %v", briefs(found)[1], err)
		}
	})
	t.Run("very many chunks", func(t *testing.T) {
		t.Parallel()
		tooLarge(t, afterHeader(plain, bytes.Repeat(itxt("openbadges", "x"), 10000)))
	})
	t.Run("very many elements", func(t *testing.T) {
		t.Parallel()
		tooLarge(t, svg(ns3, strings.Repeat(`<ob:credential verify="x"/>`, 10000)))
	})
	t.Run("nested elements", func(t *testing.T) {
		t.Parallel()
		tooLarge(t, svg("", strings.Repeat("<g>", 100000)+strings.Repeat("</g>", 100000)))
	})
	t.Run("nested in a credential", func(t *testing.T) {
		t.Parallel()
		tooLarge(t, svg(ns3, "<ob:credential>"+strings.Repeat("<g>", 100000)))
	})
	t.Run("very many namespaces", func(t *testing.T) {
		t.Parallel()
		var b strings.Builder
		for i := range 100000 {
			fmt.Fprintf(&b, ` xmlns:n%d="urn:x"`, i)
		}
		tooLarge(t, svg(b.String(), ""))
	})
	t.Run("billion laughs", func(t *testing.T) {
		t.Parallel()
		laughs := `<!DOCTYPE svg [<!ENTITY a "ha">`
		for c := 'b'; c < 'k'; c++ {
			laughs += fmt.Sprintf(`<!ENTITY %c "%s">`, c, strings.Repeat(fmt.Sprintf("&%c;", c-1), 10))
		}
		check(t, []byte(laughs+`]><svg>&j;</svg>`), nil, bake.ErrMalformed)
	})
	t.Run("giant attribute", func(t *testing.T) {
		t.Parallel()
		giant := strings.Repeat("&amp;", 4<<20)
		found, err := bake.Extract(svg(ns3+` data-x="`+giant+`"`, `<ob:credential verify="`+giant+`"/>`))
		if err != nil || len(found) != 1 || len(found[0].Data) != 4<<20 {
			t.Errorf("%d found, %v", len(found), err)
		}
	})
	t.Run("giant tag without end", func(t *testing.T) {
		t.Parallel()
		check(t, []byte("<svg "+strings.Repeat("a='' ", 1<<20)), nil, bake.ErrMalformed)
	})
	t.Run("giant picture", func(t *testing.T) {
		t.Parallel()
		tooLarge(t, make([]byte, bake.MaxImage+1))
		if _, err := bake.Prepare(make([]byte, bake.MaxImage+1)); !errors.Is(err, bake.ErrTooLarge) {
			t.Errorf("Prepare: %v", err)
		}
		if _, err := bake.PNG(plain, make([]byte, bake.MaxImage)); !errors.Is(err, bake.ErrTooLarge) {
			t.Errorf("PNG: %v", err)
		}
	})
	t.Run("pixel bomb", func(t *testing.T) {
		t.Parallel()
		image := append([]byte{}, plain...)
		copy(image[8:], chunk("IHDR", "\x7F\xFF\xFF\xFF\x7F\xFF\xFF\xFF\x08\x06\x00\x00\x00"))
		w, h, err := bake.PNGSize(image)
		if w != 1<<31-1 || h != 1<<31-1 || err != nil {
			t.Errorf("PNGSize = %d, %d, %v", w, h, err)
		}
		check(t, image, nil, bake.ErrNoCredential)
	})
}
