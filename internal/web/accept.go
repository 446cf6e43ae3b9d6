package web

import (
	"slices"
	"strconv"
	"strings"
)

// choose picks the form of an answer that a client likes best, by its Accept
// header (RFC 9110 §12.5.1): of forms liked the same, the first offered. No
// header, and none of the forms, choose the first.
func choose(accept string, offered []string) string {
	if slices.Contains(offered, accept) {
		return accept // as programs ask
	}
	best, liked := offered[0], 0.0
	for _, form := range offered {
		if q := likes(accept, form); q > liked {
			best, liked = form, q
		}
	}
	return best
}

// likes is how much a client likes a media type, 0 to 1: by the range that names
// it most exactly. What a range only lets in is liked a little less than what is
// named, since browsers name HTML, and programs that take anything name nothing.
func likes(accept, form string) float64 {
	anyOf := form[:strings.IndexByte(form, '/')+1]
	exact, q := -1, 0.0
	for part := range strings.SplitSeq(accept, ",") {
		name, fields, _ := strings.Cut(part, ";")
		name = strings.ToLower(strings.TrimSpace(name))
		how := -1
		switch rest, found := strings.CutPrefix(name, anyOf); {
		case name == form:
			how = 2
		case found && rest == "*":
			how = 1
		case name == "*/*":
			how = 0
		}
		if how <= exact {
			continue
		}
		exact, q = how, 1
		for f := range strings.SplitSeq(fields, ";") {
			if v, ok := strings.CutPrefix(strings.ReplaceAll(f, " ", ""), "q="); ok {
				if n, err := strconv.ParseFloat(v, 64); err == nil {
					q = min(max(n, 0), 1)
				}
			}
		}
		if how < 2 {
			q *= 0.9 + 0.01*float64(how)
		}
	}
	return q
}
