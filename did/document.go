package did

import (
	"crypto/ed25519"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/ecusson/ecusson/jsontree"
)

// Why a key is not to be had. [Document.Find] and its kin wrap them.
var (
	// ErrNotListed: the document does not know the verification method at all.
	ErrNotListed = errors.New("the document does not list this key")
	// ErrRelationship: the document lists the key, but not for this use.
	ErrRelationship = errors.New("the document lists this key, but not for this use")
	// ErrKey: the document lists the key, but it cannot be read as one.
	ErrKey = errors.New("the key cannot be decoded")
	// ErrController: the key is under the control of someone else.
	ErrController = errors.New("the key has another controller")
	// ErrMethod: the DID method is not one that is resolved here.
	ErrMethod = errors.New("the DID method cannot be resolved without a network or is unknown")
	// ErrDocument: what was read is not the document of this identifier.
	ErrDocument = errors.New("not the document of this identifier")
)

// The verification relationships that matter to credentials (Controlled
// Identifiers 1.0 §2.3).
const (
	AssertionMethod = "assertionMethod"
	Authentication  = "authentication"
)

// maxMethods bounds the verification methods of a document, which are searched
// one after the other.
const maxMethods = 1000

// Key is a verification method whose key was decoded.
type Key struct {
	// ID is the method's absolute identifier.
	ID string
	// Controller is who controls the key.
	Controller string
	// Public is the key.
	Public PublicKey
	// Expires and Revoked are the instants from which the key is not to be
	// used any more; zero where the document does not say.
	Expires, Revoked time.Time
}

// Document is a DID document or any other controlled identifier document, as
// far as keys are concerned.
type Document struct {
	// ID is the identifier whose document this is.
	ID string
	// AlsoKnownAs are other identifiers of the same subject, claimed by it alone.
	AlsoKnownAs []string

	methods       []method
	relationships map[string][]string
}

// method is a verification method as it stands, decoded when asked for.
type method struct {
	id   string
	tree *jsontree.Value
	key  *Key
}

func single(id, methodID string, public PublicKey) *Document {
	return &Document{
		ID:      id,
		methods: []method{{id: methodID, key: &Key{ID: methodID, Controller: id, Public: public}}},
		relationships: map[string][]string{
			AssertionMethod: {methodID}, Authentication: {methodID},
		},
	}
}

// ParseDocument reads the document of an identifier: a DID, or the URL of an
// issuer. The document's id must be that identifier, else the error wraps
// [ErrDocument]; so it does where the bytes are not a JSON object. Beyond that it
// reads what is in the wild: methods listed or embedded, identifiers absolute or
// relative to the document (#key-0), one method where a list should be. A method
// that cannot be read stays in the list and fails when it is asked for.
func ParseDocument(data []byte, id string) (*Document, error) {
	tree, err := jsontree.Parse(data, jsontree.Limits{Depth: 64, Bytes: 1 << 20})
	if err != nil {
		return nil, fmt.Errorf("did: read document of %s: %w: %w", quote(id), ErrDocument, err)
	}
	return ReadDocument(&tree, id)
}

// ReadDocument is [ParseDocument] for a document that has been parsed.
func ReadDocument(tree *jsontree.Value, id string) (*Document, error) {
	if !tree.Is(jsontree.Object) {
		return nil, fmt.Errorf("did: read document of %s: %w: not a JSON object", quote(id), ErrDocument)
	}
	if got := tree.Get("id").Str(); got != id || id == "" {
		return nil, fmt.Errorf("did: read document of %s: %w: its id is %s", quote(id), ErrDocument, quote(got))
	}
	d := &Document{ID: id, relationships: map[string][]string{}}
	for _, other := range tree.Get("alsoKnownAs").Items() {
		if s := other.Value.Str(); s != "" {
			d.AlsoKnownAs = append(d.AlsoKnownAs, s)
		}
	}
	for _, item := range tree.Get("verificationMethod").Items() {
		d.add(&item.Value)
	}
	for _, relationship := range []string{AssertionMethod, Authentication} {
		for _, item := range tree.Get(relationship).Items() {
			var ref string
			if item.Value.Kind == jsontree.Object {
				ref = d.add(&item.Value)
			} else {
				ref = d.absolute(item.Value.Str())
			}
			if ref != "" {
				d.relationships[relationship] = append(d.relationships[relationship], ref)
			}
		}
	}
	if max(len(d.methods), len(d.relationships[AssertionMethod]), len(d.relationships[Authentication])) > maxMethods {
		return nil, fmt.Errorf("did: read document of %s: %w: more than %d verification methods", quote(id), ErrDocument, maxMethods)
	}
	return d, nil
}

// add takes in a method and returns its absolute identifier.
func (d *Document) add(tree *jsontree.Value) string {
	id := d.absolute(tree.Get("id").Str())
	if id == "" {
		return ""
	}
	d.methods = append(d.methods, method{id: id, tree: tree})
	return id
}

func (d *Document) absolute(ref string) string {
	if strings.HasPrefix(ref, "#") {
		return d.ID + ref
	}
	return ref
}

