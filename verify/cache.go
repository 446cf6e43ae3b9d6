package verify

import (
	"bufio"
	"bytes"
	"cmp"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"
)

const (
	cacheBytes = 256 << 20      // of all documents that are kept
	cacheLong  = 24 * time.Hour // the longest that a server may have one kept unasked
)

// cache keeps in a folder what servers allow to be kept (RFC 9111, as a private
// cache, without heuristics): what they say is fresh is not asked for again, what
// has a validator is asked for with it. An answer that cannot be had is never
// replaced by an old one: a badge may have been taken back since.
type cache struct {
	folder string
	most   int64
	next   http.RoundTripper
	now    func() time.Time
	mu     sync.Mutex
	size   int64 // of all files
}

// kept is the head of a file of the cache; the body follows it in the next line.
type kept struct {
	URL    string      `json:"url"`
	Accept string      `json:"accept"`
	Status int         `json:"status"`
	Header http.Header `json:"header"`
	Asked  time.Time   `json:"asked"` // when the server last said so
	Fresh  time.Time   `json:"fresh"` // until when it need not be asked
	body   []byte
}

func newCache(folder string, most int64, next http.RoundTripper, now func() time.Time) (*cache, error) {
	if err := os.MkdirAll(folder, 0o700); err != nil {
		return nil, err
	}
	c := &cache{folder: folder, most: most, next: next, now: now}
	files, err := c.files()
	if err != nil {
		return nil, err
	}
	for _, f := range files {
		c.size += f.size
	}
	return c, nil
}

// whenAsked is the key of a context's *time.Time, in which the cache notes when
// a document that it hands out was asked for.
type whenAsked struct{}

func (c *cache) RoundTrip(r *http.Request) (*http.Response, error) {
	file := c.file(r)
	old := c.read(file, r)
	if old != nil && c.now().Before(old.Fresh) {
		note(r.Context(), old.Asked)
		return old.response(r), nil
	}
	if old != nil {
		r = r.Clone(r.Context())
		for validator, condition := range map[string]string{"Etag": "If-None-Match", "Last-Modified": "If-Modified-Since"} {
			if value := old.Header.Get(validator); value != "" {
				r.Header.Set(condition, value)
			}
		}
	}
	asked := c.now()
	response, err := c.next.RoundTrip(r)
	if err != nil {
		return nil, err
	}
	note(r.Context(), asked)
	if old != nil && response.StatusCode == http.StatusNotModified {
		_ = response.Body.Close()
		old.renew(response.Header, asked)
		c.write(file, old)
		return old.response(r), nil
	}
	return c.keep(file, r, response, asked)
}

func note(ctx context.Context, t time.Time) {
	if when, ok := ctx.Value(whenAsked{}).(*time.Time); ok {
		*when = t
	}
}

// keep stores an answer if its server allows it, and hands it on.
func (c *cache) keep(file string, r *http.Request, response *http.Response, asked time.Time) (*http.Response, error) {
	k := &kept{URL: r.URL.String(), Accept: r.Header.Get("Accept"), Status: response.StatusCode, Header: http.Header{}}
	k.renew(response.Header, asked)
	if !k.storable() {
		c.remove(file)
		return response, nil
	}
	body, err := io.ReadAll(io.LimitReader(response.Body, maxBody+1))
	if err != nil {
		_ = response.Body.Close()
		return nil, err
	}
	if len(body) > maxBody { // refused by whoever reads it
		response.Body = struct {
			io.Reader
			io.Closer
		}{io.MultiReader(bytes.NewReader(body), response.Body), response.Body}
		return response, nil
	}
	_ = response.Body.Close()
	k.body = body
	c.write(file, k)
	response.Body = io.NopCloser(bytes.NewReader(body))
	return response, nil
}

// keptHeaders are what is of use of an answer's head.
var keptHeaders = []string{"Content-Type", "Etag", "Last-Modified", "Cache-Control", "Expires", "Date", "Location", "Vary"}

// renew takes over what a server says of a document now (RFC 9111 §4.3.4).
func (k *kept) renew(h http.Header, asked time.Time) {
	for _, name := range keptHeaders {
		if values := h.Values(name); len(values) > 0 {
			k.Header[name] = values
		}
	}
	k.Asked = asked
	k.Fresh = asked.Add(k.lifetime(h))
}

// lifetime is how long an answer is fresh from now on (RFC 9111 §4.2).
func (k *kept) lifetime(h http.Header) time.Duration {
	said := directives(k.Header)
	if _, no := said["no-cache"]; no {
		return 0
	}
	var lasts time.Duration
	if age, ok := said["max-age"]; ok {
		lasts = seconds(age)
	} else if expires, err := http.ParseTime(k.Header.Get("Expires")); err == nil {
		if date, err := http.ParseTime(k.Header.Get("Date")); err == nil {
			lasts = expires.Sub(date)
		}
	}
	return max(0, min(lasts-seconds(h.Get("Age")), cacheLong))
}

// seconds reads a number of seconds; what is none is 0, which is not fresh.
func seconds(text string) time.Duration {
	n, err := strconv.Atoi(strings.Trim(text, `" `))
	if err != nil || n < 0 {
		return 0
	}
	return min(time.Duration(n), 365*24*time.Hour/time.Second) * time.Second
}

