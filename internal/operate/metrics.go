package operate

import (
	"crypto/sha256"
	"crypto/subtle"
	"net/http"
	"strings"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"
	"github.com/prometheus/client_golang/prometheus/promhttp"
)

// Metrics are the measurements of one server. Every label has few values, none
// of which tells of a person or an organisation. A nil *Metrics measures
// nothing, so that whoever measures need not ask.
type Metrics struct {
	registry      *prometheus.Registry
	requests      *prometheus.CounterVec
	seconds       *prometheus.HistogramVec
	inFlight      prometheus.Gauge
	awards        prometheus.Counter
	revocations   prometheus.Counter
	mails         *prometheus.CounterVec
	jobs          *prometheus.CounterVec
	jobWait       *prometheus.HistogramVec
	jobSeconds    *prometheus.HistogramVec
	verifications *prometheus.CounterVec
	refused       *prometheus.CounterVec
}

// The outcomes of a mail.
const (
	MailSent    = "sent"    // the mail server took it
	MailLater   = "later"   // not now; it is tried again
	MailRefused = "refused" // the mail server will never take it
	MailBounced = "bounced" // it was taken, and came back
)

// The outcomes of a job.
const (
	JobDone   = "done"
	JobLater  = "later"  // failed, and tried again
	JobFailed = "failed" // failed for good
)

// NewMetrics makes the measurements. version is that of the program.
func NewMetrics(version string) *Metrics {
	m := &Metrics{registry: prometheus.NewRegistry()}
	counter := func(name, help string, labels ...string) *prometheus.CounterVec {
		c := prometheus.NewCounterVec(prometheus.CounterOpts{Namespace: "ecusson", Name: name, Help: help}, labels)
		m.registry.MustRegister(c)
		return c
	}
	histogram := func(name, help string, buckets []float64, labels ...string) *prometheus.HistogramVec {
		h := prometheus.NewHistogramVec(prometheus.HistogramOpts{Namespace: "ecusson", Name: name, Help: help, Buckets: buckets}, labels)
		m.registry.MustRegister(h)
		return h
	}
	quick := []float64{.001, .0025, .005, .01, .025, .05, .1, .25, .5, 1, 2.5, 5, 10}
	slow := []float64{.01, .1, 1, 10, 60, 300, 900, 3600, 4 * 3600, 24 * 3600}

	m.requests = counter("http_requests_total", "Requests answered, by route and class of status.", "route", "method", "status")
	m.seconds = histogram("http_request_seconds", "Time to answer a request.", quick, "route")
	m.awards = counter("awards_total", "Badges awarded.").WithLabelValues()
	m.revocations = counter("revocations_total", "Badges revoked.").WithLabelValues()
	m.mails = counter("mails_total", "Mails, by what became of them.", "outcome")
	m.jobs = counter("jobs_total", "Jobs run, by kind and outcome.", "kind", "outcome")
	m.jobWait = histogram("job_wait_seconds", "Time from when a job was due until it began.", slow, "kind")
	m.jobSeconds = histogram("job_seconds", "Time that a job took.", slow, "kind")
	m.verifications = counter("verifications_total", "Badges verified, by verdict.", "verdict")
	m.refused = counter("limited_total", "Requests refused because a limit was reached, by limit.", "limit")
	m.inFlight = prometheus.NewGauge(prometheus.GaugeOpts{Namespace: "ecusson", Name: "http_requests_in_flight", Help: "Requests being answered."})
	info := prometheus.NewGaugeVec(prometheus.GaugeOpts{Namespace: "ecusson", Name: "build_info", Help: "1, with the version of the program."}, []string{"version"})
	info.WithLabelValues(version).Set(1)
	m.registry.MustRegister(m.inFlight, info, collectors.NewGoCollector(),
		collectors.NewProcessCollector(collectors.ProcessCollectorOpts{}))
	return m
}

// Awarded counts badges awarded, Revoked badges revoked.
func (m *Metrics) Awarded(n int) {
	if m != nil {
		m.awards.Add(float64(max(n, 0)))
	}
}

// Revoked counts badges revoked.
func (m *Metrics) Revoked(n int) {
	if m != nil {
		m.revocations.Add(float64(max(n, 0)))
	}
}

