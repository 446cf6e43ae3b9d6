package sheet

import (
	"bytes"
	"context"
	"fmt"
	"runtime"
	"strings"
	"testing"

	"github.com/xuri/excelize/v2"
)

const benchRows = 100_000

func benchRow(i int) []string {
	return []string{fmt.Sprint(i), fmt.Sprintf("Benali-%d", i), "Amina", fmt.Sprintf("amina.benali.%d@example.org", i),
		"Participant", fmt.Sprintf("Équipe %d", i%40), "A construit une passerelle en bois avec son équipe, du plan à la pose.",
		fmt.Sprintf("https://genies.example.org/projets/%d", i), "12/06/2026"}
}

var benchHeadings = []string{"N°", "Nom", "Prénom", "Courriel", "Badge", "Équipe", "Récit", "Lien", "Date"}

func benchCSV() []byte {
	var b bytes.Buffer
	b.WriteString(strings.Join(benchHeadings, ";") + "\r\n")
	for i := range benchRows {
		b.WriteString(strings.Join(benchRow(i+1), ";") + "\r\n")
	}
	return b.Bytes()
}

// benchXLSX is written as Excel saves, with shared strings, or as streaming
// writers do, with the strings in the cells.
func benchXLSX(tb testing.TB, shared bool) []byte {
	tb.Helper()
	f := excelize.NewFile()
	defer f.Close()
	if shared {
		_ = f.SetSheetRow("Sheet1", "A1", &benchHeadings)
		for i := range benchRows {
			row := benchRow(i + 1)
			if err := f.SetSheetRow("Sheet1", fmt.Sprintf("A%d", i+2), &row); err != nil {
				tb.Fatal(err)
			}
		}
	} else {
		w, err := f.NewStreamWriter("Sheet1")
		if err != nil {
			tb.Fatal(err)
		}
		anys := func(s []string) []any {
			out := make([]any, len(s))
			for i := range s {
				out[i] = s[i]
			}
			return out
		}
		_ = w.SetRow("A1", anys(benchHeadings))
		for i := range benchRows {
			if err := w.SetRow(fmt.Sprintf("A%d", i+2), anys(benchRow(i+1))); err != nil {
				tb.Fatal(err)
			}
		}
		_ = w.Flush()
	}
	var b bytes.Buffer
	if err := f.Write(&b); err != nil {
		tb.Fatal(err)
	}
	return b.Bytes()
}

// benchmarkOpenRows opens a list and reads it through. Beside the rate it reports
// the largest heap in use above what was there before, sampled while reading.
func benchmarkOpenRows(b *testing.B, data []byte) {
	b.Helper()
	var peak uint64
	b.SetBytes(int64(len(data)))
	b.ReportAllocs()
	for b.Loop() {
		runtime.GC()
		var before, now runtime.MemStats
		runtime.ReadMemStats(&before)
		s, err := Open(bytes.NewReader(data), int64(len(data)), Options{})
		if err != nil {
			b.Fatal(err)
		}
		n := 0
		for row, err := range s.Rows(context.Background()) {
			if err != nil || len(row.Problems) > 0 {
				b.Fatal(err, row.Problems)
			}
			if n++; n%10_000 == 0 {
				runtime.ReadMemStats(&now)
				peak = max(peak, now.HeapInuse-min(now.HeapInuse, before.HeapInuse))
			}
		}
		if n != benchRows {
			b.Fatal(n)
		}
	}
	b.ReportMetric(float64(benchRows)*float64(b.N)/b.Elapsed().Seconds(), "rows/s")
	b.ReportMetric(float64(peak)/(1<<20), "peak-MiB")
}

func BenchmarkRowsCSV(b *testing.B) { benchmarkOpenRows(b, benchCSV()) }

func BenchmarkRowsXLSXShared(b *testing.B) { benchmarkOpenRows(b, benchXLSX(b, true)) }

func BenchmarkRowsXLSXInline(b *testing.B) { benchmarkOpenRows(b, benchXLSX(b, false)) }

// BenchmarkFloorExcelize reads the same cells with the library that writes them,
// without their kinds, dates and links, which its stream does not tell.
func BenchmarkFloorExcelize(b *testing.B) {
	data := benchXLSX(b, true)
	for b.Loop() {
		f, err := excelize.OpenReader(bytes.NewReader(data))
		if err != nil {
			b.Fatal(err)
		}
		rows, err := f.Rows("Sheet1")
		if err != nil {
			b.Fatal(err)
		}
		n := 0
		for rows.Next() {
			if _, err := rows.Columns(); err != nil {
				b.Fatal(err)
			}
			n++
		}
		if n != benchRows+1 {
			b.Fatal(n)
		}
		_ = rows.Close()
		_ = f.Close()
	}
	b.ReportMetric(float64(benchRows)*float64(b.N)/b.Elapsed().Seconds(), "rows/s")
}
