package interop

import (
	"bytes"
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/base64"
	"encoding/json"
	"encoding/pem"
	"io"
	"log/slog"
	"math/big"
	"net"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/ecusson/ecusson/internal/achievement"
	"github.com/ecusson/ecusson/internal/award"
	"github.com/ecusson/ecusson/internal/id"
	"github.com/ecusson/ecusson/internal/organization"
	"github.com/ecusson/ecusson/internal/seal"
	"github.com/ecusson/ecusson/internal/server"
	"github.com/ecusson/ecusson/internal/store"
)

// tlsSite is a whole platform that is reached over TLS.
type tlsSite struct {
	*server.Site
	t       *testing.T
	base    string
	client  *http.Client
	roots   string // file of the certificate that its own is signed with
	contest organization.Organization
	actor   organization.Actor
	badge   *achievement.Version
}

// certificate makes a certificate for localhost, signed by an authority of its
// own, and returns the authority's in PEM.
func certificate(t *testing.T) (tls.Certificate, []byte) {
	t.Helper()
	make := func(template, parent *x509.Certificate, parentKey *ecdsa.PrivateKey) (*ecdsa.PrivateKey, []byte) {
		key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
		if err != nil {
			t.Fatal(err)
		}
		if parent == nil {
			parent, parentKey = template, key
		}
		der, err := x509.CreateCertificate(rand.Reader, template, parent, key.Public(), parentKey)
		if err != nil {
			t.Fatal(err)
		}
		return key, der
	}
	now := time.Now()
	authority := &x509.Certificate{
		SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: "Authority of a test"}, NotBefore: now.Add(-time.Hour), NotAfter: now.Add(time.Hour),
		IsCA: true, BasicConstraintsValid: true, KeyUsage: x509.KeyUsageCertSign,
	}
	authorityKey, authorityDER := make(authority, nil, nil)
	leaf := &x509.Certificate{
		SerialNumber: big.NewInt(2), Subject: pkix.Name{CommonName: "localhost"}, DNSNames: []string{"localhost"}, NotBefore: now.Add(-time.Hour), NotAfter: now.Add(time.Hour),
		KeyUsage: x509.KeyUsageDigitalSignature, ExtKeyUsage: []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth},
	}
	key, der := make(leaf, authority, authorityKey)
	return tls.Certificate{Certificate: [][]byte{der}, PrivateKey: key}, pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: authorityDER})
}

func newTLSSite(t *testing.T) *tlsSite {
	t.Helper()
	ctx := t.Context()
	db, err := store.Open(ctx, store.Options{File: filepath.Join(t.TempDir(), "ecusson.db")})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := db.Close(); err != nil {
			t.Error(err)
		}
	})
	if _, err := db.Migrate(ctx); err != nil {
		t.Fatal(err)
	}
	own, roots := certificate(t)
	s := &tlsSite{t: t, roots: filepath.Join(t.TempDir(), "roots.pem")}
	if err := os.WriteFile(s.roots, roots, 0o600); err != nil {
		t.Fatal(err)
	}
	answering := httptest.NewUnstartedServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { s.Handler.ServeHTTP(w, r) }))
	answering.TLS = &tls.Config{Certificates: []tls.Certificate{own}}
	answering.StartTLS()
	t.Cleanup(answering.Close)
	_, port, err := net.SplitHostPort(answering.Listener.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	s.base = "https://localhost:" + port
	pool := x509.NewCertPool()
	pool.AppendCertsFromPEM(roots)
	s.client = &http.Client{Transport: &http.Transport{TLSClientConfig: &tls.Config{RootCAs: pool}}}
	base, err := url.Parse(s.base)
	if err != nil {
		t.Fatal(err)
	}
	keeper, err := seal.New(bytes.Repeat([]byte{7}, seal.Size))
	if err != nil {
		t.Fatal(err)
	}
	s.Site, err = server.New(ctx, server.Options{
		Store: db, Keeper: keeper, Base: base, Name: "Écusson", Lang: "fr", Owner: "test", Policy: organization.Open,
		Now: time.Now, Random: rand.Reader, Log: slog.New(slog.NewTextHandler(io.Discard, nil)),
	})
	if err != nil {
		t.Fatal(err)
	}
	s.settle(ctx)
	return s
}

