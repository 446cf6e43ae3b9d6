package main

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"net"
	"net/http"
	"time"

	"github.com/spf13/cobra"

	"github.com/ecusson/ecusson/internal/config"
	"github.com/ecusson/ecusson/internal/message"
)

// healthFor is how long a server has for its answer; who asks waits five seconds.
const healthFor = 4 * time.Second

// healthcheck asks the server of this machine whether it lives, for a container
// that has no other program.
func (a *app) healthcheck() *cobra.Command {
	return a.siteCommand(config.Healthcheck, "healthcheck [flags]", func(ctx context.Context, c config.Config, _ []string) error {
		at, err := healthAddress(c)
		if err == nil {
			err = lives(ctx, at)
		}
		if err != nil {
			return errors.New(a.t("healthcheck.silent", message.Facts{"URL": at, "Detail": err.Error()}))
		}
		return nil
	})
}

// healthAddress is where the server of the settings answers on this machine.
func healthAddress(c config.Config) (string, error) {
	host, port, err := net.SplitHostPort(c.Listen)
	if err != nil {
		return c.Listen, err
	}
	if ip := net.ParseIP(host); host == "" || ip != nil && ip.IsUnspecified() {
		host = "localhost"
	}
	scheme := "http"
	if c.TLS.Certificate != "" {
		scheme = "https"
	}
	return scheme + "://" + net.JoinHostPort(host, port) + "/healthz", nil
}

func lives(ctx context.Context, at string) error {
	ctx, cancel := context.WithTimeout(ctx, healthFor)
	defer cancel()
	r, err := http.NewRequestWithContext(ctx, http.MethodGet, at, http.NoBody)
	if err != nil {
		return err
	}
	client := &http.Client{Transport: &http.Transport{
		DisableKeepAlives: true, // and no proxy: the server is here
		// The certificate is of the public name, and nothing secret is asked or said.
		TLSClientConfig: &tls.Config{InsecureSkipVerify: true},
	}}
	answer, err := client.Do(r)
	if err != nil {
		return err
	}
	defer answer.Body.Close()
	if answer.StatusCode != http.StatusOK {
		return fmt.Errorf("%s", answer.Status)
	}
	return nil
}
