package main

import (
	"crypto/tls"
	"os"
	"sync"
	"time"

	"github.com/ecusson/ecusson/internal/config"
)

// tlsConfig shows the certificate of two files, and looks at them again when they
// change, so that a renewed certificate needs no restart.
func tlsConfig(files config.TLS) (*tls.Config, error) {
	c := &certificate{files: files}
	if _, err := c.get(nil); err != nil {
		return nil, err
	}
	return &tls.Config{MinVersion: tls.VersionTLS12, GetCertificate: c.get}, nil
}

type certificate struct {
	files config.TLS

	mu      sync.Mutex
	changed time.Time
	loaded  *tls.Certificate
}

func (c *certificate) get(*tls.ClientHelloInfo) (*tls.Certificate, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	info, err := os.Stat(c.files.Certificate)
	if c.loaded != nil && (err != nil || info.ModTime().Equal(c.changed)) {
		return c.loaded, nil
	}
	if err != nil {
		return nil, err
	}
	pair, err := tls.LoadX509KeyPair(c.files.Certificate, c.files.Key)
	if err != nil {
		if c.loaded != nil {
			return c.loaded, nil // half written; the next look finds it whole
		}
		return nil, err
	}
	c.loaded, c.changed = &pair, info.ModTime()
	return c.loaded, nil
}
