package main

import (
	"bufio"
	"bytes"
	"database/sql"
	"encoding/csv"
	"encoding/json"
	"fmt"
	"io"
	"math/rand/v2"
	"mime/multipart"
	"net"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	_ "github.com/jackc/pgx/v5/stdlib" // reads what was stored
	_ "modernc.org/sqlite"

	"github.com/ecusson/ecusson/internal/pgtest"
)

// sink is a mail server that takes everything and remembers whom it was for.
type sink struct {
	address string
	mu      sync.Mutex
	to      map[string]int
	total   int
}

func newSink(t *testing.T) *sink {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = listener.Close() })
	s := &sink{address: listener.Addr().String(), to: map[string]int{}}
	go func() {
		for {
			c, err := listener.Accept()
			if err != nil {
				return
			}
			go s.talk(c)
		}
	}()
	return s
}

// talk speaks SMTP with one client (RFC 5321 §4.1), as far as ours needs it. A
// mail counts once its end has come, which is when a real server answers for it.
func (s *sink) talk(c net.Conn) {
	defer c.Close()
	in := bufio.NewReader(c)
	say := func(text string) { _, _ = io.WriteString(c, text+"\r\n") }
	say("220 sink.example ESMTP")
	to := ""
	for {
		line, err := in.ReadString('\n')
		if err != nil {
			return
		}
		verb, rest, _ := strings.Cut(strings.TrimSpace(line), " ")
		switch strings.ToUpper(verb) {
		case "EHLO":
			say("250-sink.example\r\n250-8BITMIME\r\n250 SMTPUTF8")
		case "RCPT":
			to = strings.ToLower(strings.Trim(strings.TrimPrefix(strings.Fields(rest)[0], "TO:"), "<>"))
			say("250 ok")
		case "DATA":
			say("354 go on")
			for line != ".\r\n" {
				if line, err = in.ReadString('\n'); err != nil {
					return // cut off in the middle: nobody answers for it
				}
			}
			s.mu.Lock()
			s.to[to]++
			s.total++
			s.mu.Unlock()
			say("250 taken")
		case "QUIT":
			say("221 bye")
			return
		default:
			say("250 ok")
		}
	}
}

func (s *sink) count() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.total
}

// serving is a site whose server can be killed.
type serving struct {
	t      *testing.T
	args   []string
	base   string
	client *http.Client
	cmd    *exec.Cmd
	said   *lines
}

// lines keeps what a program says.
type lines struct {
	mu sync.Mutex
	b  bytes.Buffer
}

func (l *lines) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.Write(p)
}

func (l *lines) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.String()
}

