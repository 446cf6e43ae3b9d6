package site

import (
	"bytes"
	"fmt"
	"html"
	"html/template"
	"regexp"
	"strings"
	"unicode"

	"github.com/microcosm-cc/bluemonday"
	"github.com/yuin/goldmark"
)

// Markdown makes HTML of people's Markdown. It is the only place where the
// text of others becomes HTML. It is safe for concurrent use.
type Markdown struct {
	parser goldmark.Markdown
	policy *bluemonday.Policy
}

// NewMarkdown prepares the parser and the sanitiser: paragraphs, lists,
// emphasis, headings below the page's own, quotes, code and links remain;
// pictures, which would tell another site who reads, and raw HTML do not.
func NewMarkdown() *Markdown {
	p := bluemonday.NewPolicy()
	p.AllowElements("p", "br", "ul", "ol", "li", "strong", "em", "code", "pre", "blockquote", "h3", "hr")
	p.AllowAttrs("start").Matching(regexp.MustCompile(`^\d{1,4}$`)).OnElements("ol")
	p.AllowAttrs("href").OnElements("a")
	p.AllowURLSchemes("https", "http", "mailto")
	p.RequireParseableURLs(true)
	p.AllowRelativeURLs(false)
	p.RequireNoFollowOnLinks(true)
	return &Markdown{parser: goldmark.New(), policy: p}
}

// HTML renders a text. Headings of any level become h3.
func (m *Markdown) HTML(text string) template.HTML {
	if text == "" {
		return ""
	}
	if plain(text) {
		return template.HTML("<p>" + html.EscapeString(text) + "</p>")
	}
	return template.HTML(m.policy.Sanitize(m.convert(text)))
}

// Text is the text without markup, on one line, for previews.
func (m *Markdown) Text(text string) string {
	if text == "" {
		return ""
	}
	return plainText(template.HTML(m.convert(text)))
}

// plainText is HTML of [Markdown.HTML] without its markup, on one line.
func plainText(text template.HTML) string {
	return strings.Join(strings.Fields(html.UnescapeString(noMarkup.Sanitize(string(text)))), " ")
}

var noMarkup = bluemonday.StrictPolicy()

var heading = regexp.MustCompile(`<(/?)h[1-6][^>]*>`)

func (m *Markdown) convert(text string) string {
	var out bytes.Buffer
	if err := m.parser.Convert([]byte(text), &out); err != nil {
		// A writer in memory does not fail; if it did, the text is still said.
		return fmt.Sprintf("<p>%s</p>", html.EscapeString(text))
	}
	return heading.ReplaceAllString(out.String(), "<${1}h3>")
}

// plain tells whether Markdown would make one paragraph of the text and change
// nothing in it, as for most texts of a list; it is a hundred times quicker to
// see than to do.
func plain(text string) bool {
	for i, r := range text {
		switch {
		case unicode.IsLetter(r), r == ' ' && i > 0, strings.ContainsRune(",;:?'’«»“”€/%", r), r == '\u00a0', r == '\u202f':
		case unicode.IsDigit(r), r == '(', r == '.':
			if i == 0 && r != '(' {
				return false // 1. might begin a list
			}
		case r == '-' && i > 0 && text[i-1] != ' ':
		case r == '!' || r == ')':
		default:
			return false
		}
	}
	return !strings.Contains(text, "  ") && !strings.HasSuffix(text, " ")
}
