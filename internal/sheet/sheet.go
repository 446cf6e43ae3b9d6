// Package sheet reads people's spreadsheets as they are: an XLSX workbook or a
// CSV of any habit, with French or English headings, becomes a stream of rows
// about persons: name, address, badge, text, evidence, dates.
//
// What is wrong with one row is data of that row (a [Problem] with a stable
// code); what is wrong with the whole file is an [*Error] with a code of the
// same kind. The sentences for the codes are made at the edge, in the reader's
// language, under the message key "sheet." + code.
//
// The package awards nothing, looks no badge up and keeps no file: it does not
// know whether two rows are the same person. Begin with [Open], look at
// [Sheet.Columns] to say which column was taken for what, then range over
// [Sheet.Rows], as often as needed.
package sheet

import (
	"context"
	"errors"
	"io"
	"iter"
	"maps"
	"slices"
	"strconv"
)

// Names of the fields, the keys of [Options.Columns].
const (
	FieldID           = "id"            // number or code of the person in the list
	FieldName         = "name"          // whole name in one cell
	FieldGivenName    = "given-name"    //
	FieldFamilyName   = "family-name"   //
	FieldEmail        = "email"         // the one field that every list must have
	FieldBadge        = "badge"         // name or slug of the badge
	FieldText         = "text"          // what the person did, in words
	FieldEvidence     = "evidence"      // links; the only field of several columns
	FieldEvidenceText = "evidence-text" // words about the evidence
	FieldAwarded      = "awarded"       // date of award
	FieldExpires      = "expires"       // date of expiry
)

// Options say how to read a file. The zero value is right for most lists.
type Options struct {
	// Sheet is the name of the sheet of a workbook. When empty, the first
	// visible sheet that has a heading row with an address column is read.
	Sheet string

	// Columns maps a field (FieldEmail…) to the heading of its column, or to
	// several joined with "|" for FieldEvidence. A field named here is not
	// guessed; the others are. Headings compare without case, accents and
	// punctuation.
	Columns map[string]string

	// Corrections are what a person wrote in place of cells, by line and field.
	Corrections map[int]map[string]string
	// Limits bound the work; a zero member takes its default.
	Limits Limits
}

// Limits bound what a file may cost. They are checked while reading, so that
// memory stays bounded whatever the file claims.
type Limits struct {
	Bytes         int64 // size of the file; default 256 MiB
	Rows          int   // rows with content below the headings; default 1,000,000
	Columns       int   // cells in a row; default 1,024
	CellBytes     int   // UTF-8 bytes of one cell; default 128 KiB (Excel's 32,767 characters fit)
	Entries       int   // files inside a workbook; default 4,096
	InflatedBytes int64 // unpacked bytes of one file inside a workbook; default 1 GiB
	SharedBytes   int   // UTF-8 bytes of a workbook's shared strings; default 64 MiB
	SharedStrings int   // count of a workbook's shared strings; default 4,000,000
	Depth         int   // nesting of a workbook's XML; default 32
	Links         int   // hyperlinks plus merged areas of one sheet; default 200,000
}

func (l Limits) withDefaults() Limits {
	def := func(v *int, d int) {
		if *v <= 0 {
			*v = d
		}
	}
	if l.Bytes <= 0 {
		l.Bytes = 256 << 20
	}
	if l.InflatedBytes <= 0 {
		l.InflatedBytes = 1 << 30
	}
	def(&l.Rows, 1_000_000)
	def(&l.Columns, 1024)
	def(&l.CellBytes, 128<<10)
	def(&l.Entries, 4096)
	def(&l.SharedBytes, 64<<20)
	def(&l.SharedStrings, 4_000_000)
	def(&l.Depth, 32)
	def(&l.Links, 200_000)
	return l
}

