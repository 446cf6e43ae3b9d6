package bench

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"time"
)

// process is a server that is measured from outside.
type process struct {
	cmd     *exec.Cmd
	address string
	log     string         // file of what it says
	in      io.WriteCloser // whose end ends it; may be nil
	started time.Duration  // until its first answer
}

// patience is how long a server may take to its first answer.
const patience = 2 * time.Minute

// startSite starts "ecusson serve" as it is started anywhere, with its log in a
// file, and asks until it answers.
func startSite(ctx context.Context, program func(args ...string) *exec.Cmd, data, database string, first []byte) (*process, error) {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return nil, err
	}
	address := listener.Addr().String()
	if err := listener.Close(); err != nil {
		return nil, err
	}
	_, port, err := net.SplitHostPort(address)
	if err != nil {
		return nil, err
	}
	args := []string{"serve", "--listen", address, "--url", "http://localhost:" + port, "--data", data}
	if database != "" {
		args = append(args, "--database", database)
	}
	p := &process{cmd: program(args...), address: address, log: filepath.Join(data, "log")}
	file, err := os.Create(p.log)
	if err != nil {
		return nil, err
	}
	defer file.Close()
	p.cmd.Stdout, p.cmd.Stderr = file, file
	start := time.Now()
	if err := p.cmd.Start(); err != nil {
		return nil, err
	}
	if err := p.answers(ctx, first, start); err != nil {
		said, _ := os.ReadFile(p.log)
		return nil, errors.Join(fmt.Errorf("the server does not answer: %w\n%.2000s", err, said), p.stop())
	}
	p.started = time.Since(start)
	return p, nil
}

// startBare starts the floor on some answers.
func startBare(ctx context.Context, program func(args ...string) *exec.Cmd, stills map[string]still, first []byte) (*process, error) {
	text, err := json.Marshal(stills)
	if err != nil {
		return nil, err
	}
	p := &process{cmd: program(BareCommand...)}
	if p.in, err = p.cmd.StdinPipe(); err != nil {
		return nil, err
	}
	out, err := p.cmd.StdoutPipe()
	if err != nil {
		return nil, err
	}
	start := time.Now()
	if err := p.cmd.Start(); err != nil {
		return nil, err
	}
	_, err = p.in.Write(text)
	if err == nil {
		p.address, err = bufio.NewReader(io.LimitReader(out, 1<<10)).ReadString('\n')
		p.address = strings.TrimSpace(p.address)
	}
	if err == nil {
		err = p.answers(ctx, first, start)
	}
	if err != nil {
		return nil, errors.Join(err, p.stop())
	}
	p.started = time.Since(start)
	return p, nil
}

// BareCommand is how the program is called to be the floor of a server; see [Bare].
var BareCommand = []string{"bench", "bare"}

// answers asks until there is an answer.
func (p *process) answers(ctx context.Context, first []byte, start time.Time) error {
	tick := time.NewTicker(500 * time.Microsecond)
	defer tick.Stop()
	for {
		c, err := dial(ctx, p.address)
		if err == nil {
			err = c.begin(first)
			_ = c.conn.Close()
			return err
		}
		if ctx.Err() != nil || time.Since(start) > patience {
			return err
		}
		<-tick.C
	}
}

// stop ends the server.
func (p *process) stop() error {
	if p == nil || p.cmd.Process == nil {
		return nil
	}
	if p.in != nil {
		_ = p.in.Close()
	}
	if err := p.cmd.Process.Kill(); err != nil && !errors.Is(err, os.ErrProcessDone) {
		return err
	}
	_ = p.cmd.Wait() // it was killed
	return nil
}

// cpu is the time that the process has computed so far, 0 where the system does
// not tell (Linux, proc(5): utime and stime, in hundredths of a second).
func (p *process) cpu() time.Duration {
	text, err := os.ReadFile("/proc/" + strconv.Itoa(p.cmd.Process.Pid) + "/stat")
	if err != nil {
		return 0
	}
	fields := bytes.Fields(text[bytes.LastIndexByte(text, ')')+1:])
	if len(fields) < 13 {
		return 0
	}
	var ticks int64
	for _, field := range fields[11:13] {
		n, err := strconv.ParseInt(string(field), 10, 64)
		if err != nil {
			return 0
		}
		ticks += n
	}
	return time.Duration(ticks) * 10 * time.Millisecond
}

// memory is what the process holds now, in bytes.
func (p *process) memory() float64 {
	return statusValue("/proc/"+strconv.Itoa(p.cmd.Process.Pid)+"/status", "VmRSS:")
}
