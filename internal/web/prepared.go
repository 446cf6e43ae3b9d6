package web

import (
	"bytes"
	"compress/gzip"
	"crypto/sha256"
	"encoding/base64"
	"net/http"
	"strconv"
	"strings"
	"sync"
	"time"
)

// prepared are answers that are finished: bytes, the same gzipped, an ETag. What
// anybody may see is served from them for a moment, then asked for again, so that
// a change made by another server is seen as soon.
type prepared struct {
	now   func() time.Time
	lasts time.Duration
	most  int // bytes of all

	mu    sync.RWMutex
	bytes int
	m     map[string]*answer
}

// answer is one of them. A status of 0 is 200.
type answer struct {
	kind    string
	body    []byte
	zipped  []byte // nil where it gains nothing
	etag    string
	control string // Cache-Control
	vary    string
	policy  string // Content-Security-Policy, "" for that of pages
	open    bool   // may be read by scripts of other sites
	lang    string
	links   string // Link header
	until   time.Time

	ctype, cetag, clength, czipped []string // header values, made once
}

func newPrepared(now func() time.Time, lasts time.Duration, most int) *prepared {
	return &prepared{now: now, lasts: lasts, most: most, m: map[string]*answer{}}
}

func (p *prepared) get(key string) *answer {
	p.mu.RLock()
	a := p.m[key]
	p.mu.RUnlock()
	if a == nil || !p.now().Before(a.until) {
		return nil
	}
	return a
}

// put finishes an answer and keeps it. Past its bound everything begins anew.
func (p *prepared) put(key string, a *answer) *answer {
	a.finish()
	a.until = p.now().Add(p.lasts)
	p.mu.Lock()
	defer p.mu.Unlock()
	if old := p.m[key]; old != nil {
		p.bytes -= old.size()
	}
	if p.bytes+a.size() > p.most {
		p.m, p.bytes = map[string]*answer{}, 0
	}
	p.m[key] = a
	p.bytes += a.size()
	return a
}

// forget lets the next request see what has changed.
func (p *prepared) forget(prefix string) {
	p.mu.Lock()
	defer p.mu.Unlock()
	for key, a := range p.m {
		if strings.HasPrefix(key, prefix) {
			p.bytes -= a.size()
			delete(p.m, key)
		}
	}
}

func (a *answer) size() int { return len(a.body) + len(a.zipped) + 512 }

// finish makes all that does not depend on who asks.
func (a *answer) finish() {
	if a.etag != "" {
		return
	}
	sum := sha256.Sum256(a.body)
	a.etag = `"` + base64.RawURLEncoding.EncodeToString(sum[:12]) + `"`
	if len(a.body) > 512 && !strings.HasPrefix(a.kind, "image/png") && a.kind != "application/pdf" {
		if zipped := zip(a.body); len(zipped) < len(a.body)*9/10 {
			a.zipped = zipped
		}
	}
	a.ctype, a.cetag = []string{a.kind}, []string{a.etag}
	a.clength, a.czipped = []string{strconv.Itoa(len(a.body))}, []string{strconv.Itoa(len(a.zipped))}
}

// zippers are used again: one takes most of a megabyte, which is more than all else
// that a request does.
var zippers = sync.Pool{New: func() any {
	z, err := gzip.NewWriterLevel(nil, 5)
	if err != nil {
		panic(err) // there is such a level
	}
	return z
}}

// zip compresses.
func zip(data []byte) []byte {
	z := zippers.Get().(*gzip.Writer)
	defer zippers.Put(z)
	var b bytes.Buffer
	z.Reset(&b)
	_, _ = z.Write(data) // into memory, as is its end
	_ = z.Close()
	return b.Bytes()
}

var (
	gzipped = []string{"gzip"}
	anybody = []string{"*"}
)

// send writes the answer.
func (a *answer) send(w http.ResponseWriter, r *http.Request) {
	a.finish()
	h := w.Header()
	h["Content-Type"], h["Etag"] = a.ctype, a.cetag
	if a.control != "" {
		h.Set("Cache-Control", a.control)
	}
	vary := a.vary
	if a.zipped != nil {
		if vary != "" {
			vary += ", "
		}
		vary += "Accept-Encoding"
	}
	if vary != "" {
		h["Vary"] = []string{vary}
	}
	if a.policy != "" {
		h.Set("Content-Security-Policy", a.policy)
	}
	if a.open {
		h["Access-Control-Allow-Origin"] = anybody
		h.Set("Cross-Origin-Resource-Policy", "cross-origin")
	}
	if a.lang != "" {
		h.Set("Content-Language", a.lang)
	}
	if a.links != "" {
		h.Set("Link", a.links)
	}
	if match := r.Header.Get("If-None-Match"); match != "" && (match == "*" || strings.Contains(match, a.etag)) {
		w.WriteHeader(http.StatusNotModified)
		return
	}
	body := a.body
	if a.zipped != nil && acceptsGzip(r.Header.Get("Accept-Encoding")) {
		body = a.zipped
		h["Content-Encoding"], h["Content-Length"] = gzipped, a.czipped
	} else {
		h["Content-Length"] = a.clength
	}
	if r.Method == http.MethodHead {
		return
	}
	_, _ = w.Write(body) // who is gone needs no answer
}

func acceptsGzip(header string) bool {
	for part := range strings.SplitSeq(header, ",") {
		name, q, _ := strings.Cut(part, ";")
		if name = strings.TrimSpace(name); name == "gzip" || name == "*" {
			return strings.ReplaceAll(q, " ", "") != "q=0"
		}
	}
	return false
}
