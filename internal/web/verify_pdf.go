package web

import (
	"bytes"
	"compress/zlib"
	"io"
)

// Bounds of looking into a PDF file.
const (
	maxAttachments = 16      // streams that are opened
	maxAttached    = 4 << 20 // bytes of one, opened
	maxDictionary  = 4 << 10 // bytes before a stream in which its dictionary is looked for
)

// attached is the badge that is attached to a PDF file; other bytes come back as
// they are, and so does a PDF without one. A file in a PDF is a stream whose
// dictionary has /EmbeddedFile (ISO 32000-1 §7.11.4), and streams always stand in
// the open, so nothing else of the file has to be understood. Which badge it is
// decides nothing: the one found is the one that is verified and shown.
func attached(data []byte) []byte {
	if !bytes.HasPrefix(data, []byte("%PDF-")) {
		return data
	}
	rest := data
	for range maxAttachments {
		i := bytes.Index(rest, []byte("/EmbeddedFile"))
		if i < 0 {
			return data
		}
		before := rest[max(0, i-maxDictionary):i]
		rest = rest[i+len("/EmbeddedFile"):]
		file, ok := stream(before, rest)
		if text := bytes.TrimSpace(file); ok && len(text) > 0 && (text[0] == '{' || bytes.HasPrefix(text, []byte("ey"))) {
			return text
		}
	}
	return data
}

// stream opens the stream of a dictionary that begins in before and goes on in
// after.
func stream(before, after []byte) ([]byte, bool) {
	begin := bytes.Index(after[:min(len(after), maxDictionary)], []byte("stream"))
	if begin < 0 {
		return nil, false // a name tree, or a word
	}
	dictionary := append(bytes.Clone(before[max(0, bytes.LastIndex(before, []byte(" obj"))):]), after[:begin]...)
	body := after[begin+len("stream"):]
	body = bytes.TrimPrefix(bytes.TrimPrefix(body, []byte("\r")), []byte("\n"))
	if bytes.Contains(dictionary, []byte("/FlateDecode")) {
		reader, err := zlib.NewReader(bytes.NewReader(body))
		if err != nil {
			return nil, false
		}
		defer reader.Close()
		file, err := io.ReadAll(io.LimitReader(reader, maxAttached+1))
		return file, err == nil && len(file) <= maxAttached
	}
	if bytes.Contains(dictionary, []byte("/Filter")) {
		return nil, false
	}
	end := bytes.Index(body, []byte("endstream"))
	if end < 0 || end > maxAttached {
		return nil, false
	}
	return body[:end], true
}