// Mail counts a mail; outcome is one of the Mail… words.
func (m *Metrics) Mail(outcome string) {
	if m != nil {
		m.mails.WithLabelValues(outcome).Inc()
	}
}

// Job counts a job that was run: its kind, one of the Job… words, how long it
// had waited since it was due, and how long it took. Kinds are words of the
// program.
func (m *Metrics) Job(kind, outcome string, waited, took time.Duration) {
	if m != nil {
		m.jobs.WithLabelValues(kind, outcome).Inc()
		m.jobWait.WithLabelValues(kind).Observe(max(waited, 0).Seconds())
		m.jobSeconds.WithLabelValues(kind).Observe(took.Seconds())
	}
}

// Verified counts a verification; verdict is a word of the verify package.
func (m *Metrics) Verified(verdict string) {
	if m != nil {
		m.verifications.WithLabelValues(verdict).Inc()
	}
}

// Limited counts a request refused because a limit was reached.
func (m *Metrics) Limited(limit string) {
	if m != nil {
		m.refused.WithLabelValues(limit).Inc()
	}
}

// Gauge measures something anew whenever the measurements are read: the queue's
// length, the age of its oldest job. value must answer at once.
func (m *Metrics) Gauge(name, help string, value func() float64) {
	if m != nil {
		m.registry.MustRegister(prometheus.NewGaugeFunc(prometheus.GaugeOpts{Namespace: "ecusson", Name: name, Help: help}, value))
	}
}

// PoolStats is the state of a pool of database connections.
type PoolStats struct {
	Most, Open, InUse int
	Waits             int64 // how often somebody had to wait for one
	Waited            time.Duration
}

// Pool measures a pool of database connections.
func (m *Metrics) Pool(stats func() PoolStats) {
	if m == nil {
		return
	}
	describe := func(name, help string) *prometheus.Desc {
		return prometheus.NewDesc("ecusson_database_"+name, help, nil, nil)
	}
	m.registry.MustRegister(&pool{
		stats:  stats,
		most:   describe("connections_most", "Connections to the database that may be open."),
		open:   describe("connections_open", "Connections to the database that are open."),
		inUse:  describe("connections_in_use", "Connections to the database that are in use."),
		waits:  describe("waits_total", "How often a connection had to be waited for."),
		waited: describe("wait_seconds_total", "Time that was waited for connections."),
	})
}

type pool struct {
	stats                            func() PoolStats
	most, open, inUse, waits, waited *prometheus.Desc
}

func (p *pool) Describe(to chan<- *prometheus.Desc) {
	for _, d := range []*prometheus.Desc{p.most, p.open, p.inUse, p.waits, p.waited} {
		to <- d
	}
}

func (p *pool) Collect(to chan<- prometheus.Metric) {
	s := p.stats()
	gauge := func(d *prometheus.Desc, v float64) { to <- prometheus.MustNewConstMetric(d, prometheus.GaugeValue, v) }
	count := func(d *prometheus.Desc, v float64) {
		to <- prometheus.MustNewConstMetric(d, prometheus.CounterValue, v)
	}
	gauge(p.most, float64(s.Most))
	gauge(p.open, float64(s.Open))
	gauge(p.inUse, float64(s.InUse))
	count(p.waits, float64(s.Waits))
	count(p.waited, s.Waited.Seconds())
}

// Handler shows the measurements in the form of Prometheus. With a token, only
// to whoever sends it ("Authorization: Bearer TOKEN"); others are told nothing
// but that something is missing.
func (m *Metrics) Handler(token string) http.Handler {
	show := promhttp.HandlerFor(m.registry, promhttp.HandlerOpts{MaxRequestsInFlight: 4})
	if token == "" {
		return show
	}
	want := sha256.Sum256([]byte(token))
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		given, bearer := strings.CutPrefix(r.Header.Get("Authorization"), "Bearer ")
		got := sha256.Sum256([]byte(given))
		if !bearer || subtle.ConstantTimeCompare(got[:], want[:]) != 1 {
			w.Header().Set("WWW-Authenticate", "Bearer")
			http.Error(w, http.StatusText(http.StatusUnauthorized), http.StatusUnauthorized)
			return
		}
		show.ServeHTTP(w, r)
	})
}
