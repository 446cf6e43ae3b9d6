package folder

import (
	"bufio"
	"bytes"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"hash/crc32"
	"io"
	"os"
	"time"

	"github.com/ecusson/ecusson/jsontree"
)

// The journal is the truth of a folder; everything else in it is made from the
// journal and may be made again. It is a text file of lines
//
//	CRC JSON\n
//
// where CRC is CRC-32C of the JSON in eight hexadecimal digits. Lines are only
// ever appended, in batches that each begin with a "batch" line, and a batch is
// on the disk before anything that follows from it is written elsewhere.
//
// On opening, the journal is cut at its first line that is torn. That is safe
// while no batch begins behind it, since nothing followed from the torn batch
// yet; where one does begin behind it, something else damaged the file, and it
// is not touched.

// The kinds of line.
const (
	lineFolder  = "folder"  // the first line: what this file is
	lineBatch   = "batch"   // a batch begins
	lineIssuer  = "issuer"  // a version of the issuer, with its key
	lineBadge   = "badge"   // a version of a badge; its files are on the disk
	lineList    = "list"    // a pair of status lists is opened
	lineAward   = "award"   // a badge is awarded
	lineDone    = "done"    // the files of the awards up to here are on the disk
	lineState   = "state"   // an award is revoked, suspended, or unsuspended
	lineApplied = "applied" // lists and pages say what the state lines up to here do
	linePublish = "publish" // what has a date was renewed
)

const journalVersion = 1

// maxJournalLine bounds a line in bytes, well over what limits on the list's
// cells and on badge.yaml let a line become.
const maxJournalLine = 4 << 20

var castagnoli = crc32.MakeTable(crc32.Castagnoli)

// line is one line of the journal; which members it has is told by T.
type line struct {
	T  string `json:"t"`
	N  int    `json:"n,omitempty"`  // the version of folder; the number of issuer, badge, list, award; how many for done and applied
	At int64  `json:"at,omitempty"` // Unix seconds

	Issuer *issuerVersion `json:"issuer,omitempty"`
	Badge  *badgeVersion  `json:"badge,omitempty"`
	Size   int            `json:"size,omitempty"` // entries of a list

	// State lines, whose N is the award.
	State  string `json:"state,omitempty"`
	Reason string `json:"reason,omitempty"`
}

// award is a line of kind award: everything of which its badge is made.
type award struct {
	N        int      `json:"n"` // from 1
	ID       string   `json:"id"`
	At       int64    `json:"at"` // Unix seconds: when it was signed
	Issuer   int      `json:"issuer"`
	Badge    int      `json:"badge"`
	List     int      `json:"list"`
	Index    int      `json:"index"`
	Salt     string   `json:"salt"`
	Row      string   `json:"row,omitempty"` // the row's own id
	Address  string   `json:"address"`
	Name     string   `json:"name,omitempty"`
	Text     string   `json:"text,omitempty"`
	Evidence []string `json:"evidence,omitempty"`
	Note     string   `json:"note,omitempty"`    // on the evidence, in words
	Files    int      `json:"files"`             // hasPNG, hasSVG, hasPage
	Awarded  string   `json:"awarded,omitempty"` // the list's date, as 2026-06-12
	Expires  string   `json:"expires,omitempty"` // the list's date
	Until    int64    `json:"until,omitempty"`   // Unix seconds, from Expires or the badge's validity
}

// The files of an award beside its signed JSON.
const (
	hasPNG  = 1
	hasSVG  = 2
	hasPage = 4
)

// appendLine appends the award's journal line without checksum; it is what
// encoding/json reads back into award, and much quicker to write.
func (a *award) appendLine(dst []byte) []byte {
	dst = append(dst, `{"t":"award","n":`...)
	dst = appendInt(dst, int64(a.N))
	dst = append(dst, `,"id":`...)
	dst = jsontree.AppendString(dst, a.ID)
	dst = append(dst, `,"at":`...)
	dst = appendInt(dst, a.At)
	dst = append(dst, `,"issuer":`...)
	dst = appendInt(dst, int64(a.Issuer))
	dst = append(dst, `,"badge":`...)
	dst = appendInt(dst, int64(a.Badge))
	dst = append(dst, `,"list":`...)
	dst = appendInt(dst, int64(a.List))
	dst = append(dst, `,"index":`...)
	dst = appendInt(dst, int64(a.Index))
	dst = append(dst, `,"files":`...)
	dst = appendInt(dst, int64(a.Files))
	dst = append(dst, `,"salt":`...)
	dst = jsontree.AppendString(dst, a.Salt)
	for _, m := range [...]struct{ name, value string }{
		{`,"row":`, a.Row}, {`,"address":`, a.Address}, {`,"name":`, a.Name}, {`,"text":`, a.Text}, {`,"note":`, a.Note},
	} {
		if m.value != "" {
			dst = append(dst, m.name...)
			dst = jsontree.AppendString(dst, m.value)
		}
	}
	for i, e := range a.Evidence {
		if i == 0 {
			dst = append(dst, `,"evidence":[`...)
		} else {
			dst = append(dst, ',')
		}
		dst = jsontree.AppendString(dst, e)
	}
	if len(a.Evidence) > 0 {
		dst = append(dst, ']')
	}
	for _, m := range [...]struct{ name, value string }{{`,"awarded":`, a.Awarded}, {`,"expires":`, a.Expires}} {
		if m.value != "" {
			dst = append(dst, m.name...)
			dst = jsontree.AppendString(dst, m.value)
		}
	}
	if a.Until != 0 {
		dst = append(dst, `,"until":`...)
		dst = appendInt(dst, a.Until)
	}
	return append(dst, '}')
}

