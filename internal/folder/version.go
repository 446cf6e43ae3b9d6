package folder

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strconv"
	"strings"

	"github.com/ecusson/ecusson/bake"
	"github.com/ecusson/ecusson/internal/picture"
)

// formOfBadge counts the ways in which badges have been written; a new one makes
// new versions of them.
const formOfBadge = "1"

// badge returns the number of the version of a badge that says just this, and
// writes a new one, its files first, if there is none.
func (r *run) badge(b *Badge, issuer *issuerVersion) (int, error) {
	brought, err := readPicture(b.Picture.Path)
	if err != nil {
		return 0, err
	}
	kept := *b
	kept.Picture.Path = "" // of this machine
	digest, err := digestOf(kept, brought, issuer.Issuer.URL)
	if err != nil {
		return 0, err
	}
	version := 1
	for n := len(r.book.badges) - 1; n >= 0; n-- {
		v := &r.book.badges[n]
		if v.Badge.ID != b.ID {
			continue
		}
		if v.Digest == digest {
			return v.N, nil
		}
		version = max(version, v.Version+1)
	}
	p, err := r.draw(b, brought, issuer)
	if err != nil {
		return 0, err
	}
	v := badgeVersion{
		N: len(r.book.badges) + 1, Version: version, Folder: "achievements/" + b.ID + "-" + strconv.Itoa(version),
		Digest: digest, Badge: kept, SVG: p.svg != nil, Alt: p.alt, Sum: p.sum(),
	}
	achievement, level := r.achievementOf(&v, b.Language, issuer.Issuer)
	tree := achievement.Tree()
	v.Achievement, v.Level = tree.AppendJSON(nil), level
	if err := r.writeBadge(&v, p, issuer); err != nil {
		return 0, err
	}
	if err := r.f.journal.put(line{T: lineBadge, N: v.N, At: r.at.Unix(), Badge: &v}); err != nil {
		return 0, err
	}
	r.book.badges = append(r.book.badges, v)
	return v.N, nil
}

func (r *run) writeBadge(v *badgeVersion, p pictures, issuer *issuerVersion) error {
	files, err := r.pagesOf(v, issuer)
	if err != nil {
		return err
	}
	files["image.png"] = p.png
	if p.svg != nil {
		files["image.svg"] = p.svg
	}
	for _, name := range sortedKeys(files) {
		if err := r.disk.create(r.f.public(v.Folder, name), files[name]); err != nil {
			return err
		}
	}
	return nil
}

// digestOf tells what a badge says apart from what it said before: by what goes
// into its making, so that a picture drawn a little better makes no new version.
func digestOf(b Badge, brought broughtPicture, base string) (string, error) {
	text, err := json.Marshal(b)
	if err != nil {
		return "", err
	}
	sum := sha256.New()
	for _, part := range [][]byte{[]byte(formOfBadge), []byte(base), text, brought.data, brought.png} {
		sum.Write(strconv.AppendInt(nil, int64(len(part)), 10))
		sum.Write([]byte{' '})
		sum.Write(part)
	}
	return hex.EncodeToString(sum.Sum(nil)), nil
}

// pictures are a badge's, as they are published. svg may be nil.
type pictures struct {
	png, svg []byte
	alt      string
}

func (p pictures) sum() string {
	sum := sha256.New()
	for _, data := range [][]byte{p.png, p.svg} {
		sum.Write(strconv.AppendInt(nil, int64(len(data)), 10))
		sum.Write([]byte{' '})
		sum.Write(data)
	}
	return hex.EncodeToString(sum.Sum(nil)[:16])
}

// picturesSum is the sum of a badge's pictures as they stand on the disk.
func (r *run) picturesSum(v *badgeVersion) (string, error) {
	var p pictures
	var err error
	if p.png, err = os.ReadFile(r.f.public(v.Folder, "image.png")); err != nil {
		return "", err
	}
	if v.SVG {
		if p.svg, err = os.ReadFile(r.f.public(v.Folder, "image.svg")); err != nil {
			return "", err
		}
	}
	return p.sum(), nil
}

// pictureSize is the side of published pictures, in pixels: sharp on a page at
// twice its size there, and small enough to send.
const pictureSize = 600

