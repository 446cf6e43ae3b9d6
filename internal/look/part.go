package look

import "time"

// The parts: small templates, each with the struct that it shows. A page puts
// the struct into its data and writes
//
//	{{template "verdict" .Data.Verdict}}
//
// Words on screen (Label, Title, Text, Help, Error, Caption and the like) may be
// a message key or a sentence already made; names and values of people are
// shown as they are. All of it is escaped.

// Button is part "button"; a row of them is part "buttons" with []Button. With
// Path it is a link, else a submit button of the form around it.
//
//	{{template "buttons" (list (button "full" "award.send" "paper-plane-tilt") (button "plain" "look.cancel"))}}
type Button struct {
	// Kind is "full" (filled, one a screen), "plain" (the default), "quiet"
	// (underlined), "danger" or "danger quiet".
	Kind        string
	Text, Icon  string
	Path        string // a link
	Name, Value string // of a submit button
	Form        string // id of the form, where it stands outside
	Action      string // another address for the form
	Big, Small  bool
	Wide        bool // full width on a phone
	Busy        bool // says "Envoi…"
	Disabled    bool
	Download    bool
	NoCheck     bool // submits without the browser's own checks
}

// Card is part "card", a badge in a list; part "cards" takes []Card and lays
// them out.
//
//	{{template "cards" .Data.Badges}}
type Card struct {
	Name, Path string
	Picture    string // address; its words are the name's, so alt stays empty
	Issuer     string
	Line       string // one quiet line, such as "1 860 titulaires"
	Marks      Marks
	State      *Chip
	Heading    int    // 2, 3 (the default) or 4
	Lang       string // of the name, where it is not the page's
	Faded      bool   // not yet earned
}

// Marks are what a badge says of its own weight, always in this order; part
// "marks" shows them as small marks, part "facts" as the fields of a badge's
// page (four where Evidence is shown). Codes are those of badge folders.
//
//	{{template "facts" .Data.Marks}}
type Marks struct {
	Kind          string
	Level, Levels int // 0 for no level; Levels 0 means 3
	Assessment    string
	Assessor      string // who, where it is known: "un jury de 5 personnes"
	Evidence      string // what evidence was required
	NoLevel       bool   // say "Sans niveau" among the small marks too
}

// Number is one figure of part "numbers", which takes []Number.
type Number struct {
	Label string
	Value int
	Text  string // in place of Value
	Path  string
}

// Verdict is part "verdict": what became of a check, or the state of a badge.
//
//	look.Verdict{State: "revoked", Title: "…", Text: "…", Focus: true}
type Verdict struct {
	// State is "valid", "invalid", "unknown", "revoked", "suspended" or
	// "expired".
	State       string
	Title, Text string
	Heading     int  // 1 (the page's own title), 2 (the default) or 3
	Slim        bool // for the page of a badge
	Focus       bool // takes the focus when the page opens
}

// Check is one line of part "checks", which takes []Check. Outcome is "passed",
// "failed", "unknown" or "skipped".
type Check struct {
	Outcome     string
	Title, Text string
	Codes       []string // for who wants to know; in small type
}

// Progress is part "progress": long work, as a seam being sewn.
//
// With script it asks URL every second; the answer is JSON
//
//	{"value": 98, "max": 146, "title": "98 badges délivrés sur 146", "text": "Encore 10 secondes environ.", "done": false}
//
// and on "done" the page is loaded anew. Without, there is a link "Actualiser"
// to Self.
type Progress struct {
	ID          string // "progress" where empty; needed where a page has two
	Title, Text string
	Value, Max  int
	URL, Self   string
	Done        bool
	Heading     int // 2 by default
	State       *Chip
}

// Step is one of part "steps", which takes []Step; see [Steps].
type Step struct {
	Text, Path    string
	Done, Current bool
}

// Steps are the steps of a task, of which the one with that number, from 1, is
// the current one.
func Steps(current int, texts ...string) []Step {
	steps := make([]Step, len(texts))
	for i, text := range texts {
		steps[i] = Step{Text: text, Done: i+1 < current, Current: i+1 == current}
	}
	return steps
}

// Tabs is part "tabs": links to pages side by side.
type Tabs struct {
	Label string // what they are tabs of, for screen readers
	Tabs  []Tab
}

