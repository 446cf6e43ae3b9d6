package organization

import (
	"context"
	"fmt"
	"net/url"
	"slices"
	"strings"

	"github.com/ecusson/ecusson/did"
	"github.com/ecusson/ecusson/internal/credential"
	"github.com/ecusson/ecusson/internal/id"
)

// IssuerID is the identifier of an organisation at an address of the site: the
// did:web whose document stands at /o/SLUG/did.json there.
func (s *Service) IssuerID(base *url.URL, slug string) string {
	d, err := did.FromWebURL("https://" + base.Host + "/o/" + slug)
	if err != nil {
		// The host is that of a configuration which was checked, the slug ours.
		panic(fmt.Sprintf("organization: %s has no did:web: %v", base.Host, err))
	}
	return d
}

// Issuer is the organisation as credentials name it, with the addresses that the
// site has now.
func (s *Service) Issuer(o Organization) credential.Issuer {
	i := credential.Issuer{
		ID: s.IssuerID(s.Base, o.Slug), Name: o.Name, URL: o.Site, Email: o.Email, Description: o.Description,
	}
	if i.URL == "" {
		i.URL = s.Base.String() + "/o/" + o.Slug
	}
	if o.Logo != "" {
		i.Image = s.Base.String() + "/file/" + o.Logo
	}
	return i
}

// KeyID is the verification method of a key in the document at an address.
func (s *Service) KeyID(base *url.URL, slug string, k Key) string {
	return s.IssuerID(base, slug) + "#" + k.Public
}

// Document is the DID document of an organisation for an address of the site,
// which is Base or one of Former: JSON. Every key that ever signed stands in it
// for ever. A retired one still speaks for the organisation. A compromised one is
// taken from assertionMethod: package verify then says of all that it signed, of
// whatever date, that the issuer does not list the key for this use, since who
// stole a key also writes the dates. Identifiers of the other addresses are named
// in alsoKnownAs.
func (s *Service) Document(ctx context.Context, slug string, base *url.URL) ([]byte, error) {
	var o Organization
	var keys []Key
	err := s.Store.View(ctx, func(tx Tx) error {
		var err error
		if o, err = tx.OrganizationBySlug(ctx, slug); err != nil {
			return err
		}
		keys, err = tx.KeysOf(ctx, o.Number)
		return err
	})
	if err != nil {
		return nil, err
	}
	methods := make([]did.Method, len(keys))
	for i, k := range keys {
		public, err := did.ParseMultikey(k.Public)
		if err != nil {
			return nil, fmt.Errorf("organization: key %d of %s: %w", k.Number, slug, err)
		}
		methods[i] = did.Method{Key: public, Withdrawn: !k.Compromised.IsZero()}
	}
	own := s.IssuerID(base, o.Slug)
	var others []string
	for _, b := range append([]*url.URL{s.Base}, s.Former...) {
		if other := s.IssuerID(b, o.Slug); other != own && !slices.Contains(others, other) {
			others = append(others, other)
		}
	}
	document, err := did.NewDocument(own, methods, others)
	if err != nil {
		return nil, err
	}
	return append(document.AppendJSON(nil), '\n'), nil
}

// BaseOf is the address of the site by which it was asked: of Former where the
// host is one of theirs, else Base.
func (s *Service) BaseOf(host string) *url.URL {
	for _, f := range s.Former {
		if strings.EqualFold(f.Host, host) {
			return f
		}
	}
	return s.Base
}

// Keys are all keys of an organisation, the newest first.
func (s *Service) Keys(ctx context.Context, org id.Number) (keys []Key, err error) {
	err = s.Store.View(ctx, func(tx Tx) error {
		keys, err = tx.KeysOf(ctx, org)
		return err
	})
	return keys, err
}
