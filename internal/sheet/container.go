package sheet

import (
	"archive/zip"
	"bufio"
	"errors"
	"io"
	"path"
	"strings"

	"golang.org/x/text/encoding/unicode"
	"golang.org/x/text/transform"
)

// container is the ZIP around a workbook, its parts by name in lower case.
type container struct {
	parts  map[string]*zip.File
	limits Limits
}

// directoryBytes bounds what may be read to learn what is in the ZIP, before the
// number of its entries can be known.
const directoryBytes = 4 << 20

// budget is a ReaderAt that gives out when more was read of it than foreseen.
type budget struct {
	io.ReaderAt
	left int64
	on   bool
}

var errBudget = errors.New("the directory of the ZIP is too long")

func (b *budget) ReadAt(p []byte, off int64) (int, error) {
	if b.on {
		if b.left -= int64(len(p)); b.left < 0 {
			return 0, errBudget
		}
	}
	return b.ReaderAt.ReadAt(p, off)
}

func openContainer(data io.ReaderAt, size int64, l Limits) (*container, error) {
	b := &budget{ReaderAt: data, left: directoryBytes, on: true}
	z, err := zip.NewReader(b, size)
	b.on = false
	// ZIP paths that climb out of the folder do not matter: nothing is written.
	if err != nil && !errors.Is(err, zip.ErrInsecurePath) {
		if errors.Is(err, errBudget) {
			return nil, fail(CodeFileHostile, "Part", "ZIP", "What", "entries", "Limit", itoa(l.Entries))
		}
		e := fail(CodeFileDamaged, "Part", "ZIP")
		e.Err = err
		return nil, e
	}
	if len(z.File) > l.Entries {
		return nil, fail(CodeFileHostile, "Part", "ZIP", "What", "entries", "Limit", itoa(l.Entries))
	}
	c := &container{parts: make(map[string]*zip.File, len(z.File)), limits: l}
	for _, f := range z.File {
		name := partName(f.Name)
		if _, twice := c.parts[name]; !twice {
			c.parts[name] = f
		}
	}
	return c, nil
}

func partName(s string) string {
	return strings.ToLower(strings.TrimPrefix(path.Clean("/"+strings.ReplaceAll(s, `\`, "/")), "/"))
}

func (c *container) has(name string) bool { return c.parts[name] != nil }

// part is the unpacked stream of one file of the workbook, bounded.
type part struct {
	name  string
	r     io.ReadCloser
	left  int64
	limit int64
}

// inflation is the most that a part may unpack to for each packed byte, once it
// is past inflationFree: sheets pack 5 to 50 times, a bomb 1,000.
const (
	inflation     = 200
	inflationFree = 64 << 20
)

func (c *container) open(name string) (*part, error) {
	f := c.parts[name]
	if f == nil {
		return nil, fail(CodeFileDamaged, "Part", name)
	}
	limit := min(c.limits.InflatedBytes, max(inflationFree, int64(min(f.CompressedSize64, 1<<40))*inflation))
	p := &part{name: name, limit: limit, left: limit}
	if f.UncompressedSize64 > uint64(limit) {
		return nil, p.hostile()
	}
	r, err := f.Open()
	if err != nil {
		return nil, p.damaged(err)
	}
	p.r = r
	return p, nil
}

func (p *part) Read(b []byte) (int, error) {
	n, err := p.r.Read(b)
	if p.left -= int64(n); p.left < 0 {
		return 0, p.hostile()
	}
	return n, err
}

func (p *part) close() { _ = p.r.Close() }

func (p *part) hostile() error {
	return fail(CodeFileHostile, "Part", p.name, "What", "bytes", "Limit", mebibytes(p.limit)+" MiB")
}

func (p *part) damaged(err error) error {
	// A fault that is named already keeps its name.
	if e := (*Error)(nil); errors.As(err, &e) {
		return err
	}
	e := fail(CodeFileDamaged, "Part", p.name)
	e.Err = err
	switch {
	case errors.Is(err, errXMLDepth), errors.Is(err, errXMLDoctype), errors.Is(err, errXMLToken):
		e.Code = CodeFileHostile
		e.Args["What"], e.Args["Limit"] = "structure", ""
	}
	return e
}

// scanner reads a part as XML, in UTF-8 or, with its mark, in UTF-16.
func (p *part) scanner(l Limits) *xmlScanner {
	r := bufio.NewReaderSize(p, 32<<10)
	var src io.Reader = r
	if b, _ := r.Peek(3); len(b) == 3 {
		switch {
		case b[0] == 0xff && b[1] == 0xfe, b[0] == 0xfe && b[1] == 0xff:
			src = transform.NewReader(r, unicode.UTF16(unicode.LittleEndian, unicode.UseBOM).NewDecoder())
		case string(b) == "\xef\xbb\xbf":
			_, _ = r.Discard(3)
		}
	}
	return newXMLScanner(src, max(l.CellBytes, 64<<10), l.Depth)
}

// each calls f for every element start of a part that is present.
func (c *container) each(name string, f func(*xmlScanner) error) error {
	p, err := c.open(name)
	if err != nil {
		return err
	}
	defer p.close()
	x := p.scanner(c.limits)
	for {
		t, err := x.next()
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err == nil && t == tokenStart {
			err = f(x)
		}
		if err != nil {
			return p.damaged(err)
		}
	}
}

// relation is one line of a .rels part.
type relation struct {
	kind     string // last word of the type's address: worksheet, hyperlink…
	target   string // part name, or the address when external
	external bool
}

// relations reads the relations of a part, by id; none when it has no .rels.
func (c *container) relations(of string) (map[string]relation, error) {
	dir, base := path.Split(of)
	name := dir + "_rels/" + base + ".rels"
	rels := map[string]relation{}
	if !c.has(name) {
		return rels, nil
	}
	err := c.each(name, func(x *xmlScanner) error {
		if string(x.name) != "Relationship" {
			return nil
		}
		if len(rels) >= c.limits.Links {
			return fail(CodeFileHostile, "Part", name, "What", "links", "Limit", itoa(c.limits.Links))
		}
		kind := x.attrString("Type")
		r := relation{kind: kind[strings.LastIndexByte(kind, '/')+1:], target: x.attrString("Target"),
			external: strings.EqualFold(x.attrString("TargetMode"), "External")}
		if len(r.target) > 4096 {
			return nil
		}
		if !r.external {
			if !strings.HasPrefix(r.target, "/") {
				r.target = dir + r.target
			}
			r.target = partName(r.target)
		}
		rels[x.attrString("Id")] = r
		return nil
	})
	return rels, err
}
