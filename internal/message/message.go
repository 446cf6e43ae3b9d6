// Package message holds every sentence that the program says to people, in
// French and in English, one file a language and a room under locales/. A
// further language is one file, LANGUAGE.json, with the same keys; what it lacks
// is said in English. It knows no reasons: rooms hand over a key and facts, and the words are made
// here, at the edge. Begin with [Load] and [Catalog.For].
package message

import (
	"embed"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"slices"
	"strings"
	"sync"

	"github.com/nicksnyder/go-i18n/v2/i18n"
	"golang.org/x/text/language"
	textmessage "golang.org/x/text/message"
	"golang.org/x/text/number"
)

//go:embed locales/*.json
var locales embed.FS

// Catalog is the sentences of all languages.
type Catalog struct {
	bundle    *i18n.Bundle
	languages []string
	known     map[string]bool // every key of any language
	// plain are the sentences that were said without facts, by plainKey: most of a
	// page are, and looking one up costs more than writing it. There are no more of
	// them than keys.
	plain sync.Map
}

type plainKey struct{ lang, key string }

// Load reads the sentences that the program carries.
func Load() (*Catalog, error) { return Read() }

// Read reads the sentences that the program carries, then those of further
// folders of files ROOM.LANGUAGE.json and LANGUAGE.json. An error names the file.
func Read(folders ...fs.FS) (*Catalog, error) {
	own, err := fs.Sub(locales, "locales")
	if err != nil {
		return nil, err
	}
	c := &Catalog{bundle: i18n.NewBundle(language.English), languages: []string{"fr", "en"}, known: map[string]bool{}}
	c.bundle.RegisterUnmarshalFunc("json", json.Unmarshal)
	for _, folder := range append([]fs.FS{own}, folders...) {
		files, err := fs.Glob(folder, "*.json")
		if err != nil {
			return nil, err
		}
		for _, file := range files {
			if err := c.read(folder, file); err != nil {
				return nil, fmt.Errorf("message: %s: %w", file, err)
			}
		}
	}
	slices.Sort(c.languages[2:])
	return c, nil
}

// read reads a file. The bundle takes the language from a name LANGUAGE.json.
func (c *Catalog) read(folder fs.FS, file string) error {
	lang := strings.TrimSuffix(file, ".json")
	if _, after, ok := strings.Cut(lang, "."); ok {
		lang = after
	}
	if tag, err := language.Parse(lang); err != nil || tag.String() != lang {
		return errors.New("the name is not of the form ROOM.LANGUAGE.json or LANGUAGE.json")
	}
	data, err := fs.ReadFile(folder, file)
	if err != nil {
		return err
	}
	read, err := c.bundle.ParseMessageFileBytes(data, lang+".json")
	if err != nil {
		return err
	}
	for _, m := range read.Messages {
		c.known[m.ID] = true
	}
	if !slices.Contains(c.languages, lang) {
		c.languages = append(c.languages, lang)
	}
	return nil
}

// Languages are those of the catalog: French, English, then others by their tag.
func (c *Catalog) Languages() []string { return slices.Clone(c.languages) }

// Printer says sentences in one language.
type Printer struct {
	// Lang is one of the catalog's languages.
	Lang      string
	catalog   *Catalog
	localizer *i18n.Localizer
	numbers   *textmessage.Printer
}

// For returns the printer of a language, by a tag ("fr-FR") or a POSIX locale
// ("fr_FR.UTF-8"). What the catalog does not have is English.
func (c *Catalog) For(locale string) *Printer {
	locale, _, _ = strings.Cut(locale, ".")
	lang := "en"
	if base, _, _ := strings.Cut(strings.ReplaceAll(strings.ToLower(locale), "_", "-"), "-"); slices.Contains(c.languages, base) {
		lang = base
	}
	return &Printer{
		Lang:      lang,
		catalog:   c,
		localizer: i18n.NewLocalizer(c.bundle, lang),
		numbers:   textmessage.NewPrinter(language.Make(lang)),
	}
}

// Facts are what a sentence speaks of, by name. The fact "Count" also chooses
// between a sentence's forms "one" and "other", and numbers are written as the
// language writes them.
type Facts map[string]any

// T says the sentence with that key; of none, where Count is 0 and there is one
// under KEY-none, that one. A key that no file has is said as the key
// itself, which a test refuses, so that a person is never left with nothing.
func (p *Printer) T(key string, facts ...Facts) string {
	if !p.catalog.known[key] {
		return key
	}
	plain := plainKey{p.Lang, key}
	if len(facts) == 0 {
		if text, said := p.catalog.plain.Load(plain); said {
			return text.(string)
		}
	}
	config := i18n.LocalizeConfig{MessageID: key}
	if len(facts) > 0 {
		data := make(Facts, len(facts[0]))
		for name, value := range facts[0] {
			switch n := value.(type) {
			case int:
				data[name] = p.Int(n)
			case int64:
				data[name] = p.Int(int(n))
			default:
				data[name] = value
			}
		}
		config.TemplateData = data
		if count, ok := facts[0]["Count"]; ok {
			config.PluralCount = count
			if count == 0 && p.Has(key+"-none") { // French counts nought with one
				config.MessageID = key + "-none"
			}
		}
	}
	// What the language lacks comes in English, with an error.
	text, _ := p.localizer.Localize(&config)
	if text == "" {
		return key
	}
	if len(facts) == 0 {
		p.catalog.plain.Store(plain, text)
	}
	return text
}

// Has tells whether there is a sentence with that key.
func (p *Printer) Has(key string) bool {
	if !p.catalog.known[key] {
		return false
	}
	if _, said := p.catalog.plain.Load(plainKey{p.Lang, key}); said {
		return true
	}
	text, err := p.localizer.Localize(&i18n.LocalizeConfig{MessageID: key})
	var missing *i18n.MessageNotFoundErr
	return text != "" || !errors.As(err, &missing)
}

// Int writes a number with the language's thousands.
func (p *Printer) Int(n int) string { return p.numbers.Sprint(number.Decimal(n)) }
