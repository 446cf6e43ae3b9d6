package sheet

import "slices"

// correct puts what a person wrote in place of a row's cells, before the row is
// read: a correction is judged like any other cell. Fields whose column the list
// does not have are left alone.
func (s *Sheet) correct(g *grid) {
	fields := s.corrections[g.line]
	if len(fields) == 0 {
		return
	}
	g.cells = slices.Clone(g.cells) // the row's memory is used again
	for field, text := range fields {
		columns := s.columnsOf(field)
		for i, c := range columns {
			if !c.Found() {
				continue
			}
			for len(g.cells) < c.Number {
				g.cells = append(g.cells, cell{})
			}
			if i > 0 {
				text = "" // the first column says it all
			}
			g.cells[c.Number-1] = cell{kind: kindText, text: text}
		}
	}
}

func (s *Sheet) columnsOf(field string) []Column {
	c := &s.Columns
	switch field {
	case FieldID:
		return []Column{c.ID}
	case FieldName:
		return []Column{c.Name}
	case FieldGivenName:
		return []Column{c.GivenName}
	case FieldFamilyName:
		return []Column{c.FamilyName}
	case FieldEmail:
		return []Column{c.Email}
	case FieldBadge:
		return []Column{c.Badge}
	case FieldText:
		return []Column{c.Text}
	case FieldEvidence:
		return c.Evidence
	case FieldEvidenceText:
		return []Column{c.EvidenceText}
	case FieldAwarded:
		return []Column{c.Awarded}
	case FieldExpires:
		return []Column{c.Expires}
	}
	return nil
}
