//go:build ignore

// Extract takes the facts of ESCO that are shipped out of the European
// Commission's own files, which are not part of this repository: address and
// preferred labels of the transversal skills, without those that are the name
// of a language or of a product. Run it with the folder that holds skills_fr.csv
// and skills_en.csv:
//
//	go run ./internal/framework/gen/extract.go FOLDER > internal/framework/facts/esco.tsv
package main

import (
	"cmp"
	"encoding/csv"
	"fmt"
	"log"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
)

// language matches the skills of a language, which are a framework of their own
// (CEFR); product those named after something that is sold.
var (
	language = regexp.MustCompile(`^((write|understand written|understand spoken|interact verbally in) )?(Ancient )?[A-Z][a-z]+$`)
	product  = regexp.MustCompile(`Bing|Google|Swoogle`)
)

type skill struct{ url, kind, label, reuse string }

func main() {
	log.SetFlags(0)
	if len(os.Args) != 2 {
		log.Fatal("which folder holds skills_fr.csv and skills_en.csv?")
	}
	french, err := read(filepath.Join(os.Args[1], "skills_fr.csv"))
	if err != nil {
		log.Fatal(err)
	}
	english, err := read(filepath.Join(os.Args[1], "skills_en.csv"))
	if err != nil {
		log.Fatal(err)
	}
	var all []skill
	for _, s := range english {
		if s.reuse == "transversal" && !language.MatchString(s.label) && !product.MatchString(s.label) {
			all = append(all, s)
		}
	}
	slices.SortFunc(all, func(a, b skill) int { return cmp.Compare(a.url, b.url) })
	fmt.Println("url\tkind\tfr\ten")
	for _, s := range all {
		fmt.Printf("%s\t%s\t%s\t%s\n", s.url, s.kind, typeset(french[s.url].label), typeset(s.label))
	}
}

func read(name string) (map[string]skill, error) {
	file, err := os.Open(name)
	if err != nil {
		return nil, err
	}
	defer file.Close()
	rows, err := csv.NewReader(file).ReadAll()
	if err != nil {
		return nil, err
	}
	column := func(name string) int { return slices.Index(rows[0], name) }
	url, kind, label, reuse := column("conceptUri"), column("skillType"), column("preferredLabel"), column("reuseLevel")
	out := map[string]skill{}
	for _, row := range rows[1:] {
		short := "skill"
		if row[kind] == "knowledge" {
			short = "knowledge"
		}
		out[row[url]] = skill{row[url], short, row[label], row[reuse]}
	}
	return out, nil
}

// typeset writes every apostrophe as the same one; the files have two.
func typeset(label string) string {
	return strings.ReplaceAll(strings.Join(strings.Fields(label), " "), "'", "’")
}
