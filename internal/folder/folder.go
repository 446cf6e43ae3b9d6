// Package folder makes and keeps an award folder: a list of people, badge.yaml
// and issuer.yaml in; signed badges, pictures and pages out, in a form that any
// web space serves.
//
//	FOLDER/public    what is published, as it is
//	FOLDER/private   0700: the journal, the report with the addresses, documents.json
//
// The journal is written before the files and says everything of which they are
// made; signatures are deterministic. So a run that was stopped at any moment is
// finished by the next one with the same bytes, and no row is awarded twice.
//
// The package speaks to nobody: it sends no mail, opens no connection, prints
// nothing. Sentences are made at the edge from the keys of [Error], [Problem]
// and [Fault]. Begin with [LoadIssuer], [LoadBadge] and [Award].
package folder

import (
	"crypto/sha256"
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/ecusson/ecusson/statuslist"
)

// Error is an error that a person can act on. Key is the key of its sentence,
// "folder." and a code; Facts are what the sentence speaks of.
type Error struct {
	Key   string
	Facts map[string]any
	Err   error // the cause, or nil
}

func (e *Error) Error() string {
	var b strings.Builder
	b.WriteString("folder: ")
	b.WriteString(strings.TrimPrefix(e.Key, "folder."))
	names := make([]string, 0, len(e.Facts))
	for name := range e.Facts {
		names = append(names, name)
	}
	slices.Sort(names)
	for _, name := range names {
		fmt.Fprintf(&b, " %s=%v", name, e.Facts[name])
	}
	if e.Err != nil {
		b.WriteString(": ")
		b.WriteString(e.Err.Error())
	}
	return b.String()
}

// Unwrap returns the cause.
func (e *Error) Unwrap() error { return e.Err }

func fail(code string, facts map[string]any) *Error {
	return &Error{Key: "folder." + code, Facts: facts}
}

// The codes of an Error, each with a sentence under "folder." in the messages.
const (
	ErrorLocked      = "locked"        // another process writes in the folder
	ErrorNoFolder    = "no-folder"     // there is no award folder there
	ErrorForeign     = "foreign"       // a folder with other files in it
	ErrorJournal     = "journal"       // the journal is damaged; Err says where
	ErrorNewer       = "newer"         // the journal is of a newer program
	ErrorOtherURL    = "other-url"     // issuer.yaml says another url than the folder was made for
	ErrorOtherID     = "other-id"      // and another id
	ErrorKeyKind     = "key-kind"      // the key is not Ed25519
	ErrorKeyPublic   = "key-public"    // the key's file stands in what is published
	ErrorKeyID       = "key-id"        // the key is not that of the issuer's did:key or did:jwk
	ErrorKeyUnknown  = "key-unknown"   // the folder has never seen the key
	ErrorKeyPending  = "key-pending"   // badges begun with another key are to be finished with it
	ErrorBadgeTwice  = "badge-twice"   // two badges of one id or name
	ErrorNoBadge     = "no-badge"      // no badge.yaml was given
	ErrorEmptyList   = "empty-list"    // there is nobody on the list
	ErrorBadRows     = "bad-rows"      // rows are to be corrected, nothing was awarded
	ErrorNotValid    = "not-valid"     // what was made does not hold to Open Badges
	ErrorNotVerified = "not-verified"  // what was signed does not verify
	ErrorUnknown     = "award-unknown" // nothing in the folder is that
	ErrorAmbiguous   = "award-several" // it is several; Matches lists them
	ErrorRevoked     = "revoked"       // it is revoked already, which is for ever
	ErrorNoReason    = "no-reason"     // a reason is needed
	ErrorSuspended   = "suspended"     // it is suspended already
	ErrorNotState    = "not-suspended" // it is not suspended
	ErrorPicture     = "picture"       // a badge's picture was changed in the folder

	ErrorBadPicture   = "bad-picture"   // a picture cannot be made or used; Detail says why
	ErrorNoPicture    = "no-picture"    // there is no such file
	ErrorLargePicture = "large-picture" // the file has more bytes than allowed
)

// awardFolder is an open award folder.
type awardFolder struct {
	root    string
	disk    *disk
	lock    *os.File
	file    *os.File // the journal's
	journal *journal
	book    book
}

func (f *awardFolder) public(path ...string) string {
	return filepath.Join(append([]string{f.root, "public"}, path...)...)
}

