package verify

import (
	"bytes"
	"errors"
	"fmt"
	"strings"

	"github.com/ecusson/ecusson/bake"
	"github.com/ecusson/ecusson/jsontree"
	"github.com/ecusson/ecusson/openbadges"
	"github.com/ecusson/ecusson/proof"
)

// maxCredential is the largest credential that is read, in bytes: as much as is
// fetched of any document.
const maxCredential = maxBody

// content is a credential taken out of its wrapping.
type content struct {
	// format is what the bytes were: json, jwt, png, svg.
	format string
	// raw is the credential: JSON or a compact JWS.
	raw []byte
	jwt bool
}

// unwrap tells the wrapping from the bytes and takes the credential out of it.
// Where there is none the check of the container is answered.
func (r *run) unwrap(data []byte) (content, bool) {
	refuse := func(outcome Outcome, code, format string, args ...any) (content, bool) {
		r.report.set(CheckContainer, outcome, code, fmt.Sprintf(format, args...))
		return content{}, false
	}
	text := bytes.TrimSpace(data)
	if rest, ok := bytes.CutPrefix(text, []byte("\xef\xbb\xbf")); ok {
		r.report.warn(CheckContainer, WarnByteOrderMark, "the file begins with a byte order mark")
		text = bytes.TrimSpace(rest)
	}
	var c content
	switch {
	case len(text) == 0:
		return refuse(Failed, CodeNoCredential, "the file is empty")
	case text[0] == '{' || text[0] == '[':
		c = content{format: "json", raw: text}
	case isCompactJWS(text):
		c = content{format: "jwt", raw: text, jwt: true}
	case isSDJWT(text):
		r.report.Format = "sd-jwt"
		return refuse(Unknown, CodeUnsupported, "this is a credential with selective disclosure (SD-JWT), which is not verified here yet")
	default:
		found, format, ok := r.extract(data)
		if !ok {
			return content{}, false
		}
		c = content{format: format, raw: bytes.TrimSpace(found)}
		c.jwt = isCompactJWS(c.raw)
		if !c.jwt && (len(c.raw) == 0 || c.raw[0] != '{') {
			return refuse(Failed, CodeNoCredential, "what the picture holds is neither JSON nor a signed credential")
		}
	}
	if len(c.raw) > maxCredential {
		return refuse(Unknown, CodeTooLarge, "the credential has %d bytes; at most %d are read", len(c.raw), maxCredential)
	}
	r.report.Format = c.format
	r.report.Raw = c.raw
	r.report.set(CheckContainer, Passed, CodeOK, map[string]string{
		"json": "a credential in JSON", "jwt": "a signed credential (JWT)",
		"png": "a credential in a PNG picture", "svg": "a credential in an SVG picture",
	}[c.format])
	return c, true
}

// isCompactJWS tells whether text looks like three parts of base64url, of which
// the first is a JSON object and the last may be empty.
func isCompactJWS(text []byte) bool {
	// "ey" is an object whose first member or space follows at once, "ew" one
	// that goes on in another line.
	if !bytes.HasPrefix(text, []byte("ey")) && !bytes.HasPrefix(text, []byte("ew")) || bytes.Count(text, []byte(".")) != 2 {
		return false
	}
	return strings.Trim(string(text), "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_.") == ""
}

// isSDJWT tells whether text looks like a token of selective disclosure (SD-JWT):
// a compact JWS and what it discloses, with tildes between.
func isSDJWT(text []byte) bool {
	token, _, ok := bytes.Cut(text, []byte("~"))
	return ok && isCompactJWS(token)
}

// olderBadge reads a signed badge of Open Badges 1 or 2, whose token has no key in
// its header and no credential in its payload.
func olderBadge(token []byte) (*jsontree.Value, *proof.JWS, bool) {
	jws, err := proof.ParseJWS(string(token))
	if err != nil {
		return nil, nil, false
	}
	tree, err := jsontree.Parse(jws.Payload(), treeLimits)
	if err != nil || openbadges.Detect(&tree).Kind != openbadges.KindOpenBadge2 {
		return nil, nil, false
	}
	return &tree, jws, true
}

// extract takes the credential of the newest standard out of a picture.
func (r *run) extract(data []byte) (credential []byte, format string, ok bool) {
	refuse := func(outcome Outcome, code, detail string) ([]byte, string, bool) {
		r.report.set(CheckContainer, outcome, code, detail)
		return nil, "", false
	}
	format = strings.ToLower(bake.Sniff(data).String())
	found, err := bake.Extract(data)
	switch {
	case errors.Is(err, bake.ErrNotImage):
		return refuse(Failed, CodeNoCredential, "neither JSON, nor a signed credential, nor a PNG or SVG picture; other pictures cannot carry a badge")
	case errors.Is(err, bake.ErrNoCredential):
		return refuse(Failed, CodeNoCredential, "a good picture, and no badge in it: a thumbnail or a screenshot, or a program has stripped it")
	case errors.Is(err, bake.ErrTooLarge):
		return refuse(Unknown, CodeTooLarge, err.Error())
	case err != nil:
		// What stood before the break may be good, but who cut the file may have cut
		// what came before it too.
		return refuse(Failed, CodeImageMalformed, err.Error())
	}
	best := bake.Prefer(found)
	switch {
	case errors.Is(best.Err, bake.ErrTooLarge):
		return refuse(Unknown, CodeTooLarge, best.Err.Error())
	case best.Err != nil:
		return refuse(Failed, CodeImageMalformed, best.Err.Error())
	case best.Standard == bake.OpenBadges3 && best.Compressed:
		return refuse(Failed, CodeImageCompressed, "the credential in the picture is compressed, which Open Badges 3.0 forbids")
	}
	if address := string(bytes.TrimSpace(best.Data)); best.Standard == bake.OpenBadges2 && webAddress(address) != nil {
		r.report.Format = format
		data, ok := r.follow(address)
		return data, format, ok
	}
	if len(found) > 1 {
		r.report.warn(CheckContainer, WarnImageSeveral, fmt.Sprintf("the picture holds %d credentials; this is the one of %s", len(found), best.Standard))
	}
	if best.BadCRC {
		r.report.warn(CheckContainer, WarnImageChecksum, "the checksum of the chunk that holds the badge is wrong")
	}
	if best.Standard == bake.OpenBadges3 && best.Format == bake.FormatPNG && best.Place != "iTXt" {
		r.report.warn(CheckContainer, WarnImageChunk, "the badge stands in a chunk "+best.Place+"; it must be iTXt")
	}
	return best.Data, format, true
}
