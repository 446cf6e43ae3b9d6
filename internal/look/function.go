package look

import (
	"fmt"
	"html/template"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"
	_ "time/tzdata" // a server may have no time zones of its own

	"github.com/ecusson/ecusson/internal/message"
)

// paris is where the people are whom the dates are written for.
var paris = func() *time.Location {
	location, err := time.LoadLocation("Europe/Paris")
	if err != nil {
		panic(err) // tzdata is in the program
	}
	return location
}()

// functions are what templates may call:
//
//	t KEY [NAME VALUE …]  the sentence of a key with its facts; "Count" chooses the plural
//	has KEY               whether there is such a sentence
//	say TEXT              the sentence where TEXT is a key, else TEXT itself
//	lang                  the page's language
//	date TIME, when TIME  12 juin 2026; 12 juin 2026 à 14 h 05 (Europe/Paris); "" for no time
//	iso TIME              2026-06-12, for <time datetime>
//	int N, percent N, bytes N  12 345; 67 % of 0.67; 1,2 Mo
//	icon NAME [CLASS]     an icon of the sprite; hidden from readers, so words go beside it
//	to PATH               a link within the site, with ?lang= where it is carried on
//	asset NAME            the address of a static file
//	kind CODE, assessment CODE, level N OF [KIND]  their words
//	seam CODE, knots N OF the drawings beside them
//	cell LABEL, numeral LABEL  attributes of a <td>, so that rows become cards on a phone
//	list …, dict NAME VALUE …  to hand several things to a part
//	input NAME LABEL [OPTION VALUE …]  a Field, see [Input]
//	note KIND TEXT, chip KIND TEXT [ICON], button KIND TEXT [ICON]  those parts' structs
func (l *Look) functions(p *message.Printer, carry bool) template.FuncMap {
	w := words{p}
	return template.FuncMap{
		"t":       w.t,
		"has":     p.Has,
		"say":     w.say,
		"lang":    func() string { return p.Lang },
		"date":    w.date,
		"when":    w.when,
		"iso":     iso,
		"int":     w.integer,
		"percent": w.percent,
		"bytes":   w.bytes,
		"icon":    func(name string, class ...string) template.HTML { return l.icon(name, class...) },
		"to": func(path string) string {
			if carry {
				return inLanguage(p.Lang, path)
			}
			return path
		},
		"inLanguage": inLanguage,
		"others": func() []string {
			return slices.DeleteFunc(slices.Clone(l.languages), func(lang string) bool { return lang == p.Lang })
		},
		"language": l.language,
		"carried": func() []Hidden {
			if carry {
				return []Hidden{{"lang", p.Lang}}
			}
			return nil
		},
		"asset":      l.Asset,
		"kind":       w.kind,
		"kindHelp":   func(code string) string { return w.optional("site.kind-help." + code) },
		"assessment": w.assessment,
		"level":      w.level,
		"levelHelp":  w.levelHelp,
		"seam":       seam,
		"knots":      knots,
		"cell":       w.cell,
		"numeral":    w.numeral,
		"list":       func(things ...any) []any { return things },
		"dict":       dict,
		"add":        func(a, b int) int { return a + b },
		"input":      Input,
		"note":       func(kind, text string) Note { return Note{Kind: kind, Text: text} },
		"chip": func(kind, text string, icon ...string) Chip {
			return Chip{Kind: kind, Text: text, Icon: strings.Join(icon, "")}
		},
		"button": func(kind, text string, icon ...string) Button {
			return Button{Kind: kind, Text: text, Icon: strings.Join(icon, "")}
		},
	}
}

// words says things in one language.
type words struct{ *message.Printer }

func (w words) t(key string, facts ...any) (string, error) {
	if len(facts) == 0 {
		return w.T(key), nil
	}
	pairs, err := dict(facts...)
	return w.T(key, message.Facts(pairs)), err
}

// say lets parts take a key or a sentence that is already made.
func (w words) say(text string) string {
	if isKey(text) && w.Has(text) {
		return w.T(text)
	}
	return text
}

// isKey tells whether a text has the form of a key: room.code.
func isKey(text string) bool {
	room, code, found := strings.Cut(text, ".")
	return found && room != "" && code != "" && !strings.ContainsFunc(text, func(r rune) bool {
		return (r < 'a' || r > 'z') && (r < '0' || r > '9') && r != '.' && r != '-' && r != '_'
	})
}

func (w words) optional(key string) string {
	if w.Has(key) {
		return w.T(key)
	}
	return ""
}

func dict(pairs ...any) (map[string]any, error) {
	if len(pairs)%2 != 0 {
		return nil, errOddFacts
	}
	out := make(map[string]any, len(pairs)/2)
	for i := 0; i < len(pairs); i += 2 {
		name, ok := pairs[i].(string)
		if !ok {
			return nil, errOddFacts
		}
		out[name] = pairs[i+1]
	}
	return out, nil
}