func (f *awardFolder) private(name string) string { return filepath.Join(f.root, "private", name) }

// openFolder opens a folder for writing, for this process alone. It makes one
// where there is none, if it may.
func openFolder(root string, d *disk, create bool) (*awardFolder, error) {
	f := &awardFolder{root: root, disk: d}
	if _, err := os.Stat(f.private("journal")); errors.Is(err, fs.ErrNotExist) {
		if !create {
			return nil, fail(ErrorNoFolder, map[string]any{"Folder": root})
		}
		if entries, err := os.ReadDir(root); err == nil {
			for _, e := range entries {
				if e.Name() != "private" && e.Name() != "public" {
					return nil, fail(ErrorForeign, map[string]any{"Folder": root, "File": e.Name()})
				}
			}
		}
		// Without a journal a site in public/ is somebody else's.
		if entries, err := os.ReadDir(f.public()); err == nil && len(entries) > 0 {
			return nil, fail(ErrorForeign, map[string]any{"Folder": root, "File": filepath.Join("public", entries[0].Name())})
		}
	} else if err != nil {
		return nil, fmt.Errorf("folder: %w", err)
	}
	for dir, mode := range map[string]os.FileMode{filepath.Join(root, "private"): 0o700, f.public(): 0o755} {
		if err := os.MkdirAll(dir, mode); err != nil {
			return nil, fmt.Errorf("folder: %w", err)
		}
	}
	// A folder that was copied may have lost its mode on the way.
	if err := os.Chmod(filepath.Join(root, "private"), 0o700); err != nil {
		return nil, fmt.Errorf("folder: %w", err)
	}
	if err := f.open(); err != nil {
		f.close()
		return nil, err
	}
	return f, nil
}

func (f *awardFolder) open() error {
	var err error
	if f.lock, err = os.OpenFile(f.private("lock"), os.O_RDWR|os.O_CREATE, privateMode); err != nil {
		return fmt.Errorf("folder: %w", err)
	}
	switch free, err := lockFile(f.lock); {
	case err != nil:
		return fmt.Errorf("folder: lock: %w", err)
	case !free:
		return fail(ErrorLocked, map[string]any{"Folder": f.root})
	}
	if f.file, err = os.OpenFile(f.private("journal"), os.O_RDWR|os.O_CREATE, privateMode); err != nil {
		return fmt.Errorf("folder: %w", err)
	}
	good, err := f.book.read(f.file)
	if err != nil {
		return err
	}
	if err := f.file.Truncate(good); err != nil {
		return fmt.Errorf("folder: cut the journal: %w", err)
	}
	f.journal = &journal{file: f.file, size: good, disk: f.disk}
	return nil
}

func (f *awardFolder) close() {
	for _, file := range []*os.File{f.file, f.lock} {
		if file != nil {
			_ = file.Close()
		}
	}
}

// readBook reads a folder's journal without touching anything; an absent
// folder has an empty one.
func readBook(root string) (*book, error) {
	b := &book{}
	file, err := os.Open(filepath.Join(root, "private", "journal"))
	if errors.Is(err, fs.ErrNotExist) {
		return b, nil
	} else if err != nil {
		return nil, fmt.Errorf("folder: %w", err)
	}
	defer file.Close()
	b.path = file.Name()
	_, err = b.read(file)
	return b, err
}

// issuerVersion is the issuer as it was when awards were signed.
type issuerVersion struct {
	N       int             `json:"n"`
	Issuer  Issuer          `json:"issuer"`
	Profile json.RawMessage `json:"profile"` // of Open Badges, as it stands in credentials
	Method  string          `json:"method"`  // the verification method
	Key     string          `json:"key"`     // the public key, as Multikey
}

// badgeVersion is a badge as it was when awards were signed.
type badgeVersion struct {
	N           int             `json:"n"`
	Version     int             `json:"version"` // of this badge, from 1
	Folder      string          `json:"folder"`  // achievements/laureat-1
	Digest      string          `json:"digest"`
	Badge       Badge           `json:"badge"`
	Achievement json.RawMessage `json:"achievement"` // of Open Badges, as it stands in credentials
	Level       string          `json:"level,omitempty"`
	SVG         bool            `json:"svg,omitempty"` // there is an image.svg
	Alt         string          `json:"alt"`
	Sum         string          `json:"sum"` // of the pictures
}

