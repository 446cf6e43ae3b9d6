package sheet

import (
	"slices"
	"strconv"
	"strings"
)

// The headings people write, folded, without the little words and without the
// plural s of any word (see headingKey). Order is rank: when two columns could
// be one field, the heading further left in the list wins, and equal ones are an
// error. A heading in brackets below is taken only when its cells agree (see
// agrees): "Adresse" may be a street.
var vocabulary = map[string][]string{
	FieldID: {"identifiant", "id", "matricule", "ine", "numero etudiant", "numero", "num", "no", "n", "code", "reference", "ref",
		"identifier", "student number", "student id", "number"},
	FieldName: {"nom complet", "nom prenom", "prenom nom", "nom et prenom", "prenom et nom", "full name", "fullname", "display name",
		"nom affiche", "nom usuel complet", "titulaire", "participant", "participante", "apprenant", "apprenante", "etudiant", "etudiante",
		"eleve", "stagiaire", "personne", "beneficiaire", "recipient", "recipient name", "holder", "learner", "student", "student name", "person", "laureat"},
	FieldGivenName:  {"prenom", "prenom usuel", "given name", "first name", "firstname", "forename"},
	FieldFamilyName: {"nom famille", "nom usage", "nom usuel", "nom naissance", "patronyme", "family name", "last name", "lastname", "surname"},
	FieldEmail: {"email", "adresse email", "adresse mail", "courriel", "adresse courriel", "mail", "mel", "adresse electronique", "adresse messagerie",
		"adresse mel", "courrier electronique", "messagerie", "email address", "mail address", "electronic mail", "email participant", "email recipient",
		"recipient email", "email titulaire", "email apprenant", "email etudiant", "adresse email participant", "student email",
		"email professionnel", "mail professionnel", "email pro", "mail pro", "adresse mail professionnelle", "email personnel", "mail perso", "email perso",
		"(adresse", "(address", "(contact"},
	FieldBadge: {"badge", "badge obtenu", "badge delivre", "badge attribue", "badge demande", "nom badge", "modele badge", "modele", "intitule badge",
		"type badge", "badge name", "badge template", "achievement", "reconnaissance", "distinction", "(resultat", "(result", "(prix", "(award"},
	FieldText: {"recit", "texte", "texte personnel", "narration", "narrative", "story", "motif", "motivation", "justification", "description",
		"commentaire", "comment", "remarque", "note", "message", "text", "reason"},
	FieldEvidence: {"preuve", "lien preuve", "url preuve", "lien", "hyperlien", "url", "adresse web", "page web", "site", "site web",
		"lien projet", "page projet", "portfolio", "evidence", "evidence url", "evidence link", "link", "web page", "proof"},
	FieldEvidenceText: {"texte preuve", "description preuve", "detail preuve", "commentaire preuve", "complement information", "evidence text",
		"evidence description", "evidence narrative", "evidence comment"},
	FieldAwarded: {"date delivrance", "date attribution", "date emission", "date remise", "date obtention", "delivre le", "obtenu le", "attribue le",
		"remis le", "date badge", "date", "issued on", "issued", "issue date", "date issued", "awarded", "awarded on", "award date", "date awarded", "valid from", "valable partir"},
	FieldExpires: {"date expiration", "date fin validite", "fin validite", "expire le", "expiration", "valable jusqu au", "valable jusqu", "valable jusque",
		"valide jusqu au", "valide jusqu", "validite", "echeance", "expires", "expires on", "expire", "expiry", "expiry date", "expiration date", "valid until", "valid to"},
}

// fields in the order in which they are guessed.
var fields = []string{FieldEmail, FieldGivenName, FieldFamilyName, FieldName, FieldBadge, FieldEvidence, FieldEvidenceText,
	FieldText, FieldExpires, FieldAwarded, FieldID}

// headingKey folds a heading to the form of the vocabulary.
func headingKey(s string) string {
	k := fold(s)
	switch strings.TrimSpace(s) {
	case "#":
		return "no"
	}
	k = " " + k + " "
	k = strings.ReplaceAll(k, " e mail", " email")
	k = strings.ReplaceAll(k, " e mel ", " mel ")
	words := strings.Fields(k)
	out := words[:0]
	for _, w := range words {
		switch w {
		case "de", "du", "des", "d", "l", "la", "les", "votre", "vos", "ton", "your", "the", "of", "vers", "a", "une", "un", "son", "sa", "obligatoire", "facultatif":
			continue
		}
		// A plural, not the s of "address" or of words that have no other form.
		if len(w) > 3 && w[len(w)-1] == 's' && w[len(w)-2] != 's' && w != "expires" && w != "remis" {
			w = w[:len(w)-1]
		}
		out = append(out, w)
	}
	return strings.Join(out, " ")
}

