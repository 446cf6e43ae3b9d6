package web

import (
	"net/http"

	"github.com/ecusson/ecusson/internal/look"
)

// mePage is the data of the page "account-me".
type mePage struct {
	Terms []look.Term
}

func (a *accountPages) me(w http.ResponseWriter, r *Request) error {
	addresses, err := a.account.Addresses(r.Context(), r.Person.ID)
	if err != nil {
		return err
	}
	var d mePage
	for _, address := range addresses {
		d.Terms = append(d.Terms, look.Term{Label: "account.email", Text: address.Email})
	}
	p := r.Page(r.Say.T("account.me"))
	p.Hidden, p.Data = true, d
	return r.Show(w, "account-me", p)
}