// book is what the journal says, in a form that is small: awards are told by
// hashes, and read from the file again where they are needed.
type book struct {
	path    string
	begun   bool
	issuers []issuerVersion
	badges  []badgeVersion
	lists   []*statuslist.Allocator
	awards  []entry
	rows    map[rowKey]int32   // the award of a row
	states  map[int]awardState // of those that ever changed
	changes int                // state lines
	applied int                // of them, those that lists and pages say
	done    int                // awards whose files are on the disk
	pending []award
	publish int64
}

// entry is an award in memory.
type entry struct {
	offset int64 // of its line
	digest uint64
	hasRow bool // the row had an id of its own
}

type rowKey [16]byte

// awardState is the state of an award, why, and since when (Unix seconds).
type awardState struct {
	State  string
	Reason string
	At     int64
}

func (b *book) read(file io.ReaderAt) (int64, error) {
	b.rows, b.states = map[rowKey]int32{}, map[int]awardState{}
	good, err := scanJournal(io.NewSectionReader(file, 0, 1<<62), b.take)
	if errors.Is(err, ErrDamaged) {
		return good, &Error{Key: "folder." + ErrorJournal, Err: err}
	}
	return good, err
}

func (b *book) take(offset int64, kind string, text []byte) error {
	if kind == lineAward {
		var a award
		if err := json.Unmarshal(text, &a); err != nil {
			return err
		}
		if err := b.check(&a); err != nil {
			return err
		}
		if _, err := b.lists[a.List-1].Take(a.Index); err != nil {
			return err
		}
		b.add(&a, offset)
		b.pending = append(b.pending, a)
		return nil
	}
	var l line
	if err := json.Unmarshal(text, &l); err != nil {
		return err
	}
	switch kind {
	case lineFolder:
		if l.N != journalVersion {
			return fail(ErrorNewer, nil)
		}
		b.begun = true
	case lineIssuer:
		if l.Issuer == nil {
			return ErrDamaged
		}
		b.issuers = append(b.issuers, *l.Issuer)
	case lineBadge:
		if l.Badge == nil {
			return ErrDamaged
		}
		b.badges = append(b.badges, *l.Badge)
	case lineList:
		b.lists = append(b.lists, statuslist.NewAllocator(l.Size))
	case lineDone:
		b.finish(l.N)
	case lineState:
		n, ok := b.number(l.N)
		if !ok {
			return ErrDamaged
		}
		b.setState(n, awardState{State: l.State, Reason: l.Reason, At: l.At})
	case lineApplied:
		b.applied = l.N
	case linePublish:
		b.publish = l.At
	default:
		return fail(ErrorNewer, nil)
	}
	return nil
}

func (b *book) number(n int) (int, bool) { return n, n >= 1 && n <= len(b.awards) }

func (b *book) check(a *award) error {
	if a.N != len(b.awards)+1 || a.Badge < 1 || a.Badge > len(b.badges) || a.Issuer < 1 || a.Issuer > len(b.issuers) ||
		a.List < 1 || a.List > len(b.lists) || !isAwardID(a.ID) {
		return ErrDamaged
	}
	return nil
}

// add takes an award in.
func (b *book) add(a *award, offset int64) {
	n := int32(len(b.awards))
	byID, byPerson := a.keys(b.badges[a.Badge-1].Badge.ID)
	b.awards = append(b.awards, entry{offset: offset, digest: a.digest(b.badges[a.Badge-1].Badge.ID), hasRow: a.Row != ""})
	if a.Row != "" {
		b.rows[byID] = n
	}
	if _, there := b.rows[byPerson]; !there {
		b.rows[byPerson] = n
	}
}

// finish notes that the files of the first n awards are on the disk.
func (b *book) finish(n int) {
	b.done = n
	i := 0
	for i < len(b.pending) && b.pending[i].N <= n {
		i++
	}
	b.pending = append(b.pending[:0], b.pending[i:]...)
}

func (b *book) setState(n int, s awardState) {
	b.changes++
	b.states[n] = s
}

// state is the state of an award; one that never changed is active.
func (b *book) state(n int) awardState {
	if s, changed := b.states[n]; changed {
		return s
	}
	return awardState{State: stateActive}
}

// The states of an award, as the journal and the report name them.
const (
	stateActive    = "active"
	stateRevoked   = "revoked"
	stateSuspended = "suspended"
)