// match returns the rank of a heading in a field's vocabulary, -1 for none, and
// whether its cells must agree.
func match(field, key string) (rank int, weak bool) {
	if key == "" {
		return -1, false
	}
	if field == FieldEvidence {
		// Preuve 1, Preuve 2: the only field whose columns may be numbered.
		key = strings.TrimRight(key, "0123456789 ")
	}
	for i, w := range vocabulary[field] {
		if w == key {
			return i, false
		}
		if w[0] == '(' && w[1:] == key {
			return i, true
		}
	}
	return -1, false
}

// known tells how many fields the cells of a row would name as headings, and
// whether an address is among them.
func known(g *grid) (n int, address bool) {
	seen := map[string]bool{}
	for i := range g.cells {
		text := g.cells[i].text
		if len(text) > 100 || g.cells[i].kind != kindText {
			continue
		}
		key := headingKey(text)
		if key == "nom" || key == "name" {
			key = "nom famille"
		}
		for _, f := range fields {
			if rank, _ := match(f, key); rank >= 0 && !seen[f] {
				seen[f] = true
				n++
				address = address || f == FieldEmail
				break
			}
		}
	}
	return n, address
}

const (
	headingDepth = 15 // rows searched for the headings
	sampleRows   = 60 // rows read to understand a list
)

// layout is what the first rows of a list say about it.
type layout struct {
	line     int
	headings []string
	columns  Columns
}

// understand finds the heading row and the columns.
func understand(head []grid, mapping map[string]string) (layout, error) {
	for f := range mapping {
		if _, ok := vocabulary[f]; !ok {
			all := slices.Clone(fields)
			slices.Sort(all)
			e := fail(CodeMappingField, "Fields", strings.Join(all, ", "))
			e.Value = clip(f)
			return layout{}, e
		}
	}
	best, score := -1, 0
	for i := range min(len(head), headingDepth) {
		n, address := known(&head[i])
		n *= 2
		if address {
			n += 3
		}
		for _, h := range mapping {
			for _, one := range strings.Split(h, "|") {
				if slices.ContainsFunc(head[i].cells, func(c cell) bool { return fold(c.text) == fold(one) && fold(one) != "" }) {
					n += 10
				}
			}
		}
		// A row with an address in it is a person, whatever else it holds.
		if n > score && !slices.ContainsFunc(head[i].cells, func(c cell) bool { return looksAddress(&c) }) {
			best, score = i, n
		}
	}
	guess := addressColumn(head, max(best, 0))
	if best < 0 {
		e := fail(CodeHeadingsMissing, "Guess", letter(guess))
		if len(head) > 0 {
			e.Line = head[0].line
		}
		if guess == 0 {
			e.Code = CodeAddressNoColumn
			e.Args["Headings"] = ""
			if len(head) > 0 {
				e.Args["Headings"] = strings.Join(texts(&head[0]), ", ")
			}
		}
		return layout{}, e
	}
	l := layout{line: head[best].line, headings: texts(&head[best])}
	if err := l.assign(head[best+1:], mapping); err != nil {
		err.Line = l.line
		return layout{}, err
	}
	if l.columns.Email.Found() {
		return l, nil
	}
	code := CodeAddressNoColumn
	if guess > 0 {
		code = CodeAddressNoHeading
	}
	e := fail(code, "Headings", strings.Join(slices.DeleteFunc(slices.Clone(l.headings), func(s string) bool { return s == "" }), ", "),
		"Guess", letter(guess))
	e.Line = l.line
	if guess > 0 && guess <= len(l.headings) {
		e.Value = clip(l.headings[guess-1])
	}
	return layout{}, e
}

// texts returns the cells of a row as headings, empty ends cut off.
func texts(g *grid) []string {
	out := make([]string, len(g.cells))
	for i := range g.cells {
		out[i] = clip(g.cells[i].text)
	}
	for len(out) > 0 && out[len(out)-1] == "" {
		out = out[:len(out)-1]
	}
	return out
}