func (w words) date(at time.Time) string {
	if at.IsZero() {
		return ""
	}
	year, month, day := at.In(paris).Date()
	first := strconv.Itoa(day)
	if day == 1 {
		first = w.T("site.day-first")
	}
	return w.T("site.date", message.Facts{"Day": first, "Month": w.T("site.month." + strconv.Itoa(int(month))), "Year": strconv.Itoa(year)})
}

func (w words) when(at time.Time) string {
	if at.IsZero() {
		return ""
	}
	local := at.In(paris)
	return w.T("look.when", message.Facts{"Date": w.date(at), "Hour": strconv.Itoa(local.Hour()), "Minute": fmt.Sprintf("%02d", local.Minute())})
}

func iso(at time.Time) string {
	if at.IsZero() {
		return ""
	}
	return at.In(paris).Format(time.DateOnly)
}

func (w words) integer(n any) (string, error) {
	whole, err := toInt(n)
	return w.Int(whole), err
}

func toInt(n any) (int, error) {
	switch n := n.(type) {
	case int:
		return n, nil
	case *int:
		return *n, nil
	case int64:
		return int(n), nil
	case int32:
		return int(n), nil
	case uint32:
		return int(n), nil
	case uint64:
		return int(min(n, 1<<62)), nil
	}
	return 0, fmt.Errorf("look: %T is not a whole number", n)
}

// percent writes a part of one (a float64), or a number of hundredths (an int).
func (w words) percent(n any) (string, error) {
	part, isPart := n.(float64)
	if isPart {
		n = int(part*100 + 0.5)
	}
	whole, err := toInt(n)
	return w.T("look.percent", message.Facts{"N": whole}), err
}

// bytes writes a size in the units of 1,000 that people know from their files.
func (w words) bytes(n any) (string, error) {
	size, err := toInt(n)
	if err != nil {
		return "", err
	}
	for _, unit := range []struct {
		size int
		key  string
	}{{1e9, "look.bytes.giga"}, {1e6, "look.bytes.mega"}, {1e3, "look.bytes.kilo"}} {
		if size < unit.size {
			continue
		}
		tenths := (size*10 + unit.size/2) / unit.size
		text := w.Int(tenths / 10)
		if tenths < 100 && tenths%10 != 0 {
			text += w.T("look.bytes.point") + strconv.Itoa(tenths%10)
		}
		return w.T(unit.key, message.Facts{"N": text}), nil
	}
	return w.T("look.bytes.one", message.Facts{"N": size}), nil
}

func (w words) kind(code string) string { return w.optional("site.kind." + code) }

func (w words) assessment(code string) string {
	if code == "" {
		code = "none"
	}
	return w.optional("site.assessment." + code)
}

// level is a level in words. Of a milestone, levels counts the badges to
// bring together.
func (w words) level(level, levels int, kind ...string) string {
	switch {
	case level < 1:
		return w.T("site.level-none")
	case strings.Join(kind, "") == "milestone":
		return w.T("site.level-milestone", message.Facts{"Level": level, "Levels": levels})
	case levels == 3 || levels == 0:
		return w.optional("site.level-" + strconv.Itoa(level))
	}
	return w.T("site.level-help", message.Facts{"Level": level, "Levels": levels})
}

func (w words) levelHelp(level, levels int, kind string) string {
	switch {
	case level < 1:
		return w.T("site.level-none-help")
	case kind == "milestone":
		return w.T("site.level-milestone-help")
	case levels == 0:
		levels = 3
	}
	return w.T("site.level-help", message.Facts{"Level": level, "Levels": levels})
}

// language is a language's own name for itself.
func (l *Look) language(lang string) string {
	if t := l.tongues[lang]; t != nil {
		return t.say.T("look.language." + lang)
	}
	return lang
}

// inLanguage is a path of this site with the language in its query; other
// addresses come back as they are.
func inLanguage(lang, path string) string {
	if !strings.HasPrefix(path, "/") || strings.HasPrefix(path, "//") {
		return path
	}
	address, fragment, hasFragment := strings.Cut(path, "#")
	join := "?"
	if strings.Contains(address, "?") {
		join = "&"
	}
	address += join + "lang=" + url.QueryEscape(lang)
	if hasFragment {
		address += "#" + fragment
	}
	return address
}

// icon draws an icon of the sprite.
func (l *Look) icon(name string, class ...string) template.HTML {
	classes := template.HTMLEscapeString(strings.Join(append([]string{"icon"}, class...), " "))
	return template.HTML(`<svg class="` + classes +
		`" aria-hidden="true" focusable="false"><use href="` + l.Asset("icons.svg") + "#" + template.HTMLEscapeString(name) + `"/></svg>`)
}

// cell is the attributes of a cell of a table whose rows become cards on a
// phone, where the label stands before the value.
func (w words) cell(label string) template.HTMLAttr {
	return template.HTMLAttr(`role="cell" data-label="` + template.HTMLEscapeString(w.say(label)) + `"`)
}

func (w words) numeral(label string) template.HTMLAttr {
	return `class="numeral" ` + w.cell(label)
}
