package config

import (
	"errors"
	"io"
	"io/fs"
	"os"
	"slices"
	"strings"

	"github.com/spf13/pflag"
)

// Source is what settings are read from.
type Source struct {
	Command Command
	// Flags is the command line, read, with the flags that AddFlags put there;
	// nil for none.
	Flags *pflag.FlagSet
	// Env finds a variable, as os.LookupEnv does; nil for no environment.
	Env func(name string) (string, bool)
	// Environ lists the environment as os.Environ does, so that a variable
	// ECUSSON_… that nothing reads can be told; nil for no such warning.
	Environ []string
	// Open opens a file that a setting names; nil is os.Open.
	Open func(path string) (fs.File, error)
}

// AddFlags puts the flags of a command's settings into its set, and --config.
// say gives a setting's sentence by its key; its first `word` is the name of
// the value in the help.
func AddFlags(flags *pflag.FlagSet, command Command, say func(key string) string) {
	flags.Var(&flagValue{}, fileFlag, say("config.setting.config"))
	for _, s := range settings {
		if s.For(command) {
			flags.Var(&flagValue{list: s.List}, s.Flag(), say(s.Key()))
		}
	}
}

// LoadArgs is Load for a command line that nobody has read yet.
func LoadArgs(command Command, args []string, env func(string) (string, bool)) (Config, *Faults) {
	flags := pflag.NewFlagSet(string(command), pflag.ContinueOnError)
	flags.SetOutput(io.Discard)
	AddFlags(flags, command, func(key string) string { return key })
	err := flags.Parse(args)
	if err == nil && flags.NArg() > 0 {
		err = errors.New("config: a word too many")
	}
	if err != nil {
		// What pflag says of an unknown flag names the flag alone, and no value.
		return Config{}, &Faults{List: []Fault{{Origin: Origin{Kind: FromFlag, Name: "--"}, Code: FaultFlag, Facts: map[string]any{"Detail": err.Error()}}}}
	}
	return Load(Source{Command: command, Flags: flags, Env: env})
}

// flagValue is what a flag was given, as text: its faults are told with all
// others, not by the flag reader.
type flagValue struct {
	list   bool
	values []string
}

func (v *flagValue) String() string { return strings.Join(v.values, ",") }
func (v *flagValue) Type() string   { return "string" }
func (v *flagValue) Set(text string) error {
	if !v.list {
		v.values = nil
	}
	v.values = append(v.values, text)
	return nil
}

// given is a setting as it was found.
type given struct {
	values []string
	origin Origin
}

func (g given) empty() bool {
	return !slices.ContainsFunc(g.values, func(v string) bool { return v != "" })
}

type loader struct {
	from     Source
	config   Config
	file     map[string]given // by the name of the setting, or name_file
	faults   []Fault
	warnings []Fault
	faulty   map[string]bool // the settings that have a fault, of which no rule says more
}

func (l *loader) fault(setting string, o Origin, code string, facts map[string]any) {
	l.faulty[setting] = true
	if len(l.faults) < maxFaults {
		l.faults = append(l.faults, Fault{Setting: setting, Origin: o, Code: code, Facts: facts})
	}
}

func (l *loader) warn(setting, code string, facts map[string]any) {
	l.warnings = append(l.warnings, Fault{Setting: setting, Origin: l.config.given[setting].origin, Code: code, Facts: facts})
}

const (
	maxFaults = 100
	maxFile   = 64 << 10 // bytes of a settings file, and of a file with one value
)

// read finds a setting and puts it into the Config.
func (l *loader) read(s *Setting) {
	g, ok := l.find(s)
	l.config.given[s.Name] = g
	if !ok {
		return
	}
	r := &reader{loader: l, c: &l.config, s: s, given: g}
	if g.empty() && g.origin.Kind == FromDefault {
		return
	}
	s.set(r)
}

