package operate

import (
	"context"
	"net"
	"os"
	"strconv"
	"time"
)

// Notifier tells systemd how the service is (sd_notify(3)). A nil Notifier, and
// one outside of systemd, tells nobody.
type Notifier struct {
	socket string
	every  time.Duration // of the watchdog, 0 for none
}

// NewNotifier reads what systemd says in the environment; env finds a variable,
// as os.LookupEnv does.
func NewNotifier(env func(string) (string, bool)) *Notifier {
	socket, _ := env("NOTIFY_SOCKET")
	n := &Notifier{socket: socket}
	if pid, ok := env("WATCHDOG_PID"); ok && pid != strconv.Itoa(os.Getpid()) {
		return n // meant for another process
	}
	if text, ok := env("WATCHDOG_USEC"); ok {
		if usec, err := strconv.ParseInt(text, 10, 63); err == nil && usec > 0 {
			n.every = time.Duration(usec) * time.Microsecond / 2
		}
	}
	return n
}

// Ready tells that the service answers, Stopping that it is about to end.
func (n *Notifier) Ready() { n.tell("READY=1") }

// Stopping tells that the service is about to end.
func (n *Notifier) Stopping() { n.tell("STOPPING=1") }

// tell sends one state. Nothing depends on it: systemd's own time limits speak
// where this does not get through.
func (n *Notifier) tell(state string) {
	if n == nil || n.socket == "" {
		return
	}
	c, err := net.DialUnix("unixgram", nil, &net.UnixAddr{Name: n.socket, Net: "unixgram"})
	if err != nil {
		return
	}
	_, _ = c.Write([]byte(state))
	_ = c.Close()
}

// watch tells the watchdog twice in its time that all is well, as long as alive
// says so.
func (n *Notifier) watch(ctx context.Context, alive func(context.Context) error) {
	if n == nil || n.every <= 0 {
		return
	}
	tick := time.NewTicker(n.every)
	defer tick.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
		}
		if alive != nil {
			within, stop := context.WithTimeout(ctx, n.every)
			err := alive(within)
			stop()
			if err != nil {
				continue
			}
		}
		n.tell("WATCHDOG=1")
	}
}
