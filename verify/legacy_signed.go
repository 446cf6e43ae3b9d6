package verify

import (
	"bytes"
	"crypto"
	"crypto/x509"
	"encoding/pem"
	"errors"
	"fmt"
	"net/http"
	"strings"

	"github.com/ecusson/ecusson/jsontree"
	"github.com/ecusson/ecusson/proof"
)

// maxOlderKeys bounds how many keys of an issuer are tried.
const maxOlderKeys = 8

// signedOlder is what the signature of a badge of version 1 or 2 has shown.
type signedOlder struct {
	key   string // where the key that signed is
	owner string // whose it is, as the key's document says; "" where it does not say
	named bool   // the badge names the key
}

// proveSigned looks for the key that signed the badge: the one that it names, or
// those of its issuer (Open Badges 2.0, "Signed verification").
func (o *older) proveSigned() {
	o.lead()
	o.signed = &signedOlder{}
	named := orText(o.verification().Get("creator").Str(), o.verification().Get("url").Str())
	keys := []string{named}
	if named == "" {
		if keys = keysOf(o.issuer.doc); len(keys) == 0 {
			if own := o.ownOf(o.issuer); own != nil {
				keys = keysOf(own)
			}
		}
	}
	if len(keys) == 0 {
		o.report.set(CheckProof, Unknown, CodeKeyUnresolved, "neither the badge nor its issuer names a key")
		return
	}
	var missing, wrong error
	for _, address := range keys[:min(len(keys), maxOlderKeys)] {
		key, owner, err := o.olderKey(address)
		if err == nil {
			if err = o.jws.Verify(key); err == nil {
				*o.signed = signedOlder{key: address, owner: owner, named: named != ""}
				o.report.set(CheckProof, Passed, CodeOK, "signed with the key at "+clip(address))
				return
			}
			wrong = err
			continue
		}
		missing = err
	}
	switch e := (*FetchError)(nil); {
	case missing == nil:
		o.report.set(CheckProof, Failed, string(proof.CodeOf(wrong)), wrong.Error())
	case errors.As(missing, &e), errors.Is(missing, errNoKeyThere):
		o.report.set(CheckProof, Unknown, CodeKeyUnresolved, "the key: "+missing.Error())
	default:
		o.report.set(CheckProof, Failed, CodeKeyMalformed, "the key: "+missing.Error())
	}
}

func (o *older) ownOf(l linked) *jsontree.Value {
	if l.fetched || webAddress(l.id) == nil {
		return l.doc
	}
	return o.own()
}

// keysOf are the addresses of an issuer's keys, which may stand there as objects.
func keysOf(issuer *jsontree.Value) []string {
	var out []string
	for _, item := range issuer.Get("publicKey").Items() {
		if id := orText(item.Value.Str(), item.Value.Get("id").Str()); id != "" {
			out = append(out, id)
		}
	}
	return out
}

var errNoKeyThere = errors.New("there is no key")

// olderKey brings a key: a CryptographicKey of version 2, or the bare PEM text of
// version 1.
func (o *older) olderKey(address string) (key crypto.PublicKey, owner string, err error) {
	doc, response, err := o.get(address)
	var text string
	switch {
	case response != nil && response.Status != http.StatusOK:
		return nil, "", fmt.Errorf("%w: %s answers with status %d", errNoKeyThere, clip(address), response.Status)
	case err == nil:
		text, owner = doc.Get("publicKeyPem").Str(), doc.Get("owner").Str()
	case response != nil && bytes.Contains(response.Body, []byte("-----BEGIN ")):
		text = string(response.Body)
	case response != nil:
		return nil, "", fmt.Errorf("%w at %s", errNoKeyThere, clip(address))
	default:
		return nil, "", err
	}
	key, err = pemKey(text)
	if err != nil {
		return nil, "", fmt.Errorf("%s: %w", clip(address), err)
	}
	return key, owner, nil
}

// pemKey reads a public key in PEM (RFC 7468), also as it stands in a certificate.
func pemKey(text string) (crypto.PublicKey, error) {
	block, _ := pem.Decode([]byte(text))
	if block == nil {
		return nil, errors.New("no PEM text")
	}
	switch block.Type {
	case "PUBLIC KEY":
		return x509.ParsePKIXPublicKey(block.Bytes)
	case "RSA PUBLIC KEY":
		return x509.ParsePKCS1PublicKey(block.Bytes)
	case "CERTIFICATE":
		certificate, err := x509.ParseCertificate(block.Bytes)
		if err != nil {
			return nil, err
		}
		return certificate.PublicKey, nil
	}
	return nil, fmt.Errorf("a PEM text of %q, not a public key", clip(block.Type))
}

