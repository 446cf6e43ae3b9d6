package main

import (
	"errors"
	"io/fs"
	"syscall"

	"github.com/ecusson/ecusson/internal/message"
	"github.com/ecusson/ecusson/internal/sheet"
	"github.com/ecusson/ecusson/jsontree"
	"github.com/ecusson/ecusson/proof"
	"github.com/ecusson/ecusson/rdf"
)

// sentence says an error in the language of the run. Errors of the library are
// for those who program and come in English, after a sentence that says what
// was being done.
func (a *app) sentence(err error) string {
	var (
		use    *useError
		syntax *jsontree.SyntaxError
		limit  *rdf.LimitError
		path   *fs.PathError
		signed *proof.Error
	)
	if text, ok := a.folderFault(err); ok {
		return text
	}
	var list *sheet.Error
	switch {
	case errors.As(err, &use):
		return a.t(use.key, use.facts)
	case errors.As(err, &list):
		return a.listFault(list)
	case errors.As(err, &syntax):
		return a.t("bad-json", message.Facts{"Detail": err.Error()})
	case errors.As(err, &limit):
		return a.t("too-complex", message.Facts{"Detail": err.Error()})
	case errors.As(err, &signed):
		return a.t("not-signable", message.Facts{"Detail": err.Error()})
	case errors.Is(err, syscall.ENOSPC):
		return a.t("disk-full")
	case errors.Is(err, syscall.EROFS):
		return a.t("disk-read-only")
	case errors.As(err, &path) && errors.Is(err, fs.ErrNotExist):
		return a.t("file-absent", message.Facts{"File": path.Path})
	case errors.As(err, &path) && errors.Is(err, fs.ErrPermission):
		return a.t("no-permission", message.Facts{"File": path.Path})
	case errors.As(err, &path):
		return a.t("file-trouble", message.Facts{"File": path.Path, "Detail": path.Err.Error()})
	}
	return err.Error()
}

// listFault says why a list cannot be read.
func (a *app) listFault(err *sheet.Error) string {
	facts := message.Facts{}
	for name, value := range err.Values() {
		facts[name] = value
	}
	return a.say.T(err.Key(), facts)
}
