package did

import (
	"fmt"
	"strconv"
	"strings"
)

// WebURL returns the https URL at which the document of a did:web stands
// (did:web method specification §3.2): /.well-known/did.json of a bare host, else
// did.json below the path. It maps names and judges no host: whether a private
// address may be asked is for the one who fetches.
func WebURL(did string) (string, error) {
	d, err := Parse(did)
	if err != nil {
		return "", err
	}
	if d.Method != "web" {
		return "", fmt.Errorf("did: %s is not a did:web", quote(did))
	}
	segments := strings.Split(d.ID, ":")
	host, port, hasPort := cutPort(segments[0])
	if host == "" || strings.Contains(host, "%") || strings.Contains(host, "..") || host[0] == '.' || host[0] == '-' {
		return "", fmt.Errorf("did: illegal host in %s", quote(did))
	}
	url := "https://" + strings.ToLower(host)
	if hasPort {
		n, err := strconv.ParseUint(port, 10, 16)
		if err != nil || n == 0 || port[0] == '0' {
			return "", fmt.Errorf("did: illegal port in %s", quote(did))
		}
		url += ":" + port
	}
	if len(segments) == 1 {
		return url + "/.well-known/did.json", nil
	}
	for _, segment := range segments[1:] {
		if segment == "" || segment == "." || segment == ".." || escapesASCII(segment) {
			return "", fmt.Errorf("did: illegal path segment in %s", quote(did))
		}
		url += "/" + segment
	}
	return url + "/did.json", nil
}

// escapesASCII tells whether a path segment escapes a character that could have
// been written plainly: a slash, a dot, a query in disguise. The letters of other
// scripts are escaped for good reason.
func escapesASCII(segment string) bool {
	for i := range segment {
		// Parse has seen that two hexadecimal digits follow.
		if segment[i] == '%' && segment[i+1] < '8' {
			return true
		}
	}
	return false
}

// cutPort takes a host apart from its port, which is behind %3A.
func cutPort(s string) (host, port string, found bool) {
	if host, port, found = strings.Cut(s, "%3A"); found {
		return host, port, true
	}
	return strings.Cut(s, "%3a")
}

// FromWebURL returns the did:web whose document stands below an https URL such
// as https://example.org or https://example.org:8443/school/badges; it is the
// inverse of [WebURL] without the file's name.
func FromWebURL(url string) (string, error) {
	rest, ok := strings.CutPrefix(url, "https://")
	if !ok {
		return "", fmt.Errorf("did: %s does not begin with https://", quote(url))
	}
	host, path, _ := strings.Cut(strings.TrimSuffix(rest, "/"), "/")
	did := "did:web:" + strings.Replace(strings.ToLower(host), ":", "%3A", 1)
	if path != "" {
		did += ":" + strings.ReplaceAll(path, "/", ":")
	}
	back, err := WebURL(did)
	if err != nil {
		return "", err
	}
	want := "https://" + strings.ToLower(host) + "/" + path
	if path == "" {
		want += ".well-known"
	}
	if back != want+"/did.json" {
		return "", fmt.Errorf("did: %s has no did:web", quote(url))
	}
	return did, nil
}