// journal appends to the file. Reading goes through scanJournal.
type journal struct {
	file *os.File
	size int64 // bytes that are on the disk
	buf  []byte
	disk *disk
}

// begin starts a batch.
func (j *journal) begin() { j.buf = appendSummed(j.buf[:0], []byte(`{"t":"batch"}`)) }

// put adds a line to the batch.
func (j *journal) put(l line) error {
	text, err := json.Marshal(l)
	if err != nil {
		return fmt.Errorf("folder: journal: %w", err)
	}
	return j.putText(text)
}

func (j *journal) putText(text []byte) error {
	if len(text) > maxJournalLine-16 {
		return fmt.Errorf("folder: journal: a line of %d bytes", len(text))
	}
	j.buf = appendSummed(j.buf, text)
	return nil
}

// offset is where the next line of the batch will stand in the file.
func (j *journal) offset() int64 { return j.size + int64(len(j.buf)) }

// commit writes the batch and returns when it is on the disk.
func (j *journal) commit() error {
	if err := j.disk.append(j.file, j.size, j.buf); err != nil {
		return fmt.Errorf("folder: journal: %w", err)
	}
	j.size += int64(len(j.buf))
	j.buf = j.buf[:0]
	return nil
}

// appendSummed appends a line with its checksum.
func appendSummed(dst, text []byte) []byte {
	var sum [4]byte
	crc := crc32.Checksum(text, castagnoli)
	sum[0], sum[1], sum[2], sum[3] = byte(crc>>24), byte(crc>>16), byte(crc>>8), byte(crc)
	dst = hex.AppendEncode(dst, sum[:])
	dst = append(dst, ' ')
	dst = append(dst, text...)
	return append(dst, '\n')
}

// unsum returns a line's JSON, without its line end, if its checksum is right.
func unsum(raw []byte) ([]byte, bool) {
	if len(raw) < 10 || raw[8] != ' ' {
		return nil, false
	}
	var sum [4]byte
	if _, err := hex.Decode(sum[:], raw[:8]); err != nil {
		return nil, false
	}
	text := raw[9:]
	crc := uint32(sum[0])<<24 | uint32(sum[1])<<16 | uint32(sum[2])<<8 | uint32(sum[3])
	return text, crc32.Checksum(text, castagnoli) == crc
}

// ErrDamaged says that the journal was changed by something other than a write
// that was cut short.
var ErrDamaged = errors.New("the journal is damaged")

// scanJournal calls visit with each line and where it begins, and returns how
// many bytes of whole lines there are. text holds until visit returns.
func scanJournal(r io.Reader, visit func(offset int64, kind string, text []byte) error) (int64, error) {
	in := bufio.NewReaderSize(r, 1<<16)
	var good int64
	var long []byte
	number := 0
	for {
		raw, err := in.ReadSlice('\n')
		if errors.Is(err, bufio.ErrBufferFull) {
			long = append(long[:0], raw...)
			for errors.Is(err, bufio.ErrBufferFull) && len(long) <= maxJournalLine {
				raw, err = in.ReadSlice('\n')
				long = append(long, raw...)
			}
			raw = long
		}
		if err != nil && !errors.Is(err, io.EOF) && !errors.Is(err, bufio.ErrBufferFull) {
			return good, fmt.Errorf("folder: journal: %w", err)
		}
		if len(raw) == 0 && errors.Is(err, io.EOF) {
			return good, nil
		}
		number++
		text, ok := []byte(nil), false
		if n := len(raw); raw[n-1] == '\n' {
			text, ok = unsum(raw[:n-1])
		}
		if !ok {
			if batchFollows(in) {
				return good, fmt.Errorf("folder: journal: line %d: %w", number, ErrDamaged)
			}
			return good, nil
		}
		kind := kindOf(text)
		if number == 1 && kind != lineFolder && kind != lineBatch {
			return good, fmt.Errorf("folder: journal: line 1: %w: it is not a journal", ErrDamaged)
		}
		if kind != lineBatch {
			if err := visit(good, kind, text); err != nil {
				return good, fmt.Errorf("folder: journal: line %d: %w", number, err)
			}
		}
		good += int64(len(raw))
	}
}

// kindOf reads the t that every line begins with.
func kindOf(text []byte) string {
	rest, ok := bytes.CutPrefix(text, []byte(`{"t":"`))
	if !ok {
		return ""
	}
	kind, _, _ := bytes.Cut(rest, []byte(`"`))
	return string(kind)
}

// batchFollows tells whether a batch line with a right checksum stands in what
// is left of the file.
func batchFollows(in *bufio.Reader) bool {
	for {
		raw, err := in.ReadSlice('\n')
		if n := len(raw); n > 0 && raw[n-1] == '\n' {
			if text, ok := unsum(raw[:n-1]); ok && kindOf(text) == lineBatch {
				return true
			}
		}
		if err != nil && !errors.Is(err, bufio.ErrBufferFull) {
			return false
		}
	}
}

func unixTime(seconds int64) time.Time { return time.Unix(seconds, 0).UTC() }
