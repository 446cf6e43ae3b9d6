package config

import (
	"encoding/base64"
	"log/slog"
	"math"
	"net"
	"net/mail"
	"net/netip"
	"strconv"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"
)

// reader reads the value of one setting into the Config. What it cannot read
// has its zero value and a fault.
type reader struct {
	*loader
	c     *Config
	s     *Setting
	given given
}

const (
	maxValue = 4096 // bytes of one value
	maxList  = 100
	maxShown = 80 // characters of a value in a sentence
)

func (r *reader) fault(code string, facts map[string]any) {
	r.loader.fault(r.s.Name, r.given.origin, code, facts)
}

// shown is a value as a sentence may quote it: not a secret, and nothing that
// looks like an address with a password in it.
func (r *reader) shown(value string) string {
	if r.s.Secret || mayHoldSecret(value) {
		return hidden
	}
	if utf8.RuneCountInString(value) > maxShown {
		return string([]rune(value)[:maxShown]) + "…"
	}
	return value
}

func (r *reader) bad(code, value string) { r.fault(code, map[string]any{"Value": r.shown(value)}) }

// one is the value of a setting that has one, of one line; "" with a fault.
func (r *reader) one() string {
	if len(r.given.values) != 1 {
		r.fault(FaultOneLine, nil)
		return ""
	}
	return r.clean(r.given.values[0])
}

func (r *reader) clean(value string) string {
	value = strings.TrimSpace(value)
	if len(value) > maxValue {
		r.fault(FaultLong, map[string]any{"Limit": maxValue})
		return ""
	}
	if !utf8.ValidString(value) || strings.ContainsFunc(value, unicode.IsControl) {
		r.fault(FaultOneLine, nil)
		return ""
	}
	return value
}

func (r *reader) text() string { return r.one() }

// items is the values of a list. Those of a flag or variable are separated by
// commas.
func (r *reader) items() []string {
	var items []string
	for _, value := range r.given.values {
		for item := range strings.SplitSeq(value, ",") {
			if item = r.clean(item); item != "" {
				items = append(items, item)
			}
		}
	}
	if len(items) > maxList {
		r.fault(FaultMany, map[string]any{"Limit": maxList})
		return nil
	}
	return items
}

func (r *reader) oneOf(words ...string) string {
	value := r.one()
	for _, word := range words {
		if value == word {
			return word
		}
	}
	if value != "" {
		r.fault(FaultOneOf, map[string]any{"Value": r.shown(value), "Values": strings.Join(words, ", ")})
	}
	return ""
}

func (r *reader) number(least, most int) int {
	value := r.one()
	n, err := strconv.Atoi(value)
	if value != "" && (err != nil || n < least || n > most) {
		r.fault(FaultNumber, map[string]any{"Value": r.shown(value), "Least": least, "Most": most})
		return 0
	}
	return n
}

// units of a size: 1 MB is a million bytes, 1 MiB is 2^20. O is the French byte.
var units = map[string]int64{
	"": 1, "b": 1, "o": 1,
	"kb": 1e3, "mb": 1e6, "gb": 1e9, "ko": 1e3, "mo": 1e6, "go": 1e9,
	"kib": 1 << 10, "mib": 1 << 20, "gib": 1 << 30, "kio": 1 << 10, "mio": 1 << 20, "gio": 1 << 30,
}

func (r *reader) size(least, most int64) int64 {
	value := r.one()
	digits := len(value) - len(strings.TrimLeft(value, "0123456789"))
	n, err := strconv.ParseInt(value[:digits], 10, 64)
	unit, known := units[strings.ToLower(strings.TrimSpace(value[digits:]))]
	if err == nil && known && n <= math.MaxInt64/unit && n*unit >= least && n*unit <= most {
		return n * unit
	}
	if value != "" {
		r.fault(FaultSize, map[string]any{"Value": r.shown(value), "Least": sizeText(least), "Most": sizeText(most)})
	}
	return 0
}

// sizeText writes a size in the largest unit that divides it.
func sizeText(n int64) string {
	for _, unit := range []string{"GiB", "MiB", "KiB"} {
		if u := units[strings.ToLower(unit)]; n >= u && n%u == 0 {
			return strconv.FormatInt(n/u, 10) + " " + unit
		}
	}
	return strconv.FormatInt(n, 10) + " B"
}

func (r *reader) duration(least, most time.Duration) time.Duration {
	value := r.one()
	d, err := time.ParseDuration(value)
	if value != "" && (err != nil || d < least || d > most) {
		r.fault(FaultDuration, map[string]any{"Value": r.shown(value), "Least": least.String(), "Most": most.String()})
		return 0
	}
	return d
}

func (r *reader) logLevel() {
	levels := map[string]slog.Level{"debug": slog.LevelDebug, "info": slog.LevelInfo, "warn": slog.LevelWarn, "error": slog.LevelError}
	r.c.LogLevel = levels[r.oneOf("debug", "info", "warn", "error")]
}

// secret is a secret of at least so many bytes.
func (r *reader) secret(least int) Secret {
	value := r.one()
	if value != "" && len(value) < least {
		r.fault(FaultShort, map[string]any{"Limit": least})
		return Secret{}
	}
	return Secret{value}
}

// masterKey is the text of 32 bytes in base64, with or without padding.
func (r *reader) masterKey() Secret {
	value := r.one()
	text := strings.TrimRight(value, "=")
	for _, e := range []*base64.Encoding{base64.RawStdEncoding, base64.RawURLEncoding} {
		if key, err := e.DecodeString(text); err == nil && len(key) == 32 {
			return Secret{value}
		}
	}
	if value != "" {
		r.fault(FaultMasterKey, nil)
	}
	return Secret{}
}

// address is host:port to listen on; the host may be left out.
func (r *reader) address() string {
	value := r.one()
	if value == "" {
		return ""
	}
	host, port, err := net.SplitHostPort(value)
	if err != nil || !isPort(port) || strings.ContainsAny(host, "/@ ") {
		r.bad(FaultAddress, value)
		return ""
	}
	return value
}

func isPort(text string) bool {
	n, err := strconv.ParseUint(text, 10, 16)
	return err == nil && strconv.FormatUint(n, 10) == text
}

// portOf is the port of an address that address has read.
func portOf(address string) string {
	_, port, _ := net.SplitHostPort(address)
	return port
}

// networks reads addresses and networks: 10.0.0.5, 172.16.0.0/12, ::1.
func (r *reader) networks() []netip.Prefix {
	var out []netip.Prefix
	for _, item := range r.items() {
		prefix, err := netip.ParsePrefix(item)
		if addr, e := netip.ParseAddr(item); e == nil && addr.Zone() == "" {
			prefix, err = netip.PrefixFrom(addr, addr.BitLen()), nil
		}
		switch {
		case err != nil:
			r.bad(FaultProxy, item)
		case prefix.Bits() == 0:
			r.bad(FaultProxyAll, item)
		default:
			out = append(out, prefix.Masked())
		}
	}
	return out
}

// email is one address without a name: badges@example.org.
func (r *reader) email() string {
	value := r.one()
	if value == "" {
		return ""
	}
	parsed, err := mail.ParseAddress(value)
	if err != nil || parsed.Name != "" || parsed.Address != value || len(value) > 254 {
		r.fault(FaultEmail, map[string]any{"Value": r.shown(value)})
		return ""
	}
	return value
}
