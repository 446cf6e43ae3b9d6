package paper

import (
	"strings"

	"github.com/carlos7ags/folio/layout"
	"github.com/yuin/goldmark"
	"github.com/yuin/goldmark/ast"
	"github.com/yuin/goldmark/text"
	"github.com/yuin/goldmark/util"
)

// maxDepth is how deep lists and quotes nest on paper; what is deeper stands at
// this depth.
const maxDepth = 5

// prose sets a text in Markdown under a heading: paragraphs, lists, quotes,
// emphasis as bold, links. Pictures show their text alternative, raw HTML
// nothing. A text too long for paper is cut, and the sheet says where it goes on.
func (s *sheet) prose(key, markdown, elsewhere string) {
	source := keep(markdown, maxProse)
	elsewhere = webAddress(elsewhere)
	if strings.TrimSpace(source) == "" && elsewhere == "" {
		return
	}
	s.doc.Add(s.heading(s.c.Say(key, nil), layout.H2, 14))
	if strings.TrimSpace(source) != "" {
		root := goldmark.New().Parser().Parse(text.NewReader([]byte(source)))
		for _, e := range (&prose{sheet: s, source: []byte(source)}).blocks(root, 0) {
			s.doc.Add(e)
		}
	}
	if len([]rune(source)) > maxProse {
		s.doc.Add(s.paragraph(s.c.Say("paper.cut", nil), styleText, 10, second))
	}
	if elsewhere != "" {
		s.doc.Add(s.block(s.address(elsewhere, 10)))
	}
}

// prose walks a parsed text.
type prose struct {
	*sheet
	source []byte
}

// look is how the words of an inline text are set.
type look struct {
	style style
	link  string
}

func (p *prose) blocks(parent ast.Node, depth int) []layout.Element {
	var out []layout.Element
	for n := parent.FirstChild(); n != nil; n = n.NextSibling() {
		switch n := n.(type) {
		case *ast.Heading:
			out = append(out, p.block(p.inline(n, look{style: styleBold})).SetSpaceBefore(6).SetSpaceAfter(2))
		case *ast.List:
			out = append(out, p.list(n, depth))
		case *ast.Blockquote:
			out = append(out, p.quote(n, depth))
		case *ast.CodeBlock, *ast.FencedCodeBlock:
			for _, line := range strings.Split(strings.TrimRight(p.lines(n), "\n"), "\n") {
				out = append(out, p.paragraph(line, styleText, 11, ink))
			}
		case *ast.ThematicBreak:
			out = append(out, layout.NewLineSeparator().SetColor(line).SetSpaceBefore(4).SetSpaceAfter(4))
		case *ast.HTMLBlock:
		default:
			if runs := p.inline(n, look{}); len(runs) > 0 {
				out = append(out, p.block(runs).SetSpaceAfter(5))
			}
		}
	}
	return out
}

func (p *prose) lines(n ast.Node) string {
	var b strings.Builder
	for i := range n.Lines().Len() {
		segment := n.Lines().At(i)
		b.Write(segment.Value(p.source))
	}
	return b.String()
}

func (p *prose) quote(n ast.Node, depth int) layout.Element {
	box := layout.NewDiv().SetSpaceAfter(5)
	if depth < maxDepth {
		box.SetBorders(layout.CellBorders{Left: layout.SolidBorder(2, line)}).SetPaddingAll(layout.Padding{Left: 8})
	}
	for _, e := range p.blocks(n, depth+1) {
		box.Add(e)
	}
	return box
}

func (p *prose) list(n *ast.List, depth int) layout.Element {
	list := p.sheet.list().SetIndent(16)
	if n.IsOrdered() {
		list.SetStyle(layout.ListOrdered).SetStart(min(max(n.Start, 0), 9999)).SetIndent(22)
	}
	if depth >= maxDepth {
		list.SetIndent(0).SetStyle(layout.ListNone)
	}
	for item := n.FirstChild(); item != nil; item = item.NextSibling() {
		blocks := p.blocks(item, depth+1)
		if len(blocks) == 1 {
			if one, ok := blocks[0].(*layout.Paragraph); ok {
				list.AddItemRuns(one.Runs())
				continue
			}
		}
		box := layout.NewDiv()
		for _, e := range blocks {
			box.Add(e)
		}
		list.AddItemElement(box)
	}
	return list
}

// raw is the text of a node whose escapes are no escapes.
func (p *prose) raw(parent ast.Node) string {
	var b strings.Builder
	for n := parent.FirstChild(); n != nil; n = n.NextSibling() {
		if t, ok := n.(*ast.Text); ok {
			b.Write(t.Segment.Value(p.source))
		}
	}
	return strings.ReplaceAll(b.String(), "\n", " ")
}

// plainText resolves what Markdown escapes, unless it is raw.
func plainText(source []byte, raw bool) string {
	if raw {
		return string(source)
	}
	return string(util.UnescapePunctuations(util.ResolveEntityNames(util.ResolveNumericReferences(source))))
}

// inline gives the runs of what stands in a block.
func (p *prose) inline(parent ast.Node, l look) []layout.TextRun {
	var out []layout.TextRun
	put := func(text string, l look) {
		colour := ink
		if l.link != "" {
			colour = link
		}
		runs := p.runs(text, l.style, 11, colour)
		for i := range runs {
			if l.link != "" {
				runs[i] = runs[i].WithLinkURI(l.link)
			}
		}
		out = append(out, runs...)
	}
	for n := parent.FirstChild(); n != nil; n = n.NextSibling() {
		switch n := n.(type) {
		case *ast.Text:
			put(plainText(n.Segment.Value(p.source), n.IsRaw()), l)
			switch {
			case n.HardLineBreak():
				out = append(out, layout.TextRun{IsLineBreak: true})
			case n.SoftLineBreak():
				put(" ", l)
			}
		case *ast.String:
			put(string(n.Value), l)
		case *ast.AutoLink:
			if address := webAddress(string(n.URL(p.source))); address != "" {
				put(readable(address), look{l.style, address})
			} else {
				put(string(n.Label(p.source)), l)
			}
		case *ast.Link:
			address := webAddress(string(n.Destination))
			out = append(out, p.inline(n, look{l.style, address})...)
			if address != "" && !strings.Contains(p.raw(n), host(address)) {
				put(" ("+readable(address)+")", l) // paper has no links
			}
		case *ast.CodeSpan:
			put(p.raw(n), l)
		case *ast.Emphasis:
			out = append(out, p.inline(n, look{styleBold, l.link})...)
		case *ast.RawHTML:
		default:
			out = append(out, p.inline(n, l)...)
		}
	}
	return out
}
