package web

import (
	"net/http"
	"strings"
	"time"

	"github.com/ecusson/ecusson/internal/account"
	"github.com/ecusson/ecusson/internal/fault"
	"github.com/ecusson/ecusson/internal/look"
)

func (a *accountPages) data(w http.ResponseWriter, r *Request) error {
	return r.Show(w, "account-data", a.page(r, "account.data", "", nil))
}

// export sends the archive as it is made. What goes wrong on the way breaks the
// connection, so that the browser says that the file is not whole.
func (a *accountPages) export(w http.ResponseWriter, r *Request) error {
	if err := r.Fresh(); err != nil {
		return err
	}
	h := w.Header()
	h.Set("Content-Type", "application/zip")
	h.Set("Content-Disposition", `attachment; filename="`+r.Say.T("account.export-file")+"-"+a.core.Now().Format(time.DateOnly)+`.zip"`)
	h.Set("Cache-Control", "private, no-store")
	if err := a.account.Export(r.Context(), r.Person.ID, w); err != nil {
		a.core.Log.Error("an export broke off", "error", err)
		panic(http.ErrAbortHandler)
	}
	return nil
}

// erasePage is the data of the page "account-erase".
type erasePage struct {
	Keep   look.Field
	Word   look.Field
	Errors look.Errors
}

func (a *accountPages) confirmErase(w http.ResponseWriter, r *Request) error {
	if err := r.Fresh(); err != nil {
		return err
	}
	return r.Show(w, "account-erase", a.erasePage(r, ""))
}

func (a *accountPages) erasePage(r *Request, wrong string) look.Page {
	word := r.Say.T("account.erase-word")
	field := look.Field{
		Name: "word", Label: r.Say.T("account.erase-type", map[string]any{"Word": word}), Error: wrong, Required: true, Autocomplete: "off", Limit: 40,
	}
	keep := look.Field{Name: "keep", Type: "checkbox", Label: "account.erase-keep", Help: "account.erase-keep-help", Checked: r.Ticked("keep")}
	return a.page(r, "account.erase", "", erasePage{Keep: keep, Word: field, Errors: look.Faults(field)})
}

func (a *accountPages) erase(w http.ResponseWriter, r *Request) error {
	if err := r.Fresh(); err != nil {
		return err
	}
	if !strings.EqualFold(r.Text("word"), r.Say.T("account.erase-word")) {
		return r.ShowAgain(w, "account-erase", a.erasePage(r, r.Say.T("account.erase-word-wrong", fault.Facts{"Word": r.Say.T("account.erase-word")})))
	}
	if err := a.account.Erase(r.Context(), account.Leaving{Person: r.Person.ID, KeepBadges: r.Ticked("keep")}); err != nil {
		return err
	}
	a.core.SetToken(w, "", 0)
	return r.Go(w, "/", "erased")
}
