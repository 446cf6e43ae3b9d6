package proof

// ecdsaJCS2019 is ecdsa-jcs-2019 (VC Data Integrity ECDSA Cryptosuites 1.0 §3.3).
func ecdsaJCS2019() *suite {
	return &suite{name: ECDSAJCS2019, transform: jcs, scheme: ecdsaScheme}
}