// settle makes an organisation and a badge with texts in both languages.
func (s *tlsSite) settle(ctx context.Context) {
	s.t.Helper()
	person, err := s.People.MakeOperator(ctx, "helene@genies.example")
	if err != nil {
		s.t.Fatal(err)
	}
	if s.contest, err = s.Orgs.Create(ctx, person, organization.New{Name: "Les Génies de la Construction", Kind: "training", Slug: "genies", Lang: "fr"}); err != nil {
		s.t.Fatal(err)
	}
	if _, s.actor, err = s.Orgs.Enter(ctx, "genies", person.ID); err != nil {
		s.t.Fatal(err)
	}
	made, err := s.Badges.Create(ctx, s.actor, achievement.Content{
		Lang: "fr", Kind: "soft-skill", Level: 2, Assessment: "jury", Validity: achievement.Validity{Years: 3}, Tags: []string{"équipe"},
		Texts: map[string]achievement.Texts{
			"fr": {Name: "Équipier", Description: "Travaille en équipe.", Criteria: "- **écouter**\n- aider", Evidence: "une maquette"},
			"en": {Name: "Team player", Description: "Works in a team.", Criteria: "- **listen**\n- help"},
		},
		Skills: []achievement.Skill{{Name: map[string]string{"fr": "Travailler en équipe", "en": "Work in a team"}, URL: "http://data.europa.eu/esco/skill/60c78287-22eb-4103-9c8c-28deaa460da0", Framework: "ESCO"}},
	})
	if err != nil {
		s.t.Fatal(err)
	}
	if s.badge, err = s.Badges.Publish(ctx, s.actor, s.contest, made.Number, made.Changed); err != nil {
		s.t.Fatal(err)
	}
}

func (s *tlsSite) give(lang, address string) award.Award {
	s.t.Helper()
	given, err := s.Awards.Give(s.t.Context(), s.actor, []award.Request{{
		Achievement: s.badge.Achievement, Version: s.badge.Version, Lang: lang, Address: address, Name: "Amina Benali", Text: "Une *belle* maquette.",
		Links: []string{"https://photo.example/é?a=1&b=2"}, Note: "Vue en juin.",
	}})
	if err != nil {
		s.t.Fatal(err)
	}
	return given[0]
}

// download is a file of the site.
func (s *tlsSite) download(path string) []byte {
	s.t.Helper()
	answer, err := s.client.Get(s.base + path)
	if err != nil {
		s.t.Fatal(err)
	}
	defer answer.Body.Close()
	data, err := io.ReadAll(answer.Body)
	if err != nil || answer.StatusCode != http.StatusOK {
		s.t.Fatalf("%s: %s %v", path, answer.Status, err)
	}
	return data
}

// list is the status list of an award as the site serves it.
func (s *tlsSite) list(a award.Award, purpose string) []byte {
	s.t.Helper()
	return s.download("/status/" + id.Key(a.Org, id.Number(a.List)) + "/" + purpose)
}

// changed waits until the site serves another list than before: what it serves
// may be half a second old, and this machine may be busy.
func (s *tlsSite) changed(a award.Award, purpose string, before []byte) {
	s.t.Helper()
	end := time.Now().Add(20 * time.Second)
	tick := time.NewTicker(10 * time.Millisecond)
	defer tick.Stop()
	for bytes.Equal(s.list(a, purpose), before) {
		if time.Now().After(end) {
			s.t.Fatalf("the list of %s stays the same", purpose)
		}
		<-tick.C
	}
}

// siteVerdict is what the other implementations say of a badge of the site.
type siteVerdict struct {
	Verified bool
	Reasons  []string
	Asked    []string
	Status   []struct {
		Purpose string
		Set     bool
	}
}

func (s *tlsSite) verdict(n *node, credential json.RawMessage) siteVerdict {
	s.t.Helper()
	var v siteVerdict
	n.must(s.t, request{"op": "verifySite", "credential": credential, "base": s.base}, &v)
	return v
}

