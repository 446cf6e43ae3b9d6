package config

import "strings"

// Line is one setting as it is in force.
type Line struct {
	Setting string
	Value   string // dots where a secret is set, "" where nothing is
	Origin  Origin
}

// Describe lists the settings in force, in the order of the table, without a
// secret: what is one is dots, and so is the password of a database's address.
func Describe(c Config) []Line {
	var lines []Line
	for i := range settings {
		s := &settings[i]
		g, ok := c.given[s.Name]
		if !ok {
			continue
		}
		line := Line{Setting: s.Name, Origin: g.origin, Value: strings.Join(g.values, ", ")}
		switch {
		case s.Secret && !g.empty():
			line.Value = hidden
		case s.Name == "database" && !g.empty():
			line.Value = describeDatabase(line.Value)
		case g.empty():
			line.Value = derived(c, s.Name)
		case mayHoldSecret(line.Value):
			line.Value = hidden
		}
		lines = append(lines, line)
	}
	return lines
}

// derived is the value of a setting that follows from others.
func derived(c Config, name string) string {
	switch name {
	case "url":
		return c.URL
	case "listen":
		return c.Listen
	case "database":
		return c.Database.Path
	case "master_key":
		return c.MasterKeyFile
	case "mail_from_name":
		return c.SMTP.From.Name
	}
	return ""
}

func describeDatabase(text string) string {
	p, ok := parsePostgres(text)
	if !ok || p.queryPassword() {
		return hidden
	}
	if p.hasPassword {
		return p.text(hidden)
	}
	return p.text("")
}

// mayHoldSecret tells whether a text has name:something@ or password=, as
// addresses have that Load refuses. Those with a name alone may be shown.
func mayHoldSecret(text string) bool {
	at := strings.LastIndex(text, "@")
	before := text[:max(at, 0)]
	if _, rest, ok := strings.Cut(before, "://"); ok {
		before = rest
	}
	return strings.Contains(before, ":") || strings.Contains(text, "password=")
}