// directives are those of Cache-Control, in small letters.
func directives(h http.Header) map[string]string {
	out := map[string]string{}
	for part := range strings.SplitSeq(strings.ToLower(strings.Join(h.Values("Cache-Control"), ",")), ",") {
		name, value, _ := strings.Cut(strings.TrimSpace(part), "=")
		if _, twice := out[name]; twice && out[name] != value {
			value = "" // which of two? Neither.
		}
		out[name] = value
	}
	return out
}

// storable tells whether an answer may be kept, and is of use later.
func (k *kept) storable() bool {
	if _, no := directives(k.Header)["no-store"]; no || strings.Contains(k.Header.Get("Vary"), "*") {
		return false
	}
	fresh := k.Fresh.After(k.Asked)
	switch k.Status {
	case http.StatusOK:
		return fresh || k.Header.Get("Etag") != "" || k.Header.Get("Last-Modified") != ""
	case http.StatusMovedPermanently, http.StatusPermanentRedirect, http.StatusFound, http.StatusTemporaryRedirect, http.StatusNotFound, http.StatusGone:
		return fresh
	}
	return false
}

func (k *kept) response(r *http.Request) *http.Response {
	return &http.Response{
		Status: strconv.Itoa(k.Status) + " " + http.StatusText(k.Status), StatusCode: k.Status, Proto: "HTTP/1.1", ProtoMajor: 1, ProtoMinor: 1,
		Header: k.Header.Clone(), Body: io.NopCloser(bytes.NewReader(k.body)), ContentLength: int64(len(k.body)), Request: r,
	}
}

// file is where the answer to a request is kept.
func (c *cache) file(r *http.Request) string {
	sum := sha256.Sum256([]byte(r.URL.String() + "\x00" + r.Header.Get("Accept")))
	name := hex.EncodeToString(sum[:])
	return filepath.Join(c.folder, name[:2], name)
}

// read returns what is kept for a request, or nil. What cannot be read is as good
// as nothing.
func (c *cache) read(file string, r *http.Request) *kept {
	data, err := os.ReadFile(file)
	if err != nil {
		return nil
	}
	head, body, found := bytes.Cut(data, []byte("\n"))
	var k kept
	if !found || json.Unmarshal(head, &k) != nil || k.URL != r.URL.String() || k.Accept != r.Header.Get("Accept") || k.Header == nil {
		c.remove(file)
		return nil
	}
	if c.now().Before(k.Asked) { // a clock that was set back
		return nil
	}
	k.body = body
	return &k
}

// write keeps an answer. One that cannot be kept is asked for again, that is all.
func (c *cache) write(file string, k *kept) {
	head, err := json.Marshal(k)
	if err != nil {
		return
	}
	size := int64(len(head) + 1 + len(k.body))
	if err := writeWhole(file, head, k.body); err != nil {
		return
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	c.size += size
	if c.size > c.most {
		c.sweep()
	}
}

// writeWhole puts a file where it belongs, all of it or nothing.
func writeWhole(file string, head, body []byte) (err error) {
	folder := filepath.Dir(file)
	if err := os.MkdirAll(folder, 0o700); err != nil {
		return err
	}
	temporary, err := os.CreateTemp(folder, "new-*")
	if err != nil {
		return err
	}
	defer func() {
		if err != nil {
			_ = os.Remove(temporary.Name())
		}
	}()
	w := bufio.NewWriter(temporary)
	_, _ = w.Write(head)
	_ = w.WriteByte('\n')
	_, _ = w.Write(body)
	if err := errors.Join(w.Flush(), temporary.Close()); err != nil {
		return err
	}
	return os.Rename(temporary.Name(), file)
}

func (c *cache) remove(file string) { _ = os.Remove(file) }

type cacheFile struct {
	path string
	size int64
	used time.Time
}

// files are all of the folder.
func (c *cache) files() ([]cacheFile, error) {
	var out []cacheFile
	err := filepath.WalkDir(c.folder, func(path string, entry fs.DirEntry, err error) error {
		if err != nil {
			if errors.Is(err, fs.ErrNotExist) { // another took it away meanwhile
				return nil
			}
			return fmt.Errorf("the folder of fetched documents: %w", err)
		}
		if info, err := entry.Info(); err == nil && info.Mode().IsRegular() {
			out = append(out, cacheFile{path, info.Size(), info.ModTime()})
		}
		return nil
	})
	return out, err
}

// sweep takes the oldest documents away until a quarter of the room is free. The
// size is counted anew: others may work in the same folder.
func (c *cache) sweep() {
	files, err := c.files()
	if err != nil {
		return
	}
	slices.SortFunc(files, func(a, b cacheFile) int { return cmp.Or(a.used.Compare(b.used), cmp.Compare(a.path, b.path)) })
	c.size = 0
	for _, f := range files {
		c.size += f.size
	}
	for _, f := range files {
		if c.size <= c.most/4*3 {
			return
		}
		c.remove(f.path)
		c.size -= f.size
	}
}