// draw makes the pictures of a badge, or takes those that were brought.
func (r *run) draw(b *Badge, brought broughtPicture, issuer *issuerVersion) (pictures, error) {
	if brought.data != nil {
		p, err := brought.fit(r.pictureSize)
		p.alt = r.say(b.Language)("folder.alt", map[string]any{"Badge": b.Name, "Issuer": issuer.Issuer.Name})
		return p, err
	}
	drawing, err := drawingOf(b)
	if err != nil {
		return pictures{}, err
	}
	p := pictures{alt: drawing.Alternative()}
	if p.svg, err = drawing.SVG(); err != nil {
		return pictures{}, pictureError(err, b.Name)
	}
	if p.png, err = drawing.PNG(r.pictureSize); err != nil {
		return pictures{}, pictureError(err, b.Name)
	}
	return p, nil
}

// drawingOf is a badge as the generator of pictures takes it.
func drawingOf(b *Badge) (picture.Badge, error) {
	d := picture.Badge{
		Name: b.Name, Second: b.Second, Level: b.Level, Icon: b.Picture.Icon, Hue: b.Picture.Shade, Piping: b.Picture.Piping, Lang: b.Language,
	}
	if b.Kind == "milestone" {
		d.Level, d.Progress = 0, picture.Progress{Done: b.Level, Of: b.Levels}
		if b.Level == 0 {
			d.Progress = picture.Progress{}
		}
	}
	var err error
	if d.Kind, err = picture.ParseKind(b.Kind); err != nil {
		return d, err
	}
	if b.Assessment != "" {
		if d.Assessment, err = picture.ParseAssessment(b.Assessment); err != nil {
			return d, err
		}
	}
	if b.Picture.Division != "" {
		if d.Division, err = picture.ParseDivision(b.Picture.Division); err != nil {
			return d, pictureError(err, b.Name)
		}
	}
	return d, nil
}

// pictureError is an error of the picture, told of the badge.
func pictureError(err error, badge string) error {
	facts := map[string]any{"Badge": badge, "Detail": err.Error()}
	if e := (*picture.Error)(nil); errors.As(err, &e) {
		facts["Key"], facts["KeyFacts"] = e.Key, e.Facts
	}
	return &Error{Key: "folder." + ErrorBadPicture, Facts: facts, Err: err}
}

// maxPicture bounds a picture that somebody brings, in bytes.
const maxPicture = 5 << 20

// broughtPicture is a picture that somebody brings, as it was read; png is the
// one beside an SVG, which not every reader shows.
type broughtPicture struct {
	path      string
	data, png []byte
}

// readPicture reads the picture of that path; "" is none.
func readPicture(path string) (broughtPicture, error) {
	p := broughtPicture{path: path}
	var err error
	if path == "" {
		return p, nil
	}
	if p.data, err = readBounded(path); err != nil || bake.Sniff(p.data) != bake.FormatSVG {
		return p, err
	}
	p.png, err = readBounded(strings.TrimSuffix(path, filepath.Ext(path)) + ".png")
	if isError(err, ErrorNoPicture) {
		return p, pictureError(picture.ErrNeedsPNG, path)
	}
	return p, err
}

func readBounded(path string) ([]byte, error) {
	info, err := os.Stat(path)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, fail(ErrorNoPicture, map[string]any{"File": path})
	} else if err != nil {
		return nil, err
	}
	if info.Size() > maxPicture {
		return nil, fail(ErrorLargePicture, map[string]any{"File": path, "Limit": maxPicture >> 20})
	}
	return os.ReadFile(path)
}

// isError tells whether an error is one of this package's with that code.
func isError(err error, code string) bool {
	var e *Error
	return errors.As(err, &e) && e.Key == "folder."+code
}

// fit makes what is published: a square PNG, and of an SVG a clean one.
func (b broughtPicture) fit(size int) (pictures, error) {
	var p pictures
	var err error
	raster := b.data
	if b.png != nil {
		raster = b.png
		if p.svg, err = picture.CleanSVG(b.data); err != nil {
			return p, pictureError(err, b.path)
		}
	}
	if p.png, err = picture.Fit(raster, size); err != nil {
		return p, pictureError(err, b.path)
	}
	return p, nil
}

// issuerPicture publishes the picture that issuer.yaml names, and returns its
// place below the site's address.
func (r *run) issuerPicture(i Issuer) (string, error) {
	if i.Image == "" {
		return "", nil
	}
	brought, err := readPicture(i.Image)
	if err != nil {
		return "", err
	}
	p, err := brought.fit(r.pictureSize)
	if err != nil {
		return "", err
	}
	return "issuer.png", r.writeChanged(r.f.public("issuer.png"), p.png, publicMode)
}