// freePort is a port that nobody has at this moment.
func freePort(t *testing.T) string {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer listener.Close()
	_, port, err := net.SplitHostPort(listener.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	return port
}

// newServing makes a site on a database, "" for SQLite in data.
func newServing(t *testing.T, data, database, mail, base, port string) *serving {
	t.Helper()
	if base == "" {
		base = "http://localhost:" + port
	}
	jar, err := cookiejar.New(nil)
	if err != nil {
		t.Fatal(err)
	}
	s := &serving{t: t, base: "http://localhost:" + port, client: &http.Client{Jar: jar, Timeout: time.Minute}}
	s.args = []string{
		"serve", "--listen", "127.0.0.1:" + port, "--url", base, "--data", data, "--smtp-url", "smtp://" + mail, "--mail-from", "badges@site.example",
		"--takeover", "1s", "--sign-up", "open", "--log-level", "warn",
	}
	if database != "" {
		s.args = append(s.args, "--database", database)
	}
	return s
}

// start starts the server and waits until it answers.
func (s *serving) start() {
	s.t.Helper()
	s.said = &lines{}
	s.cmd = program(s.t, s.args...)
	s.cmd.Stdout, s.cmd.Stderr = s.said, s.said
	if err := s.cmd.Start(); err != nil {
		s.t.Fatal(err)
	}
	cmd := s.cmd
	s.t.Cleanup(func() { _ = cmd.Process.Kill() })
	s.until("it answers", func() bool {
		answer, err := http.Get(s.base + "/readyz")
		if err != nil {
			return false
		}
		_ = answer.Body.Close()
		return answer.StatusCode == http.StatusOK
	})
}

// kill ends the server as a power cut does.
func (s *serving) kill() {
	s.t.Helper()
	if err := s.cmd.Process.Kill(); err != nil {
		s.t.Fatal(err)
	}
	if err := s.cmd.Wait(); err == nil {
		s.t.Fatal("the server ended by itself")
	}
	s.client.CloseIdleConnections()
}

// until waits for something.
func (s *serving) until(what string, is func() bool) {
	s.t.Helper()
	s.looking(20*time.Millisecond, what, is)
}

// looking waits for something that costs the server more to tell.
func (s *serving) looking(every time.Duration, what string, is func() bool) {
	s.t.Helper()
	end := time.Now().Add(2 * time.Minute)
	tick := time.NewTicker(every)
	defer tick.Stop()
	for !is() {
		if time.Now().After(end) {
			s.t.Fatalf("%s: not in two minutes; the server says:\n%s", what, s.said)
		}
		<-tick.C
	}
}

// ask sends a request as the site's own pages do, and returns the last page.
func (s *serving) ask(method, path, kind string, body io.Reader) (page string, at *url.URL) {
	s.t.Helper()
	if !strings.HasPrefix(path, "http") {
		path = s.base + path
	}
	r, err := http.NewRequest(method, path, body)
	if err != nil {
		s.t.Fatal(err)
	}
	r.Header.Set("Accept", "text/html")
	r.Header.Set("Accept-Language", "en")
	r.Header.Set("Sec-Fetch-Site", "same-origin")
	if kind != "" {
		r.Header.Set("Content-Type", kind)
	}
	answer, err := s.client.Do(r)
	if err != nil {
		s.t.Fatal(err)
	}
	defer answer.Body.Close()
	text, err := io.ReadAll(answer.Body)
	if err != nil || answer.StatusCode >= 400 {
		s.t.Fatalf("%s %s: %s %v\n%.3000s\n%s", method, path, answer.Status, err, text, s.said)
	}
	return string(text), answer.Request.URL
}

func (s *serving) get(path string) string {
	s.t.Helper()
	page, _ := s.ask(http.MethodGet, path, "", nil)
	return page
}

func (s *serving) post(path string, pairs ...string) (string, *url.URL) {
	s.t.Helper()
	form := url.Values{}
	for i := 0; i < len(pairs); i += 2 {
		form.Add(pairs[i], pairs[i+1])
	}
	return s.ask(http.MethodPost, path, "application/x-www-form-urlencoded", strings.NewReader(form.Encode()))
}

// seen is what a form says of the state that it shows.
func (s *serving) seen(path string) string {
	s.t.Helper()
	m := regexp.MustCompile(`name="seen" value="([^"]*)"`).FindStringSubmatch(s.get(path))
	if m == nil {
		s.t.Fatalf("no form at %s", path)
	}
	return m[1]
}

// settle makes the administrator, an organisation and a badge.
func (s *serving) settle() (space string) {
	s.t.Helper()
	token := regexp.MustCompile(`/start/[a-z0-9]+`).FindString(s.said.String())
	if token == "" {
		s.t.Fatalf("no link for the first administrator:\n%s", s.said)
	}
	s.post(token, "email", "site@site.example")
	_, at := s.post("/spaces/new", "name", "Les Génies", "kind", "training", "lang", "fr", "country", "FR")
	space = at.Path
	_, at = s.post(space+"/badges/new", "name", "Participant", "kind", "participation")
	badge := strings.TrimSuffix(at.Path, "/edit")
	s.post(badge+"/edit", "seen", s.seen(badge+"/edit"), "do", "save", "own", "fr", "kind", "participation", "assessment", "participation", "name-fr", "Participant",
		"description-fr", "A pris part.", "criteria-fr", "Venir.", "validity", "ever", "generate", "yes", "picture-source", "generate")
	_, at = s.post(badge+"/publish", "seen", s.seen(badge+"/publish"))
	if !strings.Contains(s.get(badge), "Participant") {
		s.t.Fatalf("the badge is not there, at %s", at)
	}
	return space
}

// bring uploads a list of n people and returns its page's path.
func (s *serving) bring(space, who string, n int, silent bool) string {
	s.t.Helper()
	var body bytes.Buffer
	w := multipart.NewWriter(&body)
	part, err := w.CreateFormFile("file", who+".csv")
	if err != nil {
		s.t.Fatal(err)
	}
	fmt.Fprint(part, "Nom;Courriel;Badge\n")
	for i := range n {
		fmt.Fprintf(part, "Personne %d;%s%d@mail.example;Participant\n", i, who, i)
	}
	if err := w.Close(); err != nil {
		s.t.Fatal(err)
	}
	_, at := s.ask(http.MethodPost, space+"/lists", w.FormDataContentType(), &body)
	plan := []string{"lang", "fr", "column-0", "", "nothing", ""}
	if silent {
		plan = append(plan, "silent", "yes")
	}
	s.post(at.Path+"/plan", plan...)
	return at.Path
}

// progress is how far a list is.
func (s *serving) progress(list string) (value int, done bool) {
	s.t.Helper()
	var p struct {
		Value int  `json:"value"`
		Done  bool `json:"done"`
	}
	if err := json.Unmarshal([]byte(s.get(list+"/progress")), &p); err != nil {
		s.t.Fatal(err)
	}
	return p.Value, p.Done
}

// report is the report of a list by address: what became of each row's mail.
func (s *serving) report(list string) map[string]string {
	s.t.Helper()
	r := csv.NewReader(strings.NewReader(strings.TrimPrefix(s.get(list+"/report.csv"), "\ufeff")))
	r.Comma = ';'
	rows, err := r.ReadAll()
	if err != nil {
		s.t.Fatal(err)
	}
	out := map[string]string{}
	links := map[string]bool{}
	for _, row := range rows[1:] {
		if _, twice := out[row[2]]; twice || links[row[6]] || row[6] == "" {
			s.t.Fatalf("a row is there twice, or has no badge: %q", row)
		}
		out[row[2]], links[row[6]] = row[7], true
	}
	return out
}

// places counts the awards, and their places in status lists.
func places(t *testing.T, data, database string) (awards, distinct int) {
	t.Helper()
	driver, source := "pgx", database
	if database == "" {
		driver, source = "sqlite", "file:"+filepath.Join(data, "ecusson.db")+"?mode=ro"
	}
	db, err := sql.Open(driver, source)
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	err = db.QueryRowContext(t.Context(), "SELECT (SELECT count(*) FROM award), (SELECT count(*) FROM (SELECT DISTINCT org, list, place FROM award) AS places)").Scan(&awards, &distinct)
	if err != nil {
		t.Fatal(err)
	}
	return awards, distinct
}

// onBothDatabases runs a test with SQLite, and with PostgreSQL.
func onBothDatabases(t *testing.T, f func(t *testing.T, data, database string)) {
	t.Helper()
	t.Run("sqlite", func(t *testing.T) {
		t.Parallel()
		f(t, t.TempDir(), "")
	})
	t.Run("postgres", func(t *testing.T) {
		t.Parallel()
		f(t, t.TempDir(), pgtest.TCP(t))
	})
}

// TestServeSurvivesKill kills a server by SIGKILL in the middle of giving badges to
// 20,000 people, and in the middle of mailing, on both databases: every row is
// given once, no mail is lost, and none is sent twice but those that were in hand,
// which the report names. ECUSSON_SEED chooses other moments; ECUSSON_LONG does it
// twenty times.
func TestServeSurvivesKill(t *testing.T) {
	if testing.Short() {
		t.Skip("20,000 rows")
	}
	t.Parallel()
	rounds := 1
	if os.Getenv("ECUSSON_LONG") != "" {
		rounds = 20
	}
	seed, _ := strconv.ParseUint(os.Getenv("ECUSSON_SEED"), 10, 64)
	t.Logf("ECUSSON_SEED=%d", seed)
	onBothDatabases(t, func(t *testing.T, data, database string) {
		random := rand.New(rand.NewPCG(seed, 11))
		mails := newSink(t)
		s := newServing(t, data, database, mails.address, "", freePort(t))
		s.start()
		space := s.settle()
		given := 0
		for round := range rounds {
			t.Logf("round %d", round)
			given += s.killGiving(random, space, "r"+strconv.Itoa(round)+"x")
			given += s.killMailing(random, mails, space, "m"+strconv.Itoa(round)+"x")
		}
		if awards, distinct := places(t, data, database); awards != given || distinct != given {
			t.Errorf("%d awards with %d places for %d rows", awards, distinct, given)
		}
	})
}

// killGiving kills the server while a list is given, and lets it be finished.
func (s *serving) killGiving(random *rand.Rand, space, who string) int {
	s.t.Helper()
	list := s.bring(space, who, killRows, true)
	s.post(list + "/start")
	moment := killRows/20 + random.IntN(killRows/2)
	var value int
	s.until("the list is given in part", func() bool {
		var done bool
		value, done = s.progress(list)
		return done || value >= moment
	})
	s.kill()
	if value >= killRows {
		s.t.Errorf("the list was given before the kill")
	}
	s.start()
	s.until("the list is given", func() bool { _, done := s.progress(list); return done })
	if report := s.report(list); len(report) != killRows {
		s.t.Errorf("%d badges for %d rows", len(report), killRows)
	}
	return killRows
}

// mailRows is how many people a list has of which mails are sent.
const mailRows = 600

// killMailing kills the server while mails go out, and lets it be finished.
func (s *serving) killMailing(random *rand.Rand, mails *sink, space, who string) int {
	s.t.Helper()
	before := mails.count()
	list := s.bring(space, who, mailRows, false)
	s.post(list + "/start")
	moment := before + mailRows/20 + random.IntN(mailRows/2)
	s.until("mails go out", func() bool { return mails.count() >= moment })
	s.kill()
	s.start()
	s.until("the list is given", func() bool { _, done := s.progress(list); return done })
	s.until("all mails went out", func() bool { return mails.count() >= before+mailRows })
	var report map[string]string
	s.looking(time.Second, "the report says so", func() bool {
		report = s.report(list)
		for _, state := range report {
			if state == "To be sent" || state == "" {
				return false
			}
		}
		return true
	})
	mails.mu.Lock()
	defer mails.mu.Unlock()
	doubtful := 0
	for i := range mailRows {
		address := fmt.Sprintf("%s%d@mail.example", who, i)
		state, n := report[address], mails.to[address]
		doubt := strings.Contains(state, "twice")
		if doubt {
			doubtful++
		}
		if n == 0 || n > 2 || n == 2 && !doubt {
			s.t.Errorf("%s got %d mails, and the report says %q", address, n, state)
		}
	}
	const hands = 8 // mails that can be on their way at once
	if doubtful > hands {
		s.t.Errorf("%d mails are in doubt, of at most %d that were on their way", doubtful, hands)
	}
	return mailRows
}
