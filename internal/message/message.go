// Package message holds every sentence that the program says to people, in
// French and in English, one file a language and a room under locales/. It
// knows no reasons: rooms hand over a key and facts, and the words are made
// here, at the edge. Begin with [Load] and [Catalog.For].
package message

import (
	"embed"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"path"
	"strings"

	"github.com/nicksnyder/go-i18n/v2/i18n"
	"golang.org/x/text/language"
	textmessage "golang.org/x/text/message"
	"golang.org/x/text/number"
)

//go:embed locales/*.json
var locales embed.FS

// Catalog is the sentences of all languages.
type Catalog struct {
	bundle *i18n.Bundle
}

// Load reads the sentences that the program carries.
func Load() (*Catalog, error) {
	bundle := i18n.NewBundle(language.English)
	bundle.RegisterUnmarshalFunc("json", json.Unmarshal)
	files, err := fs.Glob(locales, "locales/*.json")
	if err != nil {
		return nil, err
	}
	for _, file := range files {
		data, err := locales.ReadFile(file)
		if err != nil {
			return nil, err
		}
		// room.lang.json: the bundle wants to see lang.json.
		_, name, ok := strings.Cut(path.Base(file), ".")
		if !ok {
			return nil, fmt.Errorf("message: %s is not named room.language.json", file)
		}
		if _, err := bundle.ParseMessageFileBytes(data, name); err != nil {
			return nil, fmt.Errorf("message: %s: %w", file, err)
		}
	}
	return &Catalog{bundle: bundle}, nil
}

// Printer says sentences in one language.
type Printer struct {
	// Lang is "fr" or "en".
	Lang      string
	localizer *i18n.Localizer
	numbers   *textmessage.Printer
}

// For returns the printer of a language, by a tag ("fr-FR") or a POSIX locale
// ("fr_FR.UTF-8"). What is neither French nor English is English.
func (c *Catalog) For(locale string) *Printer {
	locale, _, _ = strings.Cut(locale, ".")
	lang := "en"
	if base, _, _ := strings.Cut(strings.ReplaceAll(strings.ToLower(locale), "_", "-"), "-"); base == "fr" {
		lang = "fr"
	}
	return &Printer{
		Lang:      lang,
		localizer: i18n.NewLocalizer(c.bundle, lang),
		numbers:   textmessage.NewPrinter(language.Make(lang)),
	}
}

// Facts are what a sentence speaks of, by name. The fact "Count" also chooses
// between a sentence's forms "one" and "other", and numbers are written as the
// language writes them.
type Facts map[string]any

// T says the sentence with that key. A key that no file has is said as the key
// itself, which a test refuses, so that a person is never left with nothing.
func (p *Printer) T(key string, facts ...Facts) string {
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
		}
	}
	text, err := p.localizer.Localize(&config)
	var missing *i18n.MessageNotFoundErr
	if errors.As(err, &missing) || text == "" {
		return key
	}
	return text
}

// Has tells whether there is a sentence with that key.
func (p *Printer) Has(key string) bool {
	_, err := p.localizer.Localize(&i18n.LocalizeConfig{MessageID: key})
	var missing *i18n.MessageNotFoundErr
	return !errors.As(err, &missing)
}

// Int writes a number with the language's thousands.
func (p *Printer) Int(n int) string { return p.numbers.Sprint(number.Decimal(n)) }