// checkSigner tells whether the key that signed is the issuer's: its own document
// has to list the key. A key that the badge alone speaks for proves nothing.
func (o *older) checkSigner() {
	s, issuer := o.signed, o.issuer.id
	if s.owner != "" && !sameDocument(s.owner, issuer) {
		o.report.set(CheckIssuer, Failed, CodeIssuerMismatch, fmt.Sprintf("the key is %s's, and the badge %s's", clip(s.owner), clip(issuer)))
		return
	}
	own := o.own()
	switch {
	case own != nil && lists(own, s.key):
		o.report.set(CheckIssuer, Passed, CodeOK, clip(issuer)+" names the key")
	case own != nil && len(keysOf(own)) > 0:
		o.report.set(CheckIssuer, Failed, CodeIssuerMismatch, "the document of "+clip(issuer)+" does not list the key "+clip(s.key))
	case sameHost(s.key, issuer) && (o.version != "2.0" || s.owner != "" && lists(o.issuer.doc, s.key)):
		// Version 1 has no list of keys; whoever has the issuer's host has the key.
		o.report.set(CheckIssuer, Passed, CodeOK, "the key stands on the host of "+clip(issuer))
	case own != nil && o.version == "2.0":
		o.report.set(CheckIssuer, Failed, CodeIssuerMismatch, "the document of "+clip(issuer)+" lists no key")
	default:
		o.report.set(CheckIssuer, Unknown, CodeIssuerUnproven, "nothing shows that the key at "+clip(s.key)+" is "+clip(issuer)+"'s")
	}
}

func lists(issuer *jsontree.Value, key string) bool {
	for _, k := range keysOf(issuer) {
		if sameDocument(k, key) {
			return true
		}
	}
	return false
}

// checkRevocation looks a signed badge up in its issuer's list; of a hosted one its
// server has told.
func (o *older) checkRevocation() {
	switch {
	case o.report.Check(CheckStatus).Outcome == Failed || o.report.Check(CheckProof).Outcome != Passed:
		return
	case o.o.InsecureSkipStatus:
		return
	case o.signed == nil:
		o.report.set(CheckStatus, Passed, CodeOK, "its issuer serves it, and does not say that it is revoked")
		return
	}
	list := o.issuer.doc.Get("revocationList").Str()
	if own := o.own(); own != nil && own.Get("revocationList").Str() != "" {
		list = own.Get("revocationList").Str()
	}
	if list == "" {
		o.report.set(CheckStatus, Skipped, CodeNoStatus, "the issuer has no list of revoked badges")
		return
	}
	doc, response, err := o.get(list)
	switch {
	case response != nil && response.Status != http.StatusOK:
		o.report.set(CheckStatus, Unknown, CodeStatusUnreached, fmt.Sprintf("%s answers with status %d", clip(list), response.Status))
	case errors.Is(err, errNotDocument):
		o.report.set(CheckStatus, Unknown, CodeListMalformed, "the list at "+clip(list)+" cannot be read")
	case err != nil:
		o.report.set(CheckStatus, Unknown, CodeStatusUnreached, err.Error())
	default:
		o.lookUp(doc, list)
	}
}

// lookUp tells whether a list has the badge: version 2 has an array of addresses
// or objects, version 1 an object from uid to reason.
func (o *older) lookUp(list *jsontree.Value, at string) {
	if issuer := list.Get("issuer"); issuer != nil {
		if id := idOf(issuer); id != "" && !sameDocument(id, o.issuer.id) {
			o.report.set(CheckStatus, Unknown, CodeListUnverified, "the list at "+clip(at)+" is of "+clip(id))
			return
		}
	}
	names := map[string]bool{}
	for _, member := range []string{"id", "uid"} {
		if name := o.doc.Get(member).Str(); name != "" {
			names[name] = true
		}
	}
	found := func(reason string) {
		o.report.set(CheckStatus, Failed, CodeRevoked, orText(reason, "the issuer's list has the badge"))
	}
	entries := list.Get("revokedAssertions")
	if entries == nil && o.version != "2.0" {
		for _, m := range list.Members {
			if names[m.Name] && !strings.HasPrefix(m.Name, "@") {
				found(m.Value.Str())
				return
			}
		}
	} else if !entries.Is(jsontree.Array) && entries != nil && !entries.Is(jsontree.String) && !entries.Is(jsontree.Object) {
		o.report.set(CheckStatus, Unknown, CodeListMalformed, "the list at "+clip(at)+" has no revokedAssertions that can be read")
		return
	}
	for _, item := range entries.Items() {
		e := &item.Value
		if names[e.Str()] || names[e.Get("id").Str()] || names[e.Get("uid").Str()] {
			found(e.Get("revocationReason").Str())
			return
		}
	}
	o.report.set(CheckStatus, Passed, CodeOK, "the list at "+clip(at)+" does not have the badge")
}