// Tab is one of them.
type Tab struct {
	Text, Path, Icon string
	Count            int
	Current          bool
}

// Pager is part "pager": the pages of a long list, by key. It shows nothing
// where there is but one page.
type Pager struct {
	Previous, Next string // paths; "" where there is none
	Text           string // "14 sur 60", where it is cheap to know
	Label          string // of what, for screen readers
}

// Empty is part "empty": what will come here, and the one thing to do.
type Empty struct {
	Picture, Icon string // an address, or an icon's name
	Title, Text   string
	Action        *Button
	Heading       int // 2 by default
}

// Note is part "note". Kind is "info" (the default), "valid", "doubt" or
// "invalid".
//
//	{{template "note" (note "doubt" "award.dry-run")}}
type Note struct {
	Kind        string
	Title, Text string
	Action      *Button
	Heading     int // 3 by default
}

// Chip is part "chip": a state in a word or two. Kind is "plain", "info",
// "valid", "doubt", "invalid", "revoked" or "expired".
type Chip struct {
	Kind, Text, Icon string
}

// StateChip is the chip of a state by its code: active, public, accepted,
// published; pending, draft, review, suspended, incomplete; refused, failed;
// revoked; expired, archived, private; running, members. An unknown code is shown as it is.
func StateChip(code string) Chip {
	if c, ok := stateChips[code]; ok {
		c.Text = "look.state." + code
		return c
	}
	return Chip{Kind: "plain", Text: code}
}

var stateChips = map[string]Chip{
	"active":     {Kind: "valid", Icon: "check-circle-fill"},
	"accepted":   {Kind: "valid", Icon: "check-circle-fill"},
	"published":  {Kind: "valid", Icon: "check-circle-fill"},
	"verified":   {Kind: "valid", Icon: "seal-check-fill"},
	"done":       {Kind: "valid", Icon: "check-circle-fill"},
	"public":     {Kind: "info", Icon: "globe"},
	"members":    {Kind: "info", Icon: "users"},
	"private":    {Kind: "plain", Icon: "lock"},
	"running":    {Kind: "info", Icon: "arrow-clockwise"},
	"review":     {Kind: "info", Icon: "list-checks"},
	"pending":    {Kind: "doubt", Icon: "hourglass-fill"},
	"incomplete": {Kind: "doubt", Icon: "warning-fill"},
	"suspended":  {Kind: "doubt", Icon: "pause-circle-fill"},
	"paused":     {Kind: "doubt", Icon: "pause-circle-fill"},
	"draft":      {Kind: "plain", Icon: "pencil-simple"},
	"archived":   {Kind: "expired", Icon: "archive"},
	"expired":    {Kind: "expired", Icon: "clock-fill"},
	"refused":    {Kind: "invalid", Icon: "x-circle-fill"},
	"failed":     {Kind: "invalid", Icon: "warning-circle-fill"},
	"revoked":    {Kind: "revoked", Icon: "prohibit-fill"},
}

// Search is part "search": one line and its button. Hidden carries other
// choices along.
type Search struct {
	Action, Name, Value string // Name is "q" where empty
	Label, Button       string // Label is unseen
	Hidden              []Hidden
	Full                bool // a filled button, where searching is the page's one thing to do
}

// Bars is part "bars": a chart that is a table with a bar in each row.
type Bars struct {
	Caption     string
	Label, Fact string // headings of the two columns
	Bars        []Bar
	Seen        bool // shows the caption, which readers have anyway
}

// Bar is one row. Text is the value as it is written, else the number.
type Bar struct {
	Label, Path, Text string
	Value             int
}

// bar is a row with the length of its bar, in hundredths of the longest.
type bar struct {
	Bar
	Length float64
}

// Rows are the rows with the lengths of their bars.
func (b Bars) Rows() []bar {
	most := 1
	for _, row := range b.Bars {
		most = max(most, row.Value)
	}
	rows := make([]bar, len(b.Bars))
	for i, row := range b.Bars {
		rows[i] = bar{row, float64(max(row.Value, 0)) * 100 / float64(most)}
	}
	return rows
}

// Plot is part "plot": how often something happened over time, as columns, with
// the same as a table behind a word. Bars are in the order of time.
type Plot struct {
	Title       string
	Text        string // how many in all, and when most
	Label, Fact string // headings of the table
	Bars        []Bar
}

