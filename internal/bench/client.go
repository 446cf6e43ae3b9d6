package bench

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"slices"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"time"
)

// clients is how many connections ask at once.
const clients = 8

// connection is an HTTP client that costs next to nothing, since it shares the
// machine with the server that is measured: a request is bytes made before, and of
// an answer the status, three headers and the body's length are read.
type connection struct {
	conn net.Conn
	in   *bufio.Reader
}

func dial(ctx context.Context, address string) (*connection, error) {
	conn, err := (&net.Dialer{}).DialContext(ctx, "tcp", address)
	if err != nil {
		return nil, err
	}
	return &connection{conn, bufio.NewReaderSize(conn, 64<<10)}, nil
}

// maxAnswer is the largest answer that is read.
const maxAnswer = 8 << 20

// begin sends a request and reads the first line of its answer.
func (c *connection) begin(request []byte) error {
	if _, err := c.conn.Write(request); err != nil {
		return err
	}
	line, err := c.in.ReadSlice('\n')
	if err != nil {
		return err
	}
	if !bytes.HasPrefix(line, []byte("HTTP/1.1 200 ")) {
		return fmt.Errorf("the answer is %q", line)
	}
	return nil
}

// ask sends a request and reads its answer, whose body is kept if wanted.
func (c *connection) ask(request []byte, keep bool) (still, error) {
	var s still
	if err := c.begin(request); err != nil {
		return s, err
	}
	length := -1
	for {
		line, err := c.in.ReadSlice('\n')
		if err != nil {
			return s, err
		}
		line = bytes.TrimRight(line, "\r\n")
		if len(line) == 0 {
			break
		}
		name, value, _ := bytes.Cut(line, []byte(": "))
		switch {
		case string(name) == "Content-Length":
			if length, err = strconv.Atoi(string(value)); err != nil || length < 0 || length > maxAnswer {
				return s, fmt.Errorf("the length of the answer is %q", value)
			}
		case keep && string(name) == "Content-Type":
			s.Kind = string(value)
		case keep && string(name) == "Content-Encoding":
			s.Encoding = string(value)
		}
	}
	if length < 0 {
		return s, errors.New("the answer does not tell its length")
	}
	if !keep {
		_, err := c.in.Discard(length)
		return s, err
	}
	s.Body = make([]byte, length)
	_, err := io.ReadFull(c.in, s.Body)
	return s, err
}

// request is a GET as bytes; headers are lines without their ends.
func request(path string, headers ...string) []byte {
	lines := append([]string{"GET " + path + " HTTP/1.1", "Host: localhost", "User-Agent: ecusson-bench", "Accept-Encoding: gzip"}, headers...)
	return []byte(strings.Join(lines, "\r\n") + "\r\n\r\n")
}

// turn is one round of a load.
type turn struct {
	requests int
	took     time.Duration
	p99      time.Duration
}

func (t turn) rate() float64 { return float64(t.requests) / t.took.Seconds() }

// asking hands out the requests of a load, one after the other, round and round.
type asking struct {
	requests [][]byte
	next     atomic.Uint64
}

func (a *asking) one() []byte {
	if len(a.requests) == 1 {
		return a.requests[0]
	}
	return a.requests[(a.next.Add(1)-1)%uint64(len(a.requests))]
}

// load asks for a while with some connections, each again as soon as it has its
// answer.
func load(ctx context.Context, address string, a *asking, lasts time.Duration) (turn, error) {
	var wait sync.WaitGroup
	times := make([][]time.Duration, clients)
	faults := make([]error, clients)
	start := time.Now()
	for i := range clients {
		wait.Go(func() {
			times[i], faults[i] = askOn(ctx, address, a, start.Add(lasts))
		})
	}
	wait.Wait()
	took := time.Since(start)
	if err := errors.Join(faults...); err != nil {
		return turn{}, err
	}
	all := slices.Concat(times...)
	if len(all) == 0 {
		return turn{}, errors.New("no request was answered")
	}
	slices.Sort(all)
	return turn{requests: len(all), took: took, p99: all[len(all)*99/100]}, nil
}

func askOn(ctx context.Context, address string, a *asking, end time.Time) ([]time.Duration, error) {
	c, err := dial(ctx, address)
	if err != nil {
		return nil, err
	}
	defer c.conn.Close()
	var times []time.Duration
	for now := time.Now(); len(times) == 0 || now.Before(end) && ctx.Err() == nil; { // once at least, however slow the machine
		if _, err := c.ask(a.one(), false); err != nil {
			return nil, err
		}
		then := time.Now()
		times = append(times, then.Sub(now))
		now = then
	}
	return times, ctx.Err()
}