// TestSite downloads badges of a site over TLS in every form, and has them
// verified by other implementations, which fetch the identifier's document and the
// status lists from the site and nothing from anywhere else: valid, suspended,
// valid again, with an older key, revoked, and with a byte changed.
func TestSite(t *testing.T) {
	t.Parallel()
	s := newTLSSite(t)
	n := startNode(t, "NODE_EXTRA_CA_CERTS="+s.roots)
	ctx := t.Context()
	amina, english := s.give("fr", "amina@mail.example"), s.give("en", "ben@mail.example")

	forms := map[string]json.RawMessage{}
	for _, a := range []award.Award{amina, english} {
		at := "/b/" + a.Public()
		forms[at+".json"] = s.download(at + ".json")
		for extension, kind := range map[string]string{".png": "image/png", ".svg": "image/svg+xml"} {
			var found struct{ Credential json.RawMessage }
			n.must(t, request{"op": "unbake", "picture": base64.StdEncoding.EncodeToString(s.download(at + extension)), "type": kind}, &found)
			forms[at+extension] = found.Credential
		}
		var token struct {
			Payload struct {
				ID   string `json:"id"`
				Name string `json:"name"`
			}
			Kid string
		}
		n.must(t, request{"op": "verifySiteJWT", "jwt": string(s.download(at + ".jwt")), "base": s.base}, &token)
		if token.Payload.ID != s.base+at || !strings.HasPrefix(token.Kid, "did:web:localhost%3A") {
			t.Errorf("the token of %s says %+v", at, token)
		}
	}
	all := func(what, set string) {
		t.Helper()
		for path, credential := range forms {
			v := s.verdict(n, credential)
			// Their verdict leaves it to the caller what a place that is set means.
			if !v.Verified {
				t.Errorf("%s, %s: not verified: %q", what, path, v.Reasons)
			}
			if len(v.Status) != 2 {
				t.Errorf("%s, %s: status %+v; asked for %q", what, path, v.Status, v.Asked)
			}
			for _, status := range v.Status {
				if status.Set != (status.Purpose == set) {
					t.Errorf("%s, %s: %s is %v", what, path, status.Purpose, status.Set)
				}
			}
			if !asks(v.Asked, "/did.json") || !asks(v.Asked, "/status/") {
				t.Errorf("%s, %s: asked for %q", what, path, v.Asked)
			}
		}
	}
	all("valid", "")
	both := func(purpose string, do func(a award.Award) error) {
		t.Helper()
		for _, a := range []award.Award{amina, english} {
			before := s.list(a, purpose)
			if err := do(a); err != nil {
				t.Fatal(err)
			}
			s.changed(a, purpose, before)
		}
	}
	both("suspension", func(a award.Award) error { _, err := s.Awards.Suspend(ctx, s.actor, a.ID, "vérification"); return err })
	all("suspended", "suspension")
	both("suspension", func(a award.Award) error { _, err := s.Awards.Lift(ctx, s.actor, a.ID, "en ordre"); return err })
	if _, err := s.Orgs.Rotate(ctx, s.actor); err != nil {
		t.Fatal(err)
	}
	all("valid with an older key", "")
	fresh := s.give("fr", "chloe@mail.example")
	if v := s.verdict(n, s.download("/b/"+fresh.Public()+".json")); !v.Verified {
		t.Errorf("with the new key: %q", v.Reasons)
	}
	both("revocation", func(a award.Award) error { _, err := s.Awards.Revoke(ctx, s.actor, a.ID, "erreur"); return err })
	all("revoked", "revocation")

	whole := s.download("/b/" + fresh.Public() + ".json")
	for _, change := range [][2]string{{"Une *belle*", "Une *jolie*"}, {"Équipier", "Équipière"}, {"Amina Benali", "Zoé Martin"}} {
		changed := bytes.Replace(whole, []byte(change[0]), []byte(change[1]), 1)
		if bytes.Equal(changed, whole) {
			t.Fatalf("%q is not in the badge:\n%s", change[0], whole)
		}
		if v := s.verdict(n, changed); v.Verified {
			t.Errorf("with %q for %q it verifies", change[1], change[0])
		}
	}
}

func asks(asked []string, part string) bool {
	for _, address := range asked {
		if strings.Contains(address, part) {
			return true
		}
	}
	return false
}
