package config

import "strings"

// nearest is the name that a mistyped one was likely meant for, "" if none is
// near: two letters changed, left out, added or exchanged.
func nearest(typed string, names []string) string {
	best, least := "", 3
	if len(typed) > 64 {
		return ""
	}
	typed = strings.ToLower(strings.ReplaceAll(typed, "-", "_"))
	for _, name := range names {
		if d := distance(typed, strings.ToLower(name)); d < least {
			best, least = name, d
		}
	}
	return best
}

// distance is the number of letters to change, leave out or add (Levenshtein).
func distance(a, b string) int {
	row := make([]int, len(b)+1)
	for j := range row {
		row[j] = j
	}
	for i := range len(a) {
		diagonal := row[0]
		row[0] = i + 1
		for j := range len(b) {
			above := row[j+1]
			cost := diagonal
			if a[i] != b[j] {
				cost++
			}
			row[j+1] = min(cost, above+1, row[j]+1)
			diagonal = above
		}
	}
	return row[len(b)]
}

// unknownVariables warns of variables ECUSSON_… that nothing reads. It is no
// fault: a cluster puts variables of its own into every container
// (ECUSSON_SERVICE_HOST, ECUSSON_PORT_8080_TCP for a service of that name).
func (l *loader) unknownVariables() {
	names := []string{fileEnv}
	for _, s := range settings {
		names = append(names, s.Env())
		if s.EnvFile() != "" {
			names = append(names, s.EnvFile())
		}
	}
	known := map[string]bool{}
	for _, name := range names {
		known[name] = true
	}
	for _, pair := range l.from.Environ {
		name, _, _ := strings.Cut(pair, "=")
		rest, ours := strings.CutPrefix(name, envPrefix)
		if !ours || known[name] || strings.HasPrefix(rest, "SERVICE_") || strings.HasPrefix(rest, "PORT") {
			continue
		}
		w := Fault{Origin: Origin{Kind: FromEnv, Name: name}, Code: WarnVariable}
		if near := nearest(name, names); near != "" {
			w.Code, w.Facts = WarnVariableNear, map[string]any{"Near": near}
		}
		l.warnings = append(l.warnings, w)
	}
}