// Sheet is an opened list: its headings are found and understood, its rows are
// read anew by each call of Rows. It is safe for use by several goroutines
// when the source is.
type Sheet struct {
	Format      string   // "xlsx" or "csv"
	Encoding    string   // of a CSV: "utf-8", "utf-16le", "utf-16be", "windows-1252", "macintosh", "ibm850"
	Delimiter   string   // of a CSV: ";", ",", "\t", "|", or "" when it has one column
	Name        string   // of the sheet read, in a workbook
	HeadingLine int      // row of the headings, as a spreadsheet numbers it
	Headings    []string // as written, cleaned of odd spaces; "" for a column without one
	Columns     Columns  // which column holds what

	src         source
	limits      Limits
	corrections map[int]map[string]string
	doubt       map[int]int // date column index → line that proves the month stands first
}

// Columns says which column was taken for which field. A column that was not
// found is the zero Column. Headings that mean nothing to a badge are Unused.
type Columns struct {
	ID, Name, GivenName, FamilyName Column
	Email, Badge, Text              Column
	Evidence                        []Column
	EvidenceText                    Column
	Awarded, Expires                Column
	Unused                          []string
}

// Column is one column of the list.
type Column struct {
	Number  int    // from 1; 0 when the list has no such column
	Heading string // as written
}

// Found tells whether the list has the column.
func (c Column) Found() bool { return c.Number > 0 }

// Letter returns the column's name in a spreadsheet: A, B, … Z, AA; "" for none.
func (c Column) Letter() string { return letter(c.Number) }

func letter(n int) string {
	s := ""
	for ; n > 0; n = (n - 1) / 26 {
		s = string(rune('A'+(n-1)%26)) + s
	}
	return s
}

// Row is what the list says of one person. Text is NFC, trimmed, without
// no-break and zero-width spaces.
type Row struct {
	Line         int    // row number as a spreadsheet shows it, from 1
	ID           string // as written
	Name         string // whole name; given and family name joined when they stand apart
	GivenName    string
	FamilyName   string
	Email        string // domain in lower case, local part as written; "" when it has a Problem
	Badge        string // as written
	Text         string // may hold line breaks
	Evidence     []string
	EvidenceText string
	Awarded      Date
	Expires      Date
	Problems     []Problem // why the row cannot be awarded as it is; empty when it can

	// Blank rows hold nothing about a person: every column in use is empty but
	// perhaps the number, though a total or a remark may stand elsewhere. Rows
	// with nothing at all are not delivered.
	Blank bool
}

// Problem is one thing wrong at one place.
type Problem struct {
	Line   int               // as Row.Line; 0 when it concerns the whole file
	Column string            // heading of the cell's column, or its letter; "" when it concerns the row
	Code   string            // one of Codes
	Value  string            // what stands there, clipped to 80 characters
	Args   map[string]string // more for the sentence, by name
}

// Key returns the message key of the problem's sentence.
func (p Problem) Key() string { return "sheet." + p.Code }

// Values returns everything that a sentence about the problem may name:
// Line, Column, Value and the Args.
func (p Problem) Values() map[string]string {
	m := map[string]string{"Column": p.Column, "Value": p.Value, "Line": ""}
	if p.Line > 0 {
		m["Line"] = strconv.Itoa(p.Line)
	}
	maps.Copy(m, p.Args)
	return m
}

func (p Problem) String() string {
	s := p.Code
	if p.Line > 0 {
		s = "line " + strconv.Itoa(p.Line) + ": " + s
	}
	if p.Column != "" {
		s += " in column " + strconv.Quote(p.Column)
	}
	if p.Value != "" {
		s += ": " + strconv.Quote(p.Value)
	}
	return s
}

// Error is a file that cannot be read, or not further. Args may hold a guess:
// a list without an address heading names in "Guess" the letter of the column
// that holds addresses.
type Error struct {
	Problem
	Err error // cause, or nil
}

func (e *Error) Error() string {
	s := "sheet: " + e.Problem.String()
	for _, k := range slices.Sorted(maps.Keys(e.Args)) {
		s += ", " + k + " " + strconv.Quote(clip(e.Args[k]))
	}
	if e.Err != nil {
		s += ": " + e.Err.Error()
	}
	return s
}

func (e *Error) Unwrap() error { return e.Err }

func fail(code string, args ...string) *Error {
	e := &Error{Problem: Problem{Code: code}}
	for i := 0; i+1 < len(args); i += 2 {
		if e.Args == nil {
			e.Args = map[string]string{}
		}
		e.Args[args[i]] = args[i+1]
	}
	return e
}

