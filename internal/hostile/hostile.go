// Package hostile makes the files that tests send to do harm: pictures, lists and
// badges that a program must refuse with a plain word, whatever way they come in
// by. It is for tests only. Begin with SVGs, Rasters, Workbooks, Tables, Badges.
package hostile

// File is one of them.
type File struct {
	Name string
	Data []byte
	// Code is what it is refused for: the key of the message, or of a badge the
	// verdict with its check and code.
	Code string
}