// assign gives columns their fields.
func (l *layout) assign(below []grid, mapping map[string]string) *Error {
	taken := make([]bool, len(l.headings))
	found := map[string][]Column{}
	for _, f := range fields {
		want, ok := mapping[f]
		if !ok {
			continue
		}
		for _, one := range strings.Split(want, "|") {
			var at []int
			for i, h := range l.headings {
				if h != "" && (strings.TrimSpace(h) == strings.TrimSpace(one) || fold(h) == fold(one) && fold(h) != "") {
					at = append(at, i)
				}
			}
			if len(at) == 0 {
				e := fail(CodeMappingHeading, "Field", f, "Headings", strings.Join(l.headings, ", "))
				e.Value = clip(one)
				return e
			}
			if len(at) > 1 && f != FieldEvidence {
				e := fail(CodeMappingHeadingTwo, "Field", f)
				e.Value = clip(one)
				return e
			}
			for _, i := range at {
				taken[i] = true
				found[f] = append(found[f], Column{i + 1, l.headings[i]})
			}
			if f != FieldEvidence {
				break
			}
		}
	}
	keys := make([]string, len(l.headings))
	for i, h := range l.headings {
		keys[i] = headingKey(h)
	}
	for _, f := range fields {
		if _, ok := mapping[f]; ok {
			continue
		}
		rank := -1
		var at []int
		for i, k := range keys {
			r, weak := match(f, k)
			if taken[i] || r < 0 || weak && !agrees(f, below, i) {
				continue
			}
			switch {
			case f == FieldEvidence || rank < 0 || r == rank:
				at, rank = append(at, i), r
			case r < rank:
				at, rank = []int{i}, r
			}
		}
		if f != FieldEvidence {
			at = filled(at, below)
		}
		// Two addresses a person are a choice that only the list's owner can
		// make, and so are two columns under one heading.
		if f == FieldEmail {
			at = nil
			for i, k := range keys {
				if r, weak := match(f, k); r >= 0 && !taken[i] && (!weak || agrees(f, below, i)) {
					at = append(at, i)
				}
			}
			if at = filled(at, below); len(at) > 1 {
				// A weak heading gives way to a plain one.
				strong := slices.DeleteFunc(slices.Clone(at), func(i int) bool { _, weak := match(f, keys[i]); return weak })
				if len(strong) > 0 {
					at = strong
				}
			}
		}
		if len(at) > 1 && f != FieldEvidence {
			e := fail(CodeHeadingTwice, "Field", f, "Other", l.headings[at[1]])
			e.Column = l.headings[at[0]]
			return e
		}
		for _, i := range at {
			taken[i] = true
			found[f] = append(found[f], Column{i + 1, l.headings[i]})
		}
	}
	// "Nom" alone is the whole name; beside "Prénom" it is the family's.
	for i, k := range keys {
		if taken[i] || k != "nom" && k != "name" {
			continue
		}
		f := FieldName
		if len(found[FieldGivenName]) > 0 {
			f = FieldFamilyName
		}
		if _, ok := mapping[f]; !ok && len(found[f]) == 0 {
			found[f] = []Column{{i + 1, l.headings[i]}}
			taken[i] = true
		}
	}
	first := func(f string) Column {
		if len(found[f]) == 0 {
			return Column{}
		}
		return found[f][0]
	}
	l.columns = Columns{
		ID: first(FieldID), Name: first(FieldName), GivenName: first(FieldGivenName), FamilyName: first(FieldFamilyName),
		Email: first(FieldEmail), Badge: first(FieldBadge), Text: first(FieldText),
		Evidence: found[FieldEvidence], EvidenceText: first(FieldEvidenceText),
		Awarded: first(FieldAwarded), Expires: first(FieldExpires),
	}
	for i, h := range l.headings {
		if !taken[i] && h != "" {
			l.columns.Unused = append(l.columns.Unused, h)
		}
	}
	return nil
}

// filled drops columns that are empty in the sample while another is not: forms
// leave such twins behind.
func filled(at []int, below []grid) []int {
	if len(at) < 2 {
		return at
	}
	some := slices.DeleteFunc(slices.Clone(at), func(i int) bool {
		return !slices.ContainsFunc(below, func(g grid) bool { return i < len(g.cells) && !g.cells[i].empty() })
	})
	if len(some) == 0 {
		return at[:1]
	}
	return some
}

// agrees tells whether the cells under a heading of two meanings are of the field.
func agrees(field string, below []grid, column int) bool {
	yes, all := 0, 0
	for i := range below {
		if column >= len(below[i].cells) || below[i].cells[column].empty() {
			continue
		}
		c := &below[i].cells[column]
		all++
		switch field {
		case FieldEmail:
			if looksAddress(c) {
				yes++
			}
		case FieldBadge:
			// A result in points is no badge.
			if t := clean(c.text); c.kind == kindText && t != "" && !digit(t[0]) {
				yes++
			}
		}
	}
	return yes*2 > all
}

func looksAddress(c *cell) bool {
	if _, code, _ := parseAddress(c.text); code == "" {
		return true
	}
	return len(c.link) > 7 && strings.EqualFold(c.link[:7], "mailto:") && fold(c.text) != "" && strings.Contains(c.text, "@")
}

// addressColumn returns the number of the column that is mostly addresses, 0 for none.
func addressColumn(head []grid, from int) int {
	var yes, all []int
	for _, g := range head[min(from, len(head)):] {
		for i := range g.cells {
			for len(all) <= i {
				yes, all = append(yes, 0), append(all, 0)
			}
			if g.cells[i].empty() {
				continue
			}
			all[i]++
			if looksAddress(&g.cells[i]) {
				yes[i]++
			}
		}
	}
	best, column := 0, 0
	for i := range yes {
		if yes[i] > best && yes[i]*2 >= all[i] {
			best, column = yes[i], i+1
		}
	}
	return column
}

// headingOr names a column for a message.
func headingOr(headings []string, i int) string {
	if i < len(headings) && headings[i] != "" {
		return headings[i]
	}
	return letter(i + 1)
}

func itoa(n int) string { return strconv.Itoa(n) }
