package folder

import (
	"bytes"
	"context"
	"crypto"
	"crypto/ed25519"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"time"

	"github.com/ecusson/ecusson/did"
	"github.com/ecusson/ecusson/internal/site"
	"github.com/ecusson/ecusson/jsonld"
	"github.com/ecusson/ecusson/proof"
	"github.com/ecusson/ecusson/statuslist"
)

// Say says the sentence of a key in a language ("fr" or "en") with facts by name.
type Say func(language, key string, facts map[string]any) string

// Options are what every change of a folder needs.
type Options struct {
	// Key signs; it must be an Ed25519 key.
	Key crypto.Signer
	// KeyFile is where the key was read from, to be kept out of what is
	// published; empty is not asked.
	KeyFile string
	// Say makes the words of pages and of criteria.
	Say Say
	// Now is the clock, Random a cryptographic source.
	Now    func() time.Time
	Random io.Reader

	// Of tests: the disk, and how large pictures are drawn.
	disk        *disk
	pictureSize int
}

// run is one change of a folder, under its lock.
type run struct {
	Options
	f        *awardFolder
	book     *book
	at       time.Time
	ld       *jsonld.Processor
	site     *site.Site
	markdown *site.Markdown
	public   ed25519.PublicKey
	makers   map[shape]*maker
	badges   map[shownKey]site.Badge // see shown
	newKey   bool                    // a key that the folder has never seen is the issuer's too
	// progress is told how many awards' files are on the disk, of how many.
	progress    func(done, total int)
	made, total int
}

var errNoClock = errors.New("folder: no clock was given")

// siteLanguages are the languages that pages speak.
var siteLanguages = []string{"fr", "en"}

func newRun(o Options) (*run, error) {
	r := &run{
		Options: o, at: o.Now().UTC().Truncate(time.Second), ld: jsonld.New(nil), markdown: site.NewMarkdown(),
		makers: map[shape]*maker{}, badges: map[shownKey]site.Badge{}, progress: func(int, int) {},
	}
	if r.disk == nil {
		r.disk = &disk{}
	}
	if r.pictureSize == 0 {
		r.pictureSize = pictureSize
	}
	var ok bool
	if r.public, ok = o.Key.Public().(ed25519.PublicKey); !ok {
		return nil, fail(ErrorKeyKind, nil)
	}
	says := map[string]site.Say{}
	for _, l := range siteLanguages {
		says[l] = r.say(l)
	}
	var err error
	r.site, err = site.New(says)
	return r, err
}

// say speaks the language of a badge, or English where the program does not.
func (r *run) say(language string) func(key string, facts map[string]any) string {
	base, _, _ := strings.Cut(language, "-")
	if base != "fr" {
		base = "en"
	}
	return func(key string, facts map[string]any) string { return r.Say(base, key, facts) }
}

// open takes the folder's lock.
func (r *run) open(root string, create bool) error {
	if inside(r.KeyFile, filepath.Join(root, "public")) {
		return fail(ErrorKeyPublic, map[string]any{"File": r.KeyFile})
	}
	var err error
	if r.f, err = openFolder(root, r.disk, create); err != nil {
		return err
	}
	r.book = &r.f.book
	return nil
}

func (r *run) close() { r.f.close() }

// inside tells whether a file stands in a folder, links followed.
func inside(file, folder string) bool {
	if file == "" {
		return false
	}
	real := func(path string) string {
		if p, err := filepath.EvalSymlinks(path); err == nil {
			path = p
		}
		if p, err := filepath.Abs(path); err == nil {
			path = p
		}
		return path
	}
	rel, err := filepath.Rel(real(folder), real(file))
	return err == nil && rel != ".." && !strings.HasPrefix(rel, ".."+string(filepath.Separator))
}

// keyName is the key as Multikey, as the journal has it.
func (r *run) keyName() (string, error) { return did.Multikey(r.public) }

// knownKey refuses a key that the folder's issuer never had, which no reader
// would take for the issuer's.
func (r *run) knownKey() error {
	name, err := r.keyName()
	if err != nil {
		return err
	}
	for _, v := range r.book.issuers {
		if v.Key == name {
			return nil
		}
	}
	return fail(ErrorKeyUnknown, nil)
}