// column is a bar of a plot: where it stands in a drawing of ten units a column
// and a hundred in height.
type column struct {
	Bar
	X, Y, Height float64
}

// Columns are the bars where they stand; none where nothing happened.
func (p Plot) Columns() []column {
	most := p.Most()
	if most == 0 {
		return nil
	}
	out := make([]column, len(p.Bars))
	for i, b := range p.Bars {
		height := float64(max(b.Value, 0)) * 100 / float64(most)
		if b.Value > 0 {
			height = max(height, 2) // so that one among thousands is seen
		}
		out[i] = column{b, float64(i*10) + 1.5, 100 - height, height}
	}
	return out
}

// Width is the width of the drawing.
func (p Plot) Width() int { return len(p.Bars) * 10 }

// Most is the highest value, 0 where nothing happened.
func (p Plot) Most() int {
	most := 0
	for _, b := range p.Bars {
		most = max(most, b.Value)
	}
	return most
}

// First is the first bar's label, which stands under it.
func (p Plot) First() string { return p.Bars[0].Label }

// Last is the last bar's label.
func (p Plot) Last() string { return p.Bars[len(p.Bars)-1].Label }

// Term is one row of part "terms", a list of definitions; it takes []Term.
type Term struct {
	Label, Text, Path string
	At                time.Time // a day, in place of Text
	Code              bool      // Text is for programs: shown in their type
}

// Piece is a link to a file or page with a line under it; part "pieces" takes
// []Piece.
type Piece struct {
	Text, Help, Path, Icon string
	Foreign                bool // leads to another site
	Download               bool
}

// Skill is one of part "skills", which takes []Skill.
type Skill struct {
	Name, Help, Path string
}

// Confirm is part "confirm": one question before what cannot be undone, as a
// page of its own or a part of one.
type Confirm struct {
	Title, Text string
	Action      string // where the answer is posted
	Hidden      []Hidden
	Fields      []Field // a reason, for example
	Button      string  // what the button does, with its verb: "Retirer le badge"
	Danger      bool
	Back        string // path of "Annuler"
	Heading     int    // 1 by default
}

// Menu is part "menu": further actions behind a word.
type Menu struct {
	Label, Icon string
	Small       bool
	Items       []Item
}

// Item is a link (Path), or a form of one button (Action).
type Item struct {
	Text, Icon, Path, Action string
	Hidden                   []Hidden
	Danger                   bool
}

// Copy is part "copy": a link or text to take along. With script there is a
// button "Copier".
type Copy struct {
	ID, Label, Value, Help string // ID is "copy" where empty
}

// Table is part "table", for plain facts; rows become cards on a phone. A page
// that needs forms in cells writes the table itself with "cell" and "numeral".
type Table struct {
	Caption string
	Seen    bool // shows the caption
	Columns []Column
	Rows    []Row
}

// Column is a column; Number puts its facts to the right.
type Column struct {
	Label  string
	Number bool
	Hidden bool // the heading is for screen readers alone: a column of buttons
}

// Row is a row; its first cell is its heading. Faulty tints it.
type Row struct {
	Cells  []Cell
	Faulty bool
}

// Cell is a cell.
type Cell struct {
	Text, Path, Help, Picture string
	Count                     *int
	At                        time.Time
	Chip                      *Chip
	Button                    *Button
}

// Whole is for cells with a number.
func Whole(n int) Cell { return Cell{Count: &n} }

// pair is a cell under its column, for the template.
type pair struct {
	Cell
	Column
	First bool
}

// Pairs are a row's cells with their columns.
func (t Table) Pairs(r Row) []pair {
	pairs := make([]pair, 0, len(r.Cells))
	for i, c := range r.Cells {
		p := pair{Cell: c, First: i == 0}
		if i < len(t.Columns) {
			p.Column = t.Columns[i]
		}
		pairs = append(pairs, p)
	}
	return pairs
}

// Failure is part and page "error": what happened, what is safe, what to do.
//
//	look.Render("error", look.Page{…, Data: look.Failure{Title: "web.not-found", Text: "…"}})
type Failure struct {
	Title, Text string
	Do          string // what to do
	Actions     []Button
	Code        string // a reference to give when reporting
}