// source delivers the cells of one list, from the top, as often as asked.
type source interface {
	rows() (cursor, error)
}

// cursor goes down a list once. The row is valid until the next call; io.EOF ends.
type cursor interface {
	next(*grid) error
	close()
}

// grid is one row of cells as the file has them.
type grid struct {
	line   int
	hidden bool
	short  bool // fewer cells than headings is worth telling: a CSV says how many cells it has
	cells  []cell
}

type cell struct {
	kind kind
	text string  // as displayed or typed
	num  float64 // when kind is number or date: as days since 1899-12-30, if it is a day
	link string  // target of the cell's hyperlink
}

type kind uint8

const (
	kindText kind = iota
	kindNumber
	kindDate
	kindError       // #N/A and its family
	kindNotComputed // a formula that no spreadsheet has computed yet
)

func (g *grid) empty() bool {
	for i := range g.cells {
		if !g.cells[i].empty() {
			return false
		}
	}
	return true
}

func (c *cell) empty() bool {
	return c.link == "" && c.kind != kindNotComputed && clean(c.text) == ""
}

// Open reads the beginning of a list, tells XLSX from CSV by its bytes, never by
// its name, and finds out which column is what. The data must stay readable as
// long as the Sheet is used. A file that is no list, or a list whose headings
// cannot be understood, is an [*Error].
func Open(data io.ReaderAt, size int64, o Options) (*Sheet, error) {
	l := o.Limits.withDefaults()
	if size > l.Bytes {
		return nil, fail(CodeFileTooLarge, "Limit", mebibytes(l.Bytes))
	}
	if size <= 0 {
		return nil, fail(CodeFileEmpty)
	}
	magic := make([]byte, 8)
	n, err := data.ReadAt(magic, 0)
	if err != nil && !errors.Is(err, io.EOF) {
		return nil, &Error{Problem: Problem{Code: CodeFileUnreadable}, Err: err}
	}
	magic = magic[:min(int64(n), size)]
	switch {
	case hasPrefix(magic, "PK\x03\x04"), hasPrefix(magic, "PK\x05\x06"):
		return o.correct(openWorkbook(data, size, o, l))
	case hasPrefix(magic, "\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"):
		return nil, fail(CodeFileOldExcel)
	case hasPrefix(magic, "%PDF"):
		return nil, fail(CodeFileNotList)
	}
	return o.correct(openCSV(data, size, o, l))
}

// correct gives an opened sheet the corrections of its options.
func (o Options) correct(s *Sheet, err error) (*Sheet, error) {
	if s != nil {
		s.corrections = o.Corrections
	}
	return s, err
}

func hasPrefix(b []byte, p string) bool { return len(b) >= len(p) && string(b[:len(p)]) == p }

func mebibytes(n int64) string { return strconv.FormatInt((n+1<<20-1)>>20, 10) }

// Rows reads the list from its first row below the headings to its end, in the
// order of the file, a row at a time. A fault of the file, or of ctx, comes as
// the last pair. Every call reads from the start.
func (s *Sheet) Rows(ctx context.Context) iter.Seq2[Row, error] {
	return func(yield func(Row, error) bool) {
		cur, err := s.src.rows()
		if err != nil {
			yield(Row{}, err)
			return
		}
		defer cur.close()
		r := newReader(s)
		var g grid
		for count := 0; ; {
			// Cheap enough for every row: a cancelled command stops at once.
			if err := ctx.Err(); err != nil {
				yield(Row{}, err)
				return
			}
			if err := cur.next(&g); err != nil {
				if !errors.Is(err, io.EOF) {
					yield(Row{}, err)
				}
				return
			}
			if g.line <= s.HeadingLine || g.empty() {
				continue
			}
			if count++; count > s.limits.Rows {
				e := fail(CodeRowsTooMany, "Limit", strconv.Itoa(s.limits.Rows))
				e.Line = g.line
				yield(Row{}, e)
				return
			}
			s.correct(&g)
			if !yield(r.row(&g), nil) {
				return
			}
		}
	}
}
