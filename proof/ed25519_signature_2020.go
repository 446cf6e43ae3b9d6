package proof

// ed25519Signature2020 is Ed25519Signature2020 (VC Data Integrity EdDSA
// Cryptosuites 1.0 §3.4), a proof type of its own. Badges of 2021 to 2023 bear
// it; it is read and no longer written.
func ed25519Signature2020() *suite {
	return &suite{name: Ed25519Signature2020, transform: rdfc, scheme: ed25519Scheme, readOnly: true}
}
