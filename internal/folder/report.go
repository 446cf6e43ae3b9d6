package folder

import (
	"bufio"
	"encoding/csv"
	"os"
	"strings"
	"time"
)

// writePrivate writes what only the issuer sees: the report, the map of
// documents, and an identity that is to be published elsewhere.
func (r *run) writePrivate(issuer *issuerVersion) error {
	documents, err := r.documents(issuer)
	if err != nil {
		return err
	}
	if err := r.writeChanged(r.f.private("documents.json"), documents, privateMode); err != nil {
		return err
	}
	if name, document, err := r.identity(issuer); err != nil {
		return err
	} else if name == "" && document != nil {
		if err := r.writeChanged(r.f.private("did.json"), document, privateMode); err != nil {
			return err
		}
	}
	return r.writeReport(issuer)
}

// writeReport writes report.csv: every award of the folder with its address, its
// state and its links, as spreadsheets here open it (";" and a byte order mark).
func (r *run) writeReport(issuer *issuerVersion) error {
	if _, err := r.disk.step("create", r.f.private("report.csv")); err != nil {
		return err
	}
	path := r.f.private("report.csv")
	file, err := os.OpenFile(path+".new", os.O_WRONLY|os.O_CREATE|os.O_TRUNC, privateMode)
	if err != nil {
		return err
	}
	err = r.fillReport(file, issuer)
	if closing := file.Close(); err == nil {
		err = closing
	}
	if err != nil {
		_ = os.Remove(path + ".new")
		return err
	}
	return os.Rename(path+".new", path)
}

func (r *run) fillReport(file *os.File, issuer *issuerVersion) error {
	out := bufio.NewWriterSize(file, 1<<16)
	if _, err := out.WriteString("\ufeff"); err != nil {
		return err
	}
	w := csv.NewWriter(out)
	w.Comma, w.UseCRLF = ';', true
	say := r.say(issuer.Issuer.Languages[0])
	var heads []string
	for _, column := range []string{"row", "name", "address", "badge", "state", "reason", "awarded", "until", "page", "file", "picture", "id"} {
		heads = append(heads, say("folder.report-"+column, nil))
	}
	if err := w.Write(heads); err != nil {
		return err
	}
	states := map[string]string{}
	for _, s := range []string{stateActive, stateRevoked, stateSuspended} {
		states[s] = say("folder.state-"+s, nil)
	}
	err := eachAward(r.f.file, r.f.journal.size, func(a *award) error {
		state := r.book.state(a.N)
		base := r.book.issuers[a.Issuer-1].Issuer.URL
		stem := base + "b/" + a.shard() + "/" + a.ID
		until, pic := "", ""
		if a.Until != 0 {
			until = unixTime(a.Until).Format(time.DateOnly)
		}
		if a.Files&hasPNG != 0 {
			pic = stem + ".png"
		}
		return w.Write([]string{
			cell(a.Row), cell(a.Name), cell(a.Address), cell(r.book.badges[a.Badge-1].Badge.Name), states[state.State], cell(state.Reason),
			a.issued().Format(time.DateOnly), until, base + a.pageFile(), stem + ".json", pic, a.ID,
		})
	})
	if err != nil {
		return err
	}
	w.Flush()
	if err := w.Error(); err != nil {
		return err
	}
	return out.Flush()
}

// cell is a text that a spreadsheet does not take for a formula.
func cell(s string) string {
	if s != "" && strings.ContainsRune("=+-@\t\r", rune(s[0])) {
		return "'" + s
	}
	return s
}

// sample is the picture, or the signed file, of the first award after the n
// first ones; "" if there is none.
func (r *run) sample(n int) (string, error) {
	if n >= len(r.book.awards) {
		return "", nil
	}
	a, err := readAward(r.f.file, r.book.awards[n].offset)
	if err != nil {
		return "", err
	}
	extension := ".json"
	if a.Files&hasPNG != 0 {
		extension = ".png"
	}
	return r.f.public("b", a.shard(), a.ID+extension), nil
}
