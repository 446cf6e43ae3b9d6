package config

import (
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"
)

// Where a setting comes from.
const (
	FromDefault = "default"
	FromFile    = "file"
	FromEnv     = "env"
	FromFlag    = "flag"
)

// Origin is the place of a setting.
type Origin struct {
	Kind         string // one of the From… words
	Name         string // the flag with its dashes, the variable, or the file
	Line, Column int    // in the file, from 1
}

// String returns the place as people write it: --url, ECUSSON_URL,
// ecusson.yaml:3, or default.
func (o Origin) String() string {
	switch {
	case o.Kind == FromDefault:
		return FromDefault
	case o.Kind == FromFile && o.Line > 0:
		return o.Name + ":" + strconv.Itoa(o.Line)
	default:
		return o.Name
	}
}

// The codes of a Fault: the key of its sentence without "config.". What a
// sentence needs stands in the Facts of the fault, under the names in brackets.
const (
	FaultFlag        = "fault.flag"         // the command line cannot be read [Detail]
	FaultFileAbsent  = "fault.file-absent"  // the file is not there [File]
	FaultFileRead    = "fault.file-read"    // it cannot be read [File]
	FaultFileLong    = "fault.file-long"    // it is too long [File, Limit]
	FaultFileEmpty   = "fault.file-empty"   // nothing is in it [File]
	FaultYAML        = "fault.yaml"         // it is not YAML from here on
	FaultYAMLMap     = "fault.yaml-map"     // names with values are needed
	FaultYAMLAlias   = "fault.yaml-alias"   // anchors, aliases and tags are not read
	FaultUnknown     = "fault.unknown"      // there is no such setting
	FaultUnknownNear = "fault.unknown-near" // there is none, but one of a like name [Near]
	FaultTwice       = "fault.twice"        // it stands twice
	FaultBoth        = "fault.both"         // it is set as a value and as a file [Other]
	FaultMissing     = "fault.missing"      // it is needed
	FaultOneLine     = "fault.one-line"     // control characters, or more than one value
	FaultLong        = "fault.long"         // it is too long [Limit]
	FaultMany        = "fault.many"         // the list is too long [Limit]
	FaultOneOf       = "fault.one-of"       // it is not one of the words [Value, Values]
	FaultNumber      = "fault.number"       // it is not a number in these bounds [Value, Least, Most]
	FaultSize        = "fault.size"         // it is not a size in these bounds [Value, Least, Most]
	FaultDuration    = "fault.duration"     // it is not a time in these bounds [Value, Least, Most]
	FaultAddress     = "fault.address"      // it is not host:port [Value]
	FaultURL         = "fault.url"          // it is not an address of the web [Value]
	FaultURLPath     = "fault.url-path"     // it has a path, a query or a name in it
	FaultURLHTTPS    = "fault.url-https"    // it is http:// and of the world [Value]
	FaultFormer      = "fault.former"       // it is the address of today, or stands twice [Value]
	FaultProxy       = "fault.proxy"        // it is not an address or a network [Value]
	FaultProxyAll    = "fault.proxy-all"    // it is the whole world [Value]
	FaultEmail       = "fault.email"        // it is not an e-mail address [Value]
	FaultPostgres    = "fault.postgres"     // it is not postgres://user@host/name
	FaultSMTP        = "fault.smtp"         // it is not smtp(s)://user@host:port
	FaultBounce      = "fault.bounce"       // it is not pop3s://user@host
	FaultOTLP        = "fault.otlp"         // it is not http(s)://host:port
	FaultURLPassword = "fault.url-password" // the password does not belong there [Other]
	FaultNoUser      = "fault.no-user"      // there is a password, and the address names nobody [Other]
	FaultNoPassword  = "fault.no-password"  // the address names somebody, and there is no password [Other]
	FaultMasterKey   = "fault.master-key"   // it is not 32 bytes in base64
	FaultShort       = "fault.short"        // a secret is too short [Limit]
	FaultTLSPair     = "fault.tls-pair"     // certificate or key is missing [Other]
	FaultTLSBad      = "fault.tls-bad"      // they cannot be read, or do not fit each other [Other]
	FaultSMTPMissing = "fault.smtp-missing" // a public site without a mail server [URL]
	FaultListenOpen  = "fault.listen-open"  // /dev/mail would be open to others [Value]
	FaultSameAddress = "fault.same-address" // two servers on one address [Other]
)

// The codes of a warning.
const (
	WarnNoProxy      = "warn.no-proxy"      // https:// by a proxy of which nothing is said
	WarnListenOpen   = "warn.listen-open"   // a demonstration that others reach [Value]
	WarnDemoPublic   = "warn.demo-public"   // a demonstration with a public address [URL]
	WarnLoopbackURL  = "warn.loopback-url"  // others reach the site, and its links are for this machine [URL]
	WarnContact      = "warn.contact"       // a public site that names no contact
	WarnUnused       = "warn.unused"        // it has no effect without another setting [Other]
	WarnVariable     = "warn.variable"      // a variable that nothing reads
	WarnVariableNear = "warn.variable-near" // the same, with one of a like name [Near]
	WarnFlagPassword = "warn.flag-password" // a password on the command line [Other]
	WarnFileExposed  = "warn.file-exposed"  // a settings file with secrets that others may read [File]
	WarnDatabaseTLS  = "warn.database-tls"  // so does the data
	WarnMetricsOpen  = "warn.metrics-open"  // others reach the measurements [Value]
	WarnOTLPPlain    = "warn.otlp-plain"    // traces go out for all to read
)

// Fault is one thing wrong with the settings, or worth a warning. It never
// holds a secret, nor anything of an address that may hold one.
type Fault struct {
	Setting string // its name as in the file, "" if the file or the command line itself is meant
	Origin  Origin
	Code    string         // one of the codes above
	Facts   map[string]any // what the sentence needs
}

// Key is the key of the sentence: config.fault.… or config.warn.….
func (f Fault) Key() string { return "config." + f.Code }

// Say puts the fault into words: which setting, where, what, and what to do. t
// says the sentence of a key.
func (f Fault) Say(t func(key string, facts map[string]any) string) string {
	what := t(f.Key(), f.Facts)
	where := t("config.from."+f.Origin.Kind, map[string]any{"Name": f.Origin.String()})
	if f.Setting == "" {
		return t("config.line-file", map[string]any{"Origin": where, "What": what})
	}
	return t("config.line", map[string]any{"Setting": f.Setting, "Origin": where, "What": what})
}

func (f Fault) String() string {
	var b strings.Builder
	fmt.Fprintf(&b, "%s (%s): %s", f.Setting, f.Origin, f.Code)
	for i, name := range slices.Sorted(maps.Keys(f.Facts)) {
		if i == 0 {
			b.WriteString(":")
		}
		fmt.Fprintf(&b, " %s=%v", name, f.Facts[name])
	}
	return b.String()
}

// Faults is everything wrong with the settings, in the order of the table.
type Faults struct {
	List []Fault
}

func (f *Faults) Error() string {
	texts := make([]string, len(f.List))
	for i := range f.List {
		texts[i] = f.List[i].String()
	}
	return "config: " + strings.Join(texts, "; ")
}
