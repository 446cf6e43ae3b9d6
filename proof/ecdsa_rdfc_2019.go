package proof

// ecdsaRDFC2019 is ecdsa-rdfc-2019 (VC Data Integrity ECDSA Cryptosuites 1.0
// §3.2): P-256 with SHA-256, P-384 with SHA-384, inside RDFC-1.0 too.
func ecdsaRDFC2019() *suite {
	return &suite{name: ECDSARDFC2019, transform: rdfc, scheme: ecdsaScheme}
}
