package folder

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"html"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/ecusson/ecusson/did"
	"github.com/ecusson/ecusson/internal/site"
	"github.com/ecusson/ecusson/proof"
	"github.com/ecusson/ecusson/statuslist"
)

// listValidity is how long a status list holds: a year, and a month to forget
// the date in. A reader who finds one that is over cannot tell the status.
const listValidity = 400 * 24 * time.Hour

// listTTL is how long a reader may go on with a list that it has.
const listTTL = time.Hour

// Published is what [Publish] has done.
type Published struct {
	Finished int // awards begun by an earlier run
	Ended    int // awards that are over, whose pages say so now
	Lists    int // status lists signed anew
	Until    time.Time
}

// Publish renews what has a date, the status lists above all, and writes
// everything else of the site anew that is made from the journal.
func Publish(ctx context.Context, root string, o Options) (Published, error) {
	var p Published
	r, err := newRun(o)
	if err != nil {
		return p, err
	}
	if err := r.open(root, false); err != nil {
		return p, err
	}
	defer r.close()
	if err := r.knownKey(); err != nil {
		return p, err
	}
	p.Finished = len(r.book.pending)
	if err := r.settle(ctx); err != nil {
		return p, err
	}
	if err := r.publishAll(); err != nil {
		return p, err
	}
	if p.Ended, err = r.endPages(ctx); err != nil {
		return p, err
	}
	p.Lists, p.Until = 2*len(r.book.lists), r.at.Add(listValidity)
	r.f.journal.begin()
	if err := r.f.journal.put(line{T: linePublish, At: r.at.Unix()}); err != nil {
		return p, err
	}
	return p, r.f.journal.commit()
}

// publishAll writes what the whole folder shares: identity, lists, pages of the
// issuer and of the badges, and the private report. All of it is made from the
// journal alone.
func (r *run) publishAll() error {
	signing, err := r.current()
	if err != nil {
		return err
	}
	if err := r.writeLists(signing); err != nil {
		return err
	}
	if err := r.applyStates(); err != nil {
		return err
	}
	// An older key may sign; what is said of the issuer is the newest.
	issuer := &r.book.issuers[len(r.book.issuers)-1]
	files, err := r.siteFiles(issuer)
	if err != nil {
		return err
	}
	for _, name := range sortedKeys(files) {
		if err := r.writeChanged(r.f.public(filepath.FromSlash(name)), files[name], publicMode); err != nil {
			return err
		}
	}
	if err := r.writePrivate(issuer); err != nil {
		return err
	}
	return r.disk.sync(r.f.root)
}

// siteFiles are the files of the site that are neither an award's nor a list.
func (r *run) siteFiles(issuer *issuerVersion) (map[string][]byte, error) {
	files, err := site.Files()
	if err != nil {
		return nil, err
	}
	// For web spaces that can be told: other sites' verifiers may read, and
	// files are what they are.
	files[".htaccess"] = []byte("<IfModule mod_headers.c>\nHeader set Access-Control-Allow-Origin \"*\"\nHeader set X-Content-Type-Options \"nosniff\"\n</IfModule>\n")
	files["_headers"] = []byte("/*\n  Access-Control-Allow-Origin: *\n  X-Content-Type-Options: nosniff\n")
	files[".nojekyll"] = nil
	if name, document, err := r.identity(issuer); err != nil {
		return nil, err
	} else if name != "" {
		files[name] = document
	}
	for n := range r.book.badges {
		v := &r.book.badges[n]
		pages, err := r.pagesOf(v, issuer)
		if err != nil {
			return nil, err
		}
		for name, data := range pages {
			files[v.Folder+"/"+name] = data
		}
	}
	if err := r.hideListings(files, issuer.Issuer); err != nil {
		return nil, err
	}
	for _, language := range issuer.Issuer.Languages {
		page, err := r.site.Index(r.view(issuer), language, r.latest(language))
		if err != nil {
			return nil, err
		}
		files[site.HomePage(language, issuer.Issuer.Languages[0])] = page
	}
	return files, nil
}

