package look

import "slices"

// Page is what the frame needs to know of a page, whatever the page is.
type Page struct {
	// Lang is the page's language, "fr" or "en".
	Lang string
	// Carry tells that the language was asked for in the address (?lang=en),
	// so that links within the site carry it on.
	Carry bool
	// Theme is "light" or "dark" where the person chose one; "" follows the
	// system.
	Theme string
	// Path is this page's path and query without lang, for the language switch.
	Path string
	// Title stands in the browser's title, before SiteName. The page's <h1> is
	// the page's own.
	Title, Summary string
	// Hidden keeps search engines away.
	Hidden bool
	// URL, Picture and PictureAlt are what a shared link shows; absolute
	// addresses, left out where empty.
	URL, Picture, PictureAlt string
	// PictureWidth and PictureHeight are those of Picture, 0 where nobody knows. A
	// picture that is wide is shown large.
	PictureWidth, PictureHeight int
	Alternate                   []Alternate
	// Section is the entry of Nav, and of Space.Nav, that this page is under.
	Section string
	Nav     []Link
	// Person is the name of who is signed in, "" for nobody.
	Person string
	// Space is the organisation in whose space this page is, nil outside.
	Space  *Space
	Trail  []Crumb
	Notice *Notice
	// Kind is the kind of badge whose colour tints the page, by its code.
	Kind     string
	SiteName string
	// Data is the page's own.
	Data any
}

// Alternate is the same thing in another form, for programs.
type Alternate struct {
	Type, URL string
}

// Link is an entry of a navigation. Key is a message key, or the words
// themselves.
type Link struct {
	Key, Path, Section string
	Icon               string // optional
	Count              int    // shown beside the words where it is not zero
}

// Space is an organisation's space.
type Space struct {
	Name, Slug string
	Nav        []Link
}

// Crumb is a step of the way to this page; the last one has no Path.
type Crumb struct {
	Text, Path string
}

// Notice tells once what the last action did. Kind is "valid" (the default),
// "info", "doubt" or "invalid".
type Notice struct {
	Text, Kind string
	Undo       *Undo
}

// Undo is the form that takes the last action back.
type Undo struct {
	Action string
	Hidden []Hidden
}

// Hidden is a value that a form sends along.
type Hidden struct {
	Name, Value string
}

// frame is what the template "frame" gets: the page, and which of its optional
// templates it defines.
type frame struct {
	Page
	Aside, Hero bool
}

// Current tells whether a link of a navigation is where the page is.
func (p Page) Current(l Link) bool { return l.Section != "" && l.Section == p.Section }

// Here is the entry of the space's navigation that the page is under.
func (p Page) Here() *Link {
	if p.Space == nil {
		return nil
	}
	if i := slices.IndexFunc(p.Space.Nav, p.Current); i >= 0 {
		return &p.Space.Nav[i]
	}
	return nil
}
