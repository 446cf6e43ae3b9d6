package achievement

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"regexp"
	"strings"
	"time"

	"github.com/ecusson/ecusson/internal/fault"
)

// File is stored bytes, named by them: what lies under a name never changes.
type File struct {
	Name    string // SHA-256 in hex, and an extension
	Type    string // media type
	Data    []byte
	Created time.Time
}

// extensions are the types of file that are kept.
var extensions = map[string]string{
	"image/png": ".png", "image/svg+xml": ".svg", "image/jpeg": ".jpg", "image/webp": ".webp",
	"text/csv": ".csv", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet": ".xlsx",
}

// NewFile names bytes of a media type.
func NewFile(mediaType string, data []byte, now time.Time) (File, error) {
	extension, ok := extensions[mediaType]
	if !ok {
		return File{}, fmt.Errorf("achievement: no file of type %q is kept", mediaType)
	}
	sum := sha256.Sum256(data)
	return File{Name: hex.EncodeToString(sum[:]) + extension, Type: mediaType, Data: data, Created: now}, nil
}

var fileName = regexp.MustCompile(`^[0-9a-f]{64}\.(png|svg|jpg|webp|csv|xlsx)$`)

// IsFileName tells whether a text has the form of a stored file's name.
func IsFileName(name string) bool { return fileName.MatchString(name) }

// Picture tells whether the file is a picture, which anybody may see who has its
// name. Lists of people are files too, and are nobody's but their owner's.
func (f File) Picture() bool { return strings.HasPrefix(f.Type, "image/") }

// Files keeps files.
type Files struct {
	Store Store
	Now   func() time.Time
}

// Put keeps bytes and returns their name. The same bytes are kept once.
func (f *Files) Put(ctx context.Context, mediaType string, data []byte) (string, error) {
	file, err := NewFile(mediaType, data, f.Now())
	if err != nil {
		return "", err
	}
	return file.Name, f.Store.Update(ctx, func(tx Tx) error { return tx.PutFile(ctx, file) })
}

// Get returns a file by its name; NotFound where there is none.
func (f *Files) Get(ctx context.Context, name string) (File, error) {
	if !IsFileName(name) {
		return File{}, fault.ErrNotFound
	}
	var file File
	err := f.Store.View(ctx, func(tx Tx) error {
		var err error
		file, err = tx.File(ctx, name)
		return err
	})
	return file, err
}