// hideListings puts a page into each folder of which a web space would else list
// the files, and with them everybody's badge.
func (r *run) hideListings(files map[string][]byte, issuer Issuer) error {
	page := func(home string) []byte {
		name := html.EscapeString(issuer.Name)
		return fmt.Appendf(nil, `<!doctype html>
<html lang="%s"><meta charset="utf-8"><meta name="viewport" content="width=device-width"><meta name="robots" content="noindex">
<title>%s</title><p><a href="%s">%s</a></p></html>
`, issuer.Languages[0], name, home, name)
	}
	files["status/index.html"] = page("../")
	files["b/index.html"] = page("../")
	files["achievements/index.html"] = page("../")
	shards, err := os.ReadDir(r.f.public("b"))
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	for _, s := range shards {
		if s.IsDir() {
			files["b/"+s.Name()+"/index.html"] = page("../../")
		}
	}
	return err
}

// latest are the newest versions of all badges, in the words of a language where
// they have them.
func (r *run) latest(language string) []site.Badge {
	newest := map[string]int{}
	var order []string
	for n := range r.book.badges {
		id := r.book.badges[n].Badge.ID
		if _, there := newest[id]; !there {
			order = append(order, id)
		}
		newest[id] = n
	}
	var out []site.Badge
	for _, id := range order {
		v := &r.book.badges[newest[id]]
		in := v.Badge.Language
		for _, l := range v.Badge.languages() {
			if l == language {
				in = l
			}
		}
		out = append(out, r.shown(v, in))
	}
	return out
}

// identity is the issuer's DID document, with every key that ever signed here,
// and its file in the site; no file for an identifier that is its own document.
func (r *run) identity(issuer *issuerVersion) (name string, document []byte, err error) {
	id := issuer.Issuer.ID
	if !strings.HasPrefix(id, "did:web:") {
		return "", nil, nil
	}
	var methods []did.Method
	seen := map[string]bool{}
	for n := len(r.book.issuers) - 1; n >= 0; n-- {
		v := &r.book.issuers[n]
		if seen[v.Key] {
			continue
		}
		seen[v.Key] = true
		key, err := did.ParseMultikey(v.Key)
		if err != nil {
			return "", nil, err
		}
		methods = append(methods, did.Method{ID: v.Method, Key: key})
	}
	tree, err := did.NewDocument(id, methods, nil)
	if err != nil {
		return "", nil, err
	}
	address, err := did.WebURL(id)
	if err != nil {
		return "", nil, err
	}
	name, ours := strings.CutPrefix(address, issuer.Issuer.URL)
	if !ours {
		// The identity stands elsewhere; its document is left for its keeper.
		return "", append(tree.AppendJSON(nil), '\n'), nil
	}
	return name, append(tree.AppendJSON(nil), '\n'), nil
}

// purposes are those of a pair of lists.
var purposes = [...]string{statuslist.PurposeRevocation, statuslist.PurposeSuspension}

// writeLists signs all lists anew with what the journal says.
func (r *run) writeLists(issuer *issuerVersion) error {
	if len(r.book.lists) == 0 {
		return nil
	}
	lists := make([][2]*statuslist.List, len(r.book.lists))
	for i := range lists {
		lists[i] = [2]*statuslist.List{statuslist.New(listEntries), statuslist.New(listEntries)}
	}
	for n, s := range r.book.states {
		a, err := readAward(r.f.file, r.book.awards[n-1].offset)
		if err != nil {
			return err
		}
		for i, state := range [...]string{stateRevoked, stateSuspended} {
			if s.State != state {
				continue
			}
			if err := lists[a.List-1][i].Set(a.Index, true); err != nil {
				return err
			}
		}
	}
	signer := r.signer(issuer)
	for n := range lists {
		for i, purpose := range purposes {
			name := listFile(purpose, n+1)
			doc, err := statuslist.Credential(statuslist.Publication{
				URL: issuer.Issuer.URL + name, Issuer: issuer.Issuer.ID, Purpose: purpose,
				ValidFrom: r.at, ValidUntil: r.at.Add(listValidity), TTL: listTTL,
			}, lists[n][i])
			if err != nil {
				return err
			}
			signed, err := signer.Sign(r.ld, &doc, proof.SignOptions{Created: r.at})
			if err != nil {
				return err
			}
			if err := r.writeChanged(r.f.public(filepath.FromSlash(name)), signed.AppendJSON(nil), publicMode); err != nil {
				return err
			}
		}
	}
	return nil
}