// issuer returns the version of the issuer that is current, and puts a new one
// into the batch if issuer.yaml or the key have changed.
func (r *run) issuer(i Issuer) (*issuerVersion, error) {
	key, err := r.keyName()
	if err != nil {
		return nil, err
	}
	image, err := r.issuerPicture(i)
	if err != nil {
		return nil, err
	}
	i.Image = image
	if n := len(r.book.issuers); n > 0 {
		last := &r.book.issuers[n-1]
		switch {
		case last.Issuer.URL != i.URL:
			return nil, fail(ErrorOtherURL, map[string]any{"URL": i.URL, "Before": last.Issuer.URL})
		case last.Issuer.ID != i.ID:
			return nil, fail(ErrorOtherID, map[string]any{"ID": i.ID, "Before": last.Issuer.ID})
		case last.Key == key && reflect.DeepEqual(last.Issuer, i):
			return last, nil
		}
	}
	if err := r.knownKey(); err != nil && len(r.book.issuers) > 0 && !r.newKey {
		return nil, err
	}
	method, err := methodOf(i.ID, key, r.public)
	if err != nil {
		return nil, err
	}
	v := issuerVersion{N: len(r.book.issuers) + 1, Issuer: i, Profile: profileOf(i, image), Method: method, Key: key}
	if err := r.f.journal.put(line{T: lineIssuer, N: v.N, At: r.at.Unix(), Issuer: &v}); err != nil {
		return nil, err
	}
	r.book.issuers = append(r.book.issuers, v)
	return &r.book.issuers[v.N-1], nil
}

// methodOf is the verification method of a key of the issuer. An identifier that
// is made of a key has that one alone.
func methodOf(id, key string, public ed25519.PublicKey) (string, error) {
	own, method := id, id+"#"+key
	var err error
	switch {
	case strings.HasPrefix(id, "did:key:"):
		own, err = did.FromKey(public)
	case strings.HasPrefix(id, "did:jwk:"):
		own, err = did.FromJWK(public)
		method = id + "#0"
	}
	if err != nil {
		return "", fmt.Errorf("folder: %w", err)
	}
	if own != id {
		return "", fail(ErrorKeyID, map[string]any{"ID": id, "Key": own})
	}
	return method, nil
}

// signer signs as a version of the issuer does.
func (r *run) signer(v *issuerVersion) *proof.Signer {
	return &proof.Signer{Key: r.Key, VerificationMethod: v.Method}
}

// current is the issuer's version that the run's key signs lists with: the
// newest with that key.
func (r *run) current() (*issuerVersion, error) {
	key, err := r.keyName()
	if err != nil {
		return nil, err
	}
	for n := len(r.book.issuers) - 1; n >= 0; n-- {
		if r.book.issuers[n].Key == key {
			return &r.book.issuers[n], nil
		}
	}
	return nil, fail(ErrorKeyUnknown, nil)
}

// listEntries is how many places a list has: the least that hides a person among
// many (Bitstring Status List 1.0 §6.1), which packs to some hundred bytes.
const listEntries = 131072

// list returns the number of a pair of status lists with a free place, and
// opens one in the batch where there is none.
func (r *run) list() (int, error) {
	n := len(r.book.lists)
	if n > 0 && r.book.lists[n-1].Free() > 0 {
		return n, nil
	}
	n++
	if err := r.f.journal.put(line{T: lineList, N: n, Size: listEntries}); err != nil {
		return 0, err
	}
	r.book.lists = append(r.book.lists, statuslist.NewAllocator(listEntries))
	return n, nil
}

// settle finishes what an earlier run has begun: the files of awards that are
// in the journal and perhaps not on the disk.
func (r *run) settle(ctx context.Context) error {
	if len(r.book.pending) == 0 {
		return nil
	}
	key, err := r.keyName()
	if err != nil {
		return err
	}
	pending := r.book.pending
	for i := range pending {
		if r.book.issuers[pending[i].Issuer-1].Key != key {
			return fail(ErrorKeyPending, map[string]any{"Key": r.book.issuers[pending[i].Issuer-1].Key})
		}
	}
	for len(r.book.pending) > 0 {
		if err := ctx.Err(); err != nil {
			return err
		}
		some := r.book.pending[:min(len(r.book.pending), batchRows)]
		last := some[len(some)-1].N
		if err := r.makeAll(some); err != nil {
			return err
		}
		if err := r.commitDone(last); err != nil {
			return err
		}
	}
	return nil
}

// commitDone notes in the journal that the files of the first n awards are there.
func (r *run) commitDone(n int) error {
	r.f.journal.begin()
	if err := r.f.journal.put(line{T: lineDone, N: n}); err != nil {
		return err
	}
	if err := r.f.journal.commit(); err != nil {
		return err
	}
	r.book.finish(n)
	return nil
}

// writeChanged writes a file of the site unless it says the same already.
func (r *run) writeChanged(path string, data []byte, mode os.FileMode) error {
	old, err := os.ReadFile(path)
	switch {
	case errors.Is(err, fs.ErrNotExist) && mode == publicMode:
		// Nobody reads it yet: one that is torn differs, and is written again.
		return r.disk.create(path, data)
	case err == nil && bytes.Equal(old, data):
		return nil
	}
	return r.disk.replace(path, data, mode)
}
