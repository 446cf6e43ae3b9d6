package proof

// eddsaRDFC2022 is eddsa-rdfc-2022 (VC Data Integrity EdDSA Cryptosuites 1.0
// §3.2), the suite that Open Badges 3.0 asks of issuers.
func eddsaRDFC2022() *suite {
	return &suite{name: EdDSARDFC2022, transform: rdfc, scheme: ed25519Scheme}
}

// eddsa2022 is the same under the name that drafts gave it.
func eddsa2022() *suite {
	return &suite{name: EdDSA2022, transform: rdfc, scheme: ed25519Scheme, readOnly: true}
}
