package config

import "log/slog"

// hidden stands where a secret would.
const hidden = "••••••"

// Secret is a text that no log, error or page shows: every way of printing it
// gives dots. Only Reveal gives the text.
type Secret struct{ text string }

// NewSecret keeps a text from being printed.
func NewSecret(text string) Secret { return Secret{text} }

// Reveal returns the text itself.
func (s Secret) Reveal() string { return s.text }

// Empty tells that there is none.
func (s Secret) Empty() bool { return s.text == "" }

// String returns dots, or nothing for no secret.
func (s Secret) String() string {
	if s.text == "" {
		return ""
	}
	return hidden
}

// GoString, MarshalText and LogValue hide the text from %#v, JSON and slog.
func (s Secret) GoString() string             { return "config.Secret(" + s.String() + ")" }
func (s Secret) MarshalText() ([]byte, error) { return []byte(s.String()), nil }
func (s Secret) LogValue() slog.Value         { return slog.StringValue(s.String()) }