// Find returns the key of a verification method for a use, such as
// [AssertionMethod]. Its error wraps [ErrNotListed], [ErrRelationship], [ErrKey]
// or [ErrController]; with the last the Key is returned all the same, for those
// who want to say whose it is. A did:key or did:jwk may be named without its
// fragment, since it has but one key.
func (d *Document) Find(verificationMethod, relationship string) (Key, error) {
	fail := func(err error) (Key, error) {
		return Key{}, fmt.Errorf("did: find %s under %s: %w", quote(verificationMethod), relationship, err)
	}
	id := d.absolute(verificationMethod)
	if id == d.ID && len(d.methods) == 1 && d.methods[0].key != nil {
		id = d.methods[0].id
	}
	allowed := false
	for _, ref := range d.relationships[relationship] {
		allowed = allowed || ref == id
	}
	var found *method
	for i := range d.methods {
		if d.methods[i].id != id {
			continue
		}
		// The same method may be listed and embedded too; two methods of one
		// name would let the reader's habits decide which key counts.
		if found != nil && !sameTree(found.tree, d.methods[i].tree) {
			return fail(fmt.Errorf("%w: two methods have this id", ErrKey))
		}
		found = &d.methods[i]
	}
	switch {
	case found == nil && allowed:
		return fail(fmt.Errorf("%w: %s refers to a method that is not there", ErrNotListed, relationship))
	case found == nil:
		return fail(ErrNotListed)
	case !allowed:
		return fail(ErrRelationship)
	case found.key != nil:
		return *found.key, nil
	}
	key, err := ParseMethod(found.tree, d.ID)
	if err != nil {
		return fail(err)
	}
	if key.Controller != d.ID {
		_, err = fail(fmt.Errorf("%w: %s", ErrController, quote(key.Controller)))
		return key, err
	}
	return key, nil
}

func sameTree(a, b *jsontree.Value) bool {
	if a == nil || b == nil {
		return a == b
	}
	x, errX := a.AppendCanonical(nil)
	y, errY := b.AppendCanonical(nil)
	return errX == nil && errY == nil && string(x) == string(y)
}

// Keys returns the readable keys of a relationship, in the document's order.
func (d *Document) Keys(relationship string) []Key {
	var keys []Key
	for _, ref := range d.relationships[relationship] {
		if key, err := d.Find(ref, relationship); err == nil {
			keys = append(keys, key)
		}
	}
	return keys
}

// ParseMethod reads one verification method: an object with publicKeyMultibase,
// publicKeyJwk or, in an Ed25519VerificationKey2018, publicKeyBase58. base
// completes a relative id and stands in for a controller that is absent. Its
// error wraps [ErrKey].
func ParseMethod(tree *jsontree.Value, base string) (Key, error) {
	fail := func(err error) (Key, error) { return Key{}, fmt.Errorf("%w: %w", ErrKey, err) }
	if !tree.Is(jsontree.Object) {
		return fail(errors.New("the verification method is not an object"))
	}
	key := Key{ID: tree.Get("id").Str(), Controller: base}
	if strings.HasPrefix(key.ID, "#") {
		key.ID = base + key.ID
	}
	if controller := tree.Get("controller"); controller != nil {
		if key.Controller = controller.Str(); key.Controller == "" {
			return fail(errors.New("the controller is not a text"))
		}
	}
	for name, to := range map[string]*time.Time{"expires": &key.Expires, "revoked": &key.Revoked} {
		if at := tree.Get(name); at != nil {
			t, err := time.Parse(time.RFC3339, at.Str())
			if err != nil {
				return fail(fmt.Errorf("member %q is not a date and time with zone", name))
			}
			*to = t
		}
	}
	// Two keys in one method would let the reader's habits decide which counts.
	var forms []*jsontree.Value
	for _, name := range []string{"publicKeyMultibase", "publicKeyJwk", "publicKeyBase58"} {
		if form := tree.Get(name); form != nil {
			forms = append(forms, form)
		}
	}
	if len(forms) != 1 {
		return fail(fmt.Errorf("%d keys in one verification method, not one", len(forms)))
	}
	var err error
	kind := methodType(tree.Get("type"))
	switch form := forms[0]; {
	case form == tree.Get("publicKeyMultibase"):
		key.Public, err = ParseMultikey(form.Str())
		if err == nil && kind == "Ed25519VerificationKey2020" {
			if _, is := key.Public.(ed25519.PublicKey); !is {
				err = errors.New("an Ed25519VerificationKey2020 with a key of another type")
			}
		}
	case form == tree.Get("publicKeyJwk"):
		key.Public, err = ParseJWK(form)
	case kind == "Ed25519VerificationKey2018" || kind == "Ed25519VerificationKey2020":
		var raw []byte
		if raw, err = DecodeBase58(form.Str()); err == nil {
			key.Public, err = ed25519Key(raw)
		}
	default:
		err = fmt.Errorf("publicKeyBase58 in a method of type %s", quote(kind))
	}
	if err != nil {
		return fail(err)
	}
	return key, nil
}

func methodType(t *jsontree.Value) string {
	if items := t.Items(); len(items) == 1 {
		return items[0].Value.Str()
	}
	return ""
}
