package proof

// eddsaJCS2022 is eddsa-jcs-2022 (VC Data Integrity EdDSA Cryptosuites 1.0 §3.3).
func eddsaJCS2022() *suite {
	return &suite{name: EdDSAJCS2022, transform: jcs, scheme: ed25519Scheme}
}
