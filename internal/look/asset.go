package look

import (
	"bytes"
	"compress/gzip"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"net/http"
	"path"
	"slices"
	"strconv"
	"strings"
)

// assets are the static files, under names that change with what is in them.
type assets struct {
	names map[string]string // the name with the hash, by the name without
	files map[string]*asset // by the name with the hash
}

type asset struct {
	kind        string // media type
	plain, zip  []byte // zip is nil where it would not be smaller
	etag, zetag string
}

var mediaTypes = map[string]string{
	".css": "text/css; charset=utf-8", ".js": "text/javascript; charset=utf-8",
	".svg": "image/svg+xml", ".png": "image/png", ".woff2": "font/woff2",
	".txt": "text/plain; charset=utf-8", ".webmanifest": "application/manifest+json",
	".wasm": "application/wasm", ".json": "application/json",
}

// readAssets takes the files under static/ of each source. The style sheet is
// read last, since it names others; the scripts of the look are one file,
// site.js, so that an old phone asks once.
func readAssets(sources ...fs.FS) (*assets, error) {
	a := &assets{names: map[string]string{}, files: map[string]*asset{}}
	texts := map[string][]byte{}
	for _, source := range sources {
		err := fs.WalkDir(source, "static", func(p string, entry fs.DirEntry, err error) error {
			if errors.Is(err, fs.ErrNotExist) {
				return nil // pages without static files
			}
			if err != nil || entry.IsDir() {
				return err
			}
			name := strings.TrimPrefix(p, "static/")
			if _, twice := texts[name]; twice {
				return fmt.Errorf("static file %s is there twice", name)
			}
			texts[name], err = fs.ReadFile(source, p)
			return err
		})
		if err != nil {
			return nil, fmt.Errorf("look: %w", err)
		}
	}
	joinScripts(texts)
	names := slices.SortedFunc(maps.Keys(texts), func(a, b string) int {
		if sheets := strings.HasSuffix(a, ".css"); sheets != strings.HasSuffix(b, ".css") {
			if sheets {
				return 1
			}
			return -1
		}
		return strings.Compare(a, b)
	})
	for _, name := range names {
		text := texts[name]
		if strings.HasSuffix(name, ".css") {
			text = a.rename(text)
		}
		if err := a.add(name, text); err != nil {
			return nil, err
		}
	}
	return a, nil
}

// joinScripts makes site.js of the files under script/. Each of them is a block
// of its own and imports nothing.
func joinScripts(texts map[string][]byte) {
	var all bytes.Buffer
	for _, name := range slices.Sorted(maps.Keys(texts)) {
		if strings.HasPrefix(name, "script/") {
			all.Write(texts[name])
			all.WriteByte('\n')
			delete(texts, name)
		}
	}
	if all.Len() > 0 {
		texts["site.js"] = all.Bytes()
	}
}

// rename puts the hashed names into a style sheet's url(…).
func (a *assets) rename(sheet []byte) []byte {
	for name, hashed := range a.names {
		sheet = bytes.ReplaceAll(sheet, []byte("url("+name+")"), []byte("url("+hashed+")"))
	}
	return sheet
}

func (a *assets) add(name string, text []byte) error {
	extension := path.Ext(name)
	kind, ok := mediaTypes[extension]
	if !ok {
		return fmt.Errorf("look: static file %s: no media type for %q", name, extension)
	}
	sum := sha256.Sum256(text)
	hash := hex.EncodeToString(sum[:6])
	hashed := strings.TrimSuffix(name, extension) + "." + hash + extension
	file := &asset{kind: kind, plain: text, etag: `"` + hash + `"`, zetag: `"` + hash + `-gz"`}
	if extension != ".woff2" && extension != ".png" {
		var zip bytes.Buffer
		w, err := gzip.NewWriterLevel(&zip, gzip.BestCompression)
		if err != nil {
			return err
		}
		if _, err := w.Write(text); err != nil {
			return err
		}
		if err := w.Close(); err != nil {
			return err
		}
		if zip.Len() < len(text) {
			file.zip = zip.Bytes()
		}
	}
	a.names[name], a.files[hashed] = hashed, file
	return nil
}

// Asset is the address of a static file by its plain name, for example
// "/static/site.3f2a….css" for "site.css". A name that is not there is a
// mistake of ours: it comes back without a hash, which a test refuses.
func (l *Look) Asset(name string) string {
	if hashed, ok := l.assets.names[name]; ok {
		name = hashed
	}
	return "/static/" + name
}

// Assets serves the static files; it is mounted at /static/. What lies at an
// address never changes, so that it may be kept for ever.
func (l *Look) Assets() http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		file, ok := l.assets.files[strings.TrimPrefix(r.URL.Path, "/static/")]
		if !ok {
			w.Header().Set("Cache-Control", "no-store") // it may be there after the next start
			http.NotFound(w, r)
			return
		}
		if r.Method != http.MethodGet && r.Method != http.MethodHead {
			w.Header().Set("Allow", "GET, HEAD")
			http.Error(w, http.StatusText(http.StatusMethodNotAllowed), http.StatusMethodNotAllowed)
			return
		}
		file.serve(w, r)
	})
}

func (f *asset) serve(w http.ResponseWriter, r *http.Request) {
	h := w.Header()
	body, etag := f.plain, f.etag
	if f.zip != nil {
		h.Set("Vary", "Accept-Encoding")
		if takesGzip(r.Header.Get("Accept-Encoding")) {
			h.Set("Content-Encoding", "gzip")
			body, etag = f.zip, f.zetag
		}
	}
	h.Set("Cache-Control", "public, max-age=31536000, immutable")
	h.Set("ETag", etag)
	h.Set("X-Content-Type-Options", "nosniff")
	if seen := r.Header.Get("If-None-Match"); seen != "" && (strings.Contains(seen, etag) || strings.TrimSpace(seen) == "*") {
		h.Del("Content-Encoding")
		w.WriteHeader(http.StatusNotModified)
		return
	}
	h.Set("Content-Type", f.kind)
	h.Set("Content-Length", strconv.Itoa(len(body)))
	if r.Method == http.MethodGet {
		_, _ = w.Write(body) // who went away does not read it
	}
}

// takesGzip reads Accept-Encoding as far as one question needs.
func takesGzip(accept string) bool {
	for part := range strings.SplitSeq(accept, ",") {
		coding, weight, _ := strings.Cut(part, ";")
		if strings.EqualFold(strings.TrimSpace(coding), "gzip") {
			weight = strings.ReplaceAll(weight, " ", "")
			return weight != "q=0" && !strings.HasPrefix(weight, "q=0.0") || strings.ContainsAny(strings.TrimPrefix(weight, "q=0."), "123456789")
		}
	}
	return false
}
