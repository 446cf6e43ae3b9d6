package achievement

import (
	"maps"
	"net/url"
	"regexp"
	"slices"
	"strings"
)

// Languages are those that a badge can be described in.
var Languages = []string{"fr", "en"}

// Clone is a copy that shares nothing.
func (c *Content) Clone() Content {
	out := *c
	out.Texts = maps.Clone(c.Texts)
	out.Tags = slices.Clone(c.Tags)
	out.Skills = slices.Clone(c.Skills)
	for i := range out.Skills {
		s := &out.Skills[i]
		s.Name, s.Description, s.Frameworks = maps.Clone(s.Name), maps.Clone(s.Description), maps.Clone(s.Frameworks)
	}
	return out
}

// Own is the content's words in its own language.
func (c *Content) Own() Texts { return c.Texts[c.Lang] }

// Registered is the address of the registered certification (RNCP or Répertoire
// spécifique) that the badge is aligned with, "" for none. It is what lets a badge
// say "lié à", and nothing less than a page of France compétences does.
func (c *Content) Registered() string {
	for _, s := range c.Skills {
		if registered(s.URL) {
			return s.URL
		}
	}
	return ""
}

var registeredPath = regexp.MustCompile(`^/recherche/(rncp|rs)/\d{1,6}/?$`)

func registered(address string) bool {
	u, err := url.Parse(address)
	if err != nil || u.Scheme != "https" {
		return false
	}
	host := strings.ToLower(u.Hostname())
	return (host == "francecompetences.fr" || host == "www.francecompetences.fr") && registeredPath.MatchString(strings.ToLower(u.Path))
}

// Empty tells whether nothing is written in a language.
func (t Texts) Empty() bool { return t == Texts{} }
