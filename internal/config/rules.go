package config

import "crypto/tls"

// rules notes what is wrong with settings beside each other. A setting that has
// a fault of its own is left out of it.
func (l *loader) rules() {
	switch l.config.Command {
	case Serve, Demo:
		l.tlsRules()
		l.mailRules()
		l.bounceRules()
		l.addressRules()
		l.metricsRules()
	}
	if databasePlain(l.config.Database.URL.text) {
		l.warn("database", WarnDatabaseTLS, nil)
	}
}

// sound tells whether none of the settings has a fault.
func (l *loader) sound(names ...string) bool {
	for _, name := range names {
		if l.faulty[name] {
			return false
		}
	}
	return true
}

// wrong notes a fault of a setting where it was set, or was not.
func (l *loader) wrong(name, code string, facts map[string]any) {
	l.fault(name, l.config.given[name].origin, code, facts)
}

func other(name string) map[string]any { return map[string]any{"Other": name} }

func (l *loader) tlsRules() {
	t := l.config.TLS
	if !l.sound("tls_certificate", "tls_key") || t == (TLS{}) {
		return
	}
	if t.Certificate == "" || t.Key == "" {
		missing, there := "tls_certificate", "tls_key"
		if t.Key == "" {
			missing, there = there, missing
		}
		l.wrong(there, FaultTLSPair, other(missing))
		return
	}
	certificate, _, ok := l.open("tls_certificate", l.config.given["tls_certificate"].origin, t.Certificate)
	key, _, okKey := l.open("tls_key", l.config.given["tls_key"].origin, t.Key)
	if !ok || !okKey {
		return
	}
	// The reason is left out: it may quote the key.
	if _, err := tls.X509KeyPair(certificate, key); err != nil {
		l.wrong("tls_certificate", FaultTLSBad, other("tls_key"))
	}
}

func (l *loader) mailRules() {
	c := &l.config
	if !l.sound("smtp_url", "smtp_password", "mail_from", "url", "listen") {
		return
	}
	s := &c.SMTP
	if s.Host == "" {
		if !s.Password.Empty() {
			l.warn("smtp_password", WarnUnused, other("smtp_url"))
		}
		if c.Command == Serve && c.Public() {
			l.wrong("smtp_url", FaultSMTPMissing, map[string]any{"URL": c.URL})
		}
		return
	}
	if s.From.Address == "" {
		l.wrong("mail_from", FaultMissing, nil)
	}
	l.passwordRule("smtp_url", s.User, "smtp_password", s.Password)
}

// passwordRule: an address with a user needs a password, and a password a user.
func (l *loader) passwordRule(address, user, name string, password Secret) {
	switch {
	case user == "" && !password.Empty():
		l.wrong(name, FaultNoUser, other(address))
	case user != "" && password.Empty():
		l.wrong(address, FaultNoPassword, other(name))
	}
}

func (l *loader) bounceRules() {
	b := l.config.Bounce
	if !l.sound("bounce_url", "bounce_password") {
		return
	}
	if b.Host == "" {
		if !b.Password.Empty() {
			l.warn("bounce_password", WarnUnused, other("bounce_url"))
		}
		return
	}
	l.passwordRule("bounce_url", b.User, "bounce_password", b.Password)
}

func (l *loader) addressRules() {
	c := &l.config
	if !l.sound("url", "listen", "smtp_url", "trusted_proxies", "tls_certificate") {
		return
	}
	open := !loopbackListen(c.Listen)
	site := map[string]any{"URL": c.URL}
	switch {
	case c.Public() && c.Command == Demo:
		l.warn("url", WarnDemoPublic, site)
	case c.DevMail && open && c.Command == Demo:
		l.warn("listen", WarnListenOpen, map[string]any{"Value": c.Listen})
	case c.DevMail && open:
		l.wrong("listen", FaultListenOpen, map[string]any{"Value": c.Listen})
	case open && !c.Public():
		l.warn("url", WarnLoopbackURL, site)
	}
	if c.Public() && c.TLS.Certificate == "" && len(c.TrustedProxies) == 0 {
		l.warn("trusted_proxies", WarnNoProxy, nil)
	}
	if c.Public() && c.Contact == "" && l.sound("contact") {
		l.warn("contact", WarnContact, nil)
	}
}

func (l *loader) metricsRules() {
	c := &l.config
	if !l.sound("metrics_listen", "listen") {
		return
	}
	if m := c.Metrics; m.Listen != "" {
		if m.Listen == c.Listen {
			l.wrong("metrics_listen", FaultSameAddress, other("listen"))
		} else if !loopbackListen(m.Listen) && m.Token.Empty() && l.sound("metrics_token") {
			l.warn("metrics_listen", WarnMetricsOpen, map[string]any{"Value": m.Listen})
		}
	}
	if plainURL(c.OTLP) {
		l.warn("otlp_endpoint", WarnOTLPPlain, nil)
	}
}