// find returns the award that a row has already, by its id or, for rows of
// which one has none, by address and badge.
func (b *book) find(a *award, badge string) (int, bool) {
	byID, byPerson := a.keys(badge)
	if a.Row != "" {
		if n, ok := b.rows[byID]; ok {
			return int(n), true
		}
	}
	n, ok := b.rows[byPerson]
	if !ok || a.Row != "" && b.awards[n].hasRow {
		return 0, false
	}
	return int(n), true
}

// keys are what makes a row the same row in the next list.
func (a *award) keys(badge string) (byID, byPerson rowKey) {
	if a.Row != "" {
		byID = hashKey("row", a.Row, "")
	}
	return byID, hashKey("person", strings.ToLower(a.Address), badge)
}

func hashKey(kind, x, y string) rowKey {
	var buf [256]byte
	b := append(buf[:0], kind...)
	for _, s := range [...]string{x, y} {
		b = append(b, 0)
		b = append(b, s...)
	}
	sum := sha256.Sum256(b)
	return rowKey(sum[:16])
}

// digest tells whether a row says the same as when it was awarded.
func (a *award) digest(badge string) uint64 {
	var buf [512]byte
	b := buf[:0]
	for _, s := range [...]string{strings.ToLower(a.Address), badge, a.Name, a.Text, a.Note, a.Awarded, a.Expires} {
		b = binary.AppendUvarint(b, uint64(len(s)))
		b = append(b, s...)
	}
	for _, s := range a.Evidence {
		b = binary.AppendUvarint(b, uint64(len(s)))
		b = append(b, s...)
	}
	sum := sha256.Sum256(b)
	return binary.BigEndian.Uint64(sum[:8])
}

// differences names the columns in which a row says something else than when it
// was awarded.
func (a *award) differences(b *award, badgeA, badgeB string) []string {
	var out []string
	for _, m := range []struct{ name, x, y string }{
		{"email", strings.ToLower(a.Address), strings.ToLower(b.Address)}, {"badge", badgeA, badgeB}, {"name", a.Name, b.Name},
		{"text", a.Text, b.Text}, {"evidence-text", a.Note, b.Note}, {"awarded", a.Awarded, b.Awarded}, {"expires", a.Expires, b.Expires},
	} {
		if m.x != m.y {
			out = append(out, m.name)
		}
	}
	if !slices.Equal(a.Evidence, b.Evidence) {
		out = append(out, "evidence")
	}
	return out
}

// readAward reads an award's line again.
func readAward(file io.ReaderAt, offset int64) (*award, error) {
	buf := make([]byte, 2048)
	for {
		n, err := file.ReadAt(buf, offset)
		if i := slices.Index(buf[:n], '\n'); i >= 0 {
			text, ok := unsum(buf[:i])
			var a award
			if !ok || json.Unmarshal(text, &a) != nil {
				return nil, &Error{Key: "folder." + ErrorJournal, Err: ErrDamaged}
			}
			return &a, nil
		}
		if err != nil || len(buf) > maxJournalLine {
			return nil, &Error{Key: "folder." + ErrorJournal, Err: ErrDamaged}
		}
		buf = make([]byte, 4*len(buf))
	}
}

// eachAward reads all awards again, in their order.
func eachAward(file io.ReaderAt, size int64, visit func(*award) error) error {
	var a award
	_, err := scanJournal(io.NewSectionReader(file, 0, size), func(_ int64, kind string, text []byte) error {
		if kind != lineAward {
			return nil
		}
		a = award{}
		if err := json.Unmarshal(text, &a); err != nil {
			return err
		}
		return visit(&a)
	})
	return err
}

// issued is the day that an award shows as its own.
func (a *award) issued() time.Time {
	if day, err := time.Parse(time.DateOnly, a.Awarded); err == nil {
		return day
	}
	return unixTime(a.At)
}

// shard is the folder below b/ that holds an award's files: the last digits of
// its id are random, so a folder holds a 256th of all.
func (a *award) shard() string { return a.ID[len(a.ID)-2:] }

// isAwardID tells whether s is a UUID as we write them; it becomes file names.
func isAwardID(s string) bool {
	if len(s) != 36 {
		return false
	}
	for i, c := range []byte(s) {
		switch dash := i == 8 || i == 13 || i == 18 || i == 23; {
		case dash != (c == '-'):
			return false
		case !dash && (c < '0' || c > '9') && (c < 'a' || c > 'f'):
			return false
		}
	}
	return true
}
