package verify

import (
	"bytes"
	"errors"
	"fmt"
	"strings"

	"github.com/ecusson/ecusson/bake"
)

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
		r.report.warn(CheckContainer, "byte-order-mark", "the file begins with a byte order mark")
		text = bytes.TrimSpace(rest)
	}
	var c content
	switch {
	case len(text) == 0:
		return refuse(Failed, "no-credential", "the file is empty")
	case text[0] == '{' || text[0] == '[':
		c = content{format: "json", raw: text}
	case isCompactJWS(text):
		c = content{format: "jwt", raw: text, jwt: true}
	default:
		found, format, ok := r.extract(data)
		if !ok {
			return content{}, false
		}
		c = content{format: format, raw: bytes.TrimSpace(found)}
		c.jwt = isCompactJWS(c.raw)
		if !c.jwt && (len(c.raw) == 0 || c.raw[0] != '{') {
			return refuse(Failed, "no-credential", "what the picture holds is neither JSON nor a signed credential")
		}
	}
	r.report.Format = c.format
	r.report.Raw = c.raw
	r.report.set(CheckContainer, Passed, "ok", map[string]string{
		"json": "a credential in JSON", "jwt": "a signed credential (JWT)",
		"png": "a credential in a PNG picture", "svg": "a credential in an SVG picture",
	}[c.format])
	return c, true
}

// isCompactJWS tells whether text looks like three parts of base64url, of which
// the first is a JSON object and the last may be empty.
func isCompactJWS(text []byte) bool {
	if !bytes.HasPrefix(text, []byte("ey")) || bytes.Count(text, []byte(".")) != 2 {
		return false
	}
	return strings.Trim(string(text), "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_.") == ""
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
		return refuse(Failed, "no-credential", "neither JSON, nor a signed credential, nor a PNG or SVG picture; other pictures cannot carry a badge")
	case errors.Is(err, bake.ErrNoCredential):
		return refuse(Failed, "no-credential", "a good picture, and no badge in it: a thumbnail or a screenshot, or a program has stripped it")
	case err != nil:
		// What stood before the break may be good, but who cut the file may have cut
		// what came before it too.
		return refuse(Failed, "image-malformed", err.Error())
	}
	best := bake.Prefer(found)
	switch {
	case best.Err != nil:
		return refuse(Failed, "image-malformed", best.Err.Error())
	case best.Standard == bake.OpenBadges3 && best.Compressed:
		return refuse(Failed, "image-compressed", "the credential in the picture is compressed, which Open Badges 3.0 forbids")
	}
	if len(found) > 1 {
		r.report.warn(CheckContainer, "image-several", fmt.Sprintf("the picture holds %d credentials; this is the one of %s", len(found), best.Standard))
	}
	if best.BadCRC {
		r.report.warn(CheckContainer, "image-checksum", "the checksum of the chunk that holds the badge is wrong")
	}
	if best.Standard == bake.OpenBadges3 && best.Format == bake.FormatPNG && best.Place != "iTXt" {
		r.report.warn(CheckContainer, "image-chunk", "the badge stands in a chunk "+best.Place+"; it must be iTXt")
	}
	return best.Data, format, true
}
