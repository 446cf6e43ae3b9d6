package verify

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/ecusson/ecusson/jsontree"
)

// Fetcher brings documents. Whatever the verifier fetches comes through one.
type Fetcher interface {
	// Fetch gets a document by its absolute URL, which may be http only where the
	// fetcher allows it. accept is the value of the Accept header. A document that
	// could not be had is a *FetchError; an answer with a status of 400 or more is
	// an answer.
	Fetch(ctx context.Context, address, accept string) (*Response, error)
}

// Response is a document that was fetched.
type Response struct {
	Status int
	Header http.Header
	Body   []byte
	// URL is where the document was found after redirects.
	URL string
	// At is when its server last said that it is so; zero where no server was asked.
	At time.Time
}

// FetchError says why a document could not be had.
type FetchError struct {
	URL string
	// Code is one of the Fetch constants.
	Code string
	Err  error
}

// Why a document could not be had.
const (
	FetchOffline     = "offline"     // nobody was asked: the fetcher reaches nothing
	FetchRefused     = "refused"     // the guard does not allow the address
	FetchUnreachable = "unreachable" // no answer
	FetchTooLarge    = "too-large"   // more bytes than allowed
	FetchBusy        = "busy"        // its host was asked often enough, or wants a rest
	FetchBadURL      = "bad-url"     // not an absolute https URL
)

func (e *FetchError) Error() string {
	if e.Err == nil {
		return fmt.Sprintf("verify: fetch %s: %s", e.URL, e.Code)
	}
	return fmt.Sprintf("verify: fetch %s: %s: %v", e.URL, e.Code, e.Err)
}

func (e *FetchError) Unwrap() error { return e.Err }

// PlainFetcher is a Fetcher that answers some addresses of http, too: those of a
// site on this very machine, whose way no stranger is on. For any other Fetcher an
// address must be https, or is not asked for.
type PlainFetcher interface {
	Fetcher
	FetchesPlain(address string) bool
}

// fetchable tells whether an address may be asked for.
func fetchable(f Fetcher, address string) bool {
	if strings.HasPrefix(address, "https://") {
		return true
	}
	plain, ok := f.(PlainFetcher)
	return ok && strings.HasPrefix(address, "http://") && plain.FetchesPlain(address)
}

// Offline is a Fetcher that reaches nothing.
type Offline struct{}

// Fetch returns a *FetchError with the code [FetchOffline].
func (Offline) Fetch(_ context.Context, address, _ string) (*Response, error) {
	return nil, &FetchError{URL: address, Code: FetchOffline}
}

// Document is what stands for a URL in a [Documents] map.
type Document struct {
	// File is read when the document is asked for; Data is used where File is empty.
	File   string
	Data   []byte
	Status int // 0 is 200
	Header http.Header
}

// Documents is a Fetcher that answers from a map from URL to document, and asks
// Next for what the map does not have.
type Documents struct {
	Map  map[string]Document
	Next Fetcher // nil is Offline
}

// Fetch answers from the map or from Next.
func (d *Documents) Fetch(ctx context.Context, address, accept string) (*Response, error) {
	doc, ok := d.Map[address]
	if !ok {
		next := d.Next
		if next == nil {
			next = Offline{}
		}
		return next.Fetch(ctx, address, accept)
	}
	body := doc.Data
	if doc.File != "" {
		info, err := os.Stat(doc.File)
		if err == nil && info.Size() > maxBody {
			return nil, &FetchError{URL: address, Code: FetchTooLarge}
		}
		if body, err = os.ReadFile(doc.File); err != nil {
			return nil, &FetchError{URL: address, Code: FetchUnreachable, Err: err}
		}
	}
	status := doc.Status
	if status == 0 {
		status = http.StatusOK
	}
	return &Response{Status: status, Header: doc.Header, Body: body, URL: address}, nil
}

// readRegular reads the first bytes of an ordinary file, one more than a document
// may have; a device or a pipe could go on for ever.
func readRegular(path string) ([]byte, error) {
	info, err := os.Stat(path)
	if err != nil {
		return nil, err
	}
	if !info.Mode().IsRegular() {
		return nil, fmt.Errorf("%s is not an ordinary file", path)
	}
	file, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer file.Close()
	return io.ReadAll(io.LimitReader(file, maxBody+1))
}

// ReadDocuments reads a file that maps URLs to documents: an object whose member
// names are URLs and whose values are a file's path or an object of "file",
// "status" and "headers". Paths are relative to the map's own folder.
func ReadDocuments(path string) (map[string]Document, error) {
	data, err := readRegular(path)
	if err != nil {
		return nil, err
	}
	tree, err := jsontree.Parse(data, jsontree.Limits{})
	if err != nil {
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	if !tree.Is(jsontree.Object) {
		return nil, fmt.Errorf("%s: not a JSON object from URL to file", path)
	}
	documents := make(map[string]Document, len(tree.Members))
	var faults []error
	for _, m := range tree.Members {
		doc, err := readDocument(&m.Value)
		if !webURL(m.Name) {
			err = errors.New("not an absolute URL")
		}
		if err != nil {
			faults = append(faults, fmt.Errorf("%s: %s: %w", path, m.Name, err))
			continue
		}
		if doc.File != "" && !filepath.IsAbs(doc.File) {
			doc.File = filepath.Join(filepath.Dir(path), filepath.FromSlash(doc.File))
		}
		documents[m.Name] = doc
	}
	return documents, errors.Join(faults...)
}

func webURL(s string) bool {
	u, err := url.Parse(s)
	return err == nil && u.Host != "" && (u.Scheme == "https" || u.Scheme == "http")
}

func readDocument(v *jsontree.Value) (Document, error) {
	if v.Is(jsontree.String) && v.Text != "" {
		return Document{File: v.Text}, nil
	}
	var entry struct {
		File    string            `json:"file"`
		Status  int               `json:"status"`
		Headers map[string]string `json:"headers"`
	}
	decoder := json.NewDecoder(strings.NewReader(string(v.AppendJSON(nil))))
	decoder.DisallowUnknownFields()
	if err := decoder.Decode(&entry); err != nil && !v.Is(jsontree.String) {
		return Document{}, fmt.Errorf("neither a path nor {file, status, headers}: %w", err)
	}
	switch {
	case entry.File == "" && entry.Status == 0:
		return Document{}, errors.New("neither file nor status")
	case entry.Status != 0 && (entry.Status < 100 || entry.Status > 599):
		return Document{}, fmt.Errorf("status %d is no HTTP status", entry.Status)
	}
	doc := Document{File: entry.File, Status: entry.Status, Header: http.Header{}}
	for name, value := range entry.Headers {
		doc.Header.Set(name, value)
	}
	return doc, nil
}