// find looks for a setting: flag before environment before file before default.
// What is set to nothing is not set, except that an empty flag hides what the
// environment and the file say. ok is false if a fault was noted.
func (l *loader) find(s *Setting) (g given, ok bool) {
	if l.from.Flags != nil {
		if f := l.from.Flags.Lookup(s.Flag()); f != nil && f.Changed {
			values := []string{f.Value.String()}
			if own, is := f.Value.(*flagValue); is {
				values = own.values
			}
			g := given{values: values, origin: Origin{Kind: FromFlag, Name: "--" + s.Flag()}}
			switch {
			case g.empty():
				return l.byDefault(s), true
			case s.Secret:
				return l.fromFile(s, g)
			}
			return g, true
		}
	}
	value, file := l.env(s.Env()), given{}
	if name := s.EnvFile(); name != "" {
		file = l.env(name)
	}
	if g, found, ok := l.choose(s, value, file, s.EnvFile()); found {
		return g, ok
	}
	if g, found, ok := l.choose(s, l.file[s.Name], l.file[s.Name+"_file"], s.Name+"_file"); found {
		return g, ok
	}
	return l.byDefault(s), true
}

func (l *loader) byDefault(s *Setting) given {
	g := given{origin: Origin{Kind: FromDefault}}
	if d := s.DefaultFor(l.config.Command); d != "" {
		g.values = []string{d}
	}
	return g
}

// choose takes a value or the file that holds it, and not both.
func (l *loader) choose(s *Setting, value, file given, fileName string) (g given, found, ok bool) {
	switch {
	case value.empty() && file.empty():
		return given{}, false, true
	case file.empty():
		return value, true, true
	case !value.empty():
		l.fault(s.Name, value.origin, FaultBoth, map[string]any{"Other": fileName})
		return value, true, false
	}
	g, ok = l.fromFile(s, file)
	return g, true, ok
}

func (l *loader) env(name string) given {
	if l.from.Env == nil {
		return given{}
	}
	if text, ok := l.from.Env(name); ok && text != "" {
		return given{values: []string{text}, origin: Origin{Kind: FromEnv, Name: name}}
	}
	return given{}
}

// fromFile reads the value that stands in a file of its own. The line feed at
// its end is an editor's.
func (l *loader) fromFile(s *Setting, name given) (given, bool) {
	if len(name.values) != 1 {
		l.fault(s.Name, name.origin, FaultOneLine, nil)
		return name, false
	}
	data, _, ok := l.open(s.Name, name.origin, name.values[0])
	if !ok {
		return given{origin: name.origin}, false
	}
	text := strings.TrimRight(string(data), "\r\n")
	if text == "" {
		l.fault(s.Name, name.origin, FaultFileEmpty, map[string]any{"File": name.values[0]})
		return given{origin: name.origin}, false
	}
	return given{values: []string{text}, origin: name.origin}, true
}

// open reads a file within its bound, and notes why it cannot.
func (l *loader) open(setting string, o Origin, path string) ([]byte, fs.FileInfo, bool) {
	data, info, err := readFile(l.from.Open, path)
	facts := map[string]any{"File": path}
	switch {
	case err == nil:
		return data, info, true
	case errors.Is(err, fs.ErrNotExist):
		l.fault(setting, o, FaultFileAbsent, facts)
	case errors.Is(err, errLong):
		facts["Limit"] = maxFile >> 10
		l.fault(setting, o, FaultFileLong, facts)
	default:
		l.fault(setting, o, FaultFileRead, facts)
	}
	return nil, nil, false
}

var errLong = errors.New("config: the file is too long")

func readFile(open func(string) (fs.File, error), path string) (data []byte, info fs.FileInfo, err error) {
	if open == nil {
		open = func(path string) (fs.File, error) { return os.Open(path) }
	}
	file, err := open(path)
	if err != nil {
		return nil, nil, err
	}
	defer func() { err = errors.Join(err, file.Close()) }()
	if info, err = file.Stat(); err != nil {
		return nil, nil, err
	}
	if info.IsDir() {
		return nil, nil, errors.New("config: it is a folder")
	}
	data, err = io.ReadAll(io.LimitReader(file, maxFile+1))
	if err == nil && len(data) > maxFile {
		err = errLong
	}
	return data, info, err
}