// applyStates writes the pages of awards whose state has changed since pages
// were written last, and notes that they say so.
func (r *run) applyStates() error {
	if r.book.applied == r.book.changes {
		return nil
	}
	for n := range r.book.states {
		if err := r.writePage(n); err != nil {
			return err
		}
	}
	r.f.journal.begin()
	if err := r.f.journal.put(line{T: lineApplied, N: r.book.changes}); err != nil {
		return err
	}
	if err := r.f.journal.commit(); err != nil {
		return err
	}
	r.book.applied = r.book.changes
	return nil
}

// writePage writes the pages of an award anew, as its state is now.
func (r *run) writePage(n int) error {
	a, err := readAward(r.f.file, r.book.awards[n-1].offset)
	if err != nil {
		return err
	}
	if a.Files&hasPage == 0 {
		return nil
	}
	m := &maker{r: r, issuer: &r.book.issuers[a.Issuer-1], badge: &r.book.badges[a.Badge-1]}
	shown := m.show(a)
	state := r.book.state(n)
	shown.Since, shown.Reason = unixTime(state.At), state.Reason
	shown.State = state.State
	if state.State == stateActive && a.Until != 0 && r.at.After(unixTime(a.Until)) {
		shown.State = site.StateExpired
	}
	for _, language := range m.badge.Badge.languages() {
		page, err := r.site.Award(r.view(m.issuer), r.shown(m.badge, language), shown)
		if err != nil {
			return err
		}
		path := r.f.public("b", a.shard(), site.AwardPage(a.ID, language, m.badge.Badge.Language))
		if err := r.disk.replace(path, page, publicMode); err != nil {
			return err
		}
	}
	return nil
}

// endPages makes the pages of awards that have run out since the last time say so.
func (r *run) endPages(ctx context.Context) (int, error) {
	var ended []int
	err := eachAward(r.f.file, r.f.journal.size, func(a *award) error {
		if a.Until != 0 && a.Until >= r.book.publish && a.Until < r.at.Unix() && r.book.state(a.N).State == stateActive {
			ended = append(ended, a.N)
		}
		return nil
	})
	if err != nil {
		return 0, err
	}
	for i, n := range ended {
		if i%batchRows == 0 && ctx.Err() != nil {
			return i, ctx.Err()
		}
		if err := r.writePage(n); err != nil {
			return i, err
		}
	}
	return len(ended), r.disk.sync(r.f.public())
}

// documents is the map with which what was awarded can be verified before it is
// online: URL → file, relative to the map's own place.
func (r *run) documents(issuer *issuerVersion) ([]byte, error) {
	files := map[string]string{}
	for n := range r.book.lists {
		for _, purpose := range purposes {
			name := listFile(purpose, n+1)
			files[issuer.Issuer.URL+name] = "../public/" + name
		}
	}
	if address, err := did.WebURL(issuer.Issuer.ID); err == nil {
		name, _, err := r.identity(issuer)
		if err != nil {
			return nil, err
		}
		files[address] = "did.json"
		if name != "" {
			files[address] = "../public/" + name
		}
	}
	data, err := json.MarshalIndent(files, "", "  ")
	return append(data, '\n'), err
}
