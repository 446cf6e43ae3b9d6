package mail

import (
	"html/template"
	"strconv"
	"strings"

	"golang.org/x/net/html"

	"github.com/ecusson/ecusson/internal/site"
)

// maxWords is how many characters of foreign text one mail carries.
const maxWords = 4000

// words is a foreign text as both parts of a mail say it.
type words struct {
	HTML template.HTML
	Text string
}

// readWords makes both of an issuer's Markdown. What the sanitiser leaves is
// written anew from a short list of tags with styles of ours. A link becomes its
// words followed by its address, which a click alone would not show: in a mail,
// words that hide where they lead are how people are robbed.
func readWords(markdown *site.Markdown, text string) words {
	text = clip(strings.TrimSpace(strings.Map(visible, text)), maxWords)
	if text == "" {
		return words{}
	}
	r := wordReader{}
	tokens := html.NewTokenizer(strings.NewReader(string(markdown.HTML(text))))
	for {
		switch tokens.Next() {
		case html.ErrorToken:
			r.endLine()
			return words{HTML: template.HTML(r.html.String()), Text: strings.TrimSpace(r.text.String())}
		case html.TextToken:
			r.say(string(tokens.Text()))
		case html.StartTagToken, html.SelfClosingTagToken:
			r.open(tokens.Token())
		case html.EndTagToken:
			r.close(tokens.Token().Data)
		}
	}
}

// visible drops what line drops, but keeps the breaks that Markdown lives on.
func visible(r rune) rune {
	if r == '\n' || r == '\t' {
		return r
	}
	if kept := line("x"+string(r)+"x", 3); kept == "xx" {
		return -1
	}
	if r < ' ' || r == 0x7F {
		return ' '
	}
	return r
}

// wordReader writes HTML and text side by side.
type wordReader struct {
	html, text strings.Builder
	line       strings.Builder // of the text, not yet wrapped
	lists      []int           // the next number of each list that is open; 0 for points
	bullet     string          // stands before the next line
	quotes     int
	code       int
	href       string // of the link that is open
	label      strings.Builder
}

// styles are the tags that remain, and how they look.
var styles = map[string]string{
	"p": "margin:0 0 12px", "ul": "margin:0 0 12px;padding:0 0 0 22px", "ol": "margin:0 0 12px;padding:0 0 0 26px",
	"li": "margin:0 0 4px", "h3": "margin:0 0 8px;font-size:18px", "blockquote": "margin:0 0 12px;padding:0 0 0 14px",
	"pre": "margin:0 0 12px;font-size:15px;white-space:pre-wrap", "code": "font-size:15px", "strong": "", "em": "",
}

func (r *wordReader) open(t html.Token) {
	switch t.Data {
	case "a":
		for _, a := range t.Attr {
			if a.Key == "href" {
				r.href = a.Val
			}
		}
		r.label.Reset()
		return
	case "br":
		r.html.WriteString("<br>")
		r.breakLine()
		return
	case "hr":
		r.endLine()
		return
	case "p", "h3", "ul", "ol", "blockquote":
		r.endLine()
	case "li":
		r.breakLine()
		r.startItem()
	case "pre":
		r.endLine()
		r.code++
	}
	style, known := styles[t.Data]
	if !known {
		return
	}
	switch t.Data {
	case "ul":
		r.lists = append(r.lists, 0)
	case "ol":
		r.lists = append(r.lists, first(t))
	case "blockquote":
		r.quotes++
	}
	r.html.WriteString("<" + t.Data)
	if n := len(r.lists); t.Data == "ol" && r.lists[n-1] != 1 {
		r.html.WriteString(` start="` + strconv.Itoa(r.lists[n-1]) + `"`)
	}
	if style != "" {
		r.html.WriteString(` style="` + style + `"`)
	}
	r.html.WriteString(">")
}

// first is the number that an ordered list begins with.
func first(list html.Token) int {
	for _, a := range list.Attr {
		if n, err := strconv.Atoi(a.Val); a.Key == "start" && err == nil && n > 0 {
			return n
		}
	}
	return 1
}

func (r *wordReader) startItem() {
	r.bullet = "- "
	if n := len(r.lists); n > 0 && r.lists[n-1] > 0 {
		r.bullet = strconv.Itoa(r.lists[n-1]) + ". "
		r.lists[n-1]++
	}
	r.bullet = strings.Repeat("  ", max(0, len(r.lists)-1)) + r.bullet
}

func (r *wordReader) close(tag string) {
	if tag == "a" {
		r.showAddress()
		return
	}
	if _, known := styles[tag]; known {
		r.html.WriteString("</" + tag + ">")
	}
	switch tag {
	case "ul", "ol":
		if n := len(r.lists); n > 0 {
			r.lists = r.lists[:n-1]
		}
		r.endLine()
	case "li":
		r.breakLine()
	case "pre":
		r.code--
		r.endLine()
	case "p", "h3":
		r.endLine()
	case "blockquote":
		r.endLine()
		r.quotes--
	}
}

// showAddress says where a link leads, unless its words do.
func (r *wordReader) showAddress() {
	href, label := r.href, strings.TrimSpace(r.label.String())
	r.href = ""
	if href != "" && href != label && href != "mailto:"+label {
		r.say(" (" + href + ")")
	}
}

func (r *wordReader) say(escaped string) {
	plain := html.UnescapeString(escaped)
	r.html.WriteString(html.EscapeString(plain))
	if r.href != "" {
		r.label.WriteString(plain)
	}
	for i, part := range strings.Split(plain, "\n") {
		if i > 0 {
			if r.code > 0 {
				r.breakLine()
			} else {
				part = " " + part
			}
		}
		r.line.WriteString(part)
	}
}

// breakLine ends a line of the text.
func (r *wordReader) breakLine() {
	text := r.line.String()
	r.line.Reset()
	if r.code == 0 {
		text = strings.TrimSpace(text)
	}
	if text == "" {
		return
	}
	before := strings.Repeat("> ", r.quotes)
	r.text.WriteString(wrap(text, before+r.bullet, before+strings.Repeat(" ", len(r.bullet))) + "\n")
	r.bullet = ""
}

// endLine ends a paragraph of the text.
func (r *wordReader) endLine() {
	r.breakLine()
	if written := r.text.String(); written != "" && !strings.HasSuffix(written, "\n\n") {
		r.text.WriteString("\n")
	}
}

// wrap breaks a text at its plain spaces into lines of 72 characters, where it
// can. The first line begins with one text, the others with another.
func wrap(text, before, then string) string {
	var out strings.Builder
	out.WriteString(before)
	column := len([]rune(before))
	begun := false
	for _, word := range strings.Split(text, " ") {
		width := len([]rune(word))
		switch {
		case !begun:
		case column+1+width > 72:
			out.WriteString("\n" + then)
			column = len([]rune(then))
		default:
			out.WriteString(" ")
			column++
		}
		out.WriteString(word)
		column += width
		begun = true
	}
	return out.String()
}
