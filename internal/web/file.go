package web

import (
	"net/http"

	"github.com/ecusson/ecusson/internal/achievement"
	"github.com/ecusson/ecusson/internal/fault"
)

// filePages serve stored pictures. What lies under a name never changes.
type filePages struct {
	files *achievement.Files
	kept  *prepared
}

// NewFile returns the room of stored pictures.
func NewFile(c *Core, files *achievement.Files) Room {
	return &filePages{files, newPrepared(c.Now, forever, 64<<20)}
}

// forever is as long as the server runs: what never changes is never asked again.
const forever = 1 << 62

func (f *filePages) Routes() []Route {
	return []Route{{Pattern: "GET /file/{name}", Who: Anyone, Plain: f.plain, Do: f.serve}}
}

// plain answers from memory.
func (f *filePages) plain(w http.ResponseWriter, r *http.Request) bool {
	a := f.kept.get(r.PathValue("name"))
	if a != nil {
		a.send(w, r)
	}
	return a != nil
}

func (f *filePages) serve(w http.ResponseWriter, r *Request) error {
	name := r.PathValue("name")
	file, err := f.files.Get(r.Context(), name)
	if err != nil {
		return err
	}
	// Lists of people are files too: nobody gets one here.
	if !file.Picture() {
		return fault.ErrNotFound
	}
	// Never anything but a picture, whatever the bytes are.
	a := &answer{
		kind: file.Type, body: file.Data, control: "public, max-age=31536000, immutable", policy: picturePolicy, open: true,
	}
	f.kept.put(name, a).send(w, r.Request)
	return nil
}
