// Package interop compares the library with other people's implementations of
// the same standards: it has tests and nothing else. They start one Node.js
// process (server.mjs) that answers one JSON object a line, with
// @digitalbazaar/vc for Data Integrity, jsonld for JSON-LD and RDFC-1.0, and
// jose for JWTs, from the versions that package-lock.json pins.
//
// The credentials are generated from a seed: what failed once fails again.
// ECUSSON_SEED gives another seed, ECUSSON_LONG=1 more of them.
//
// It is not the place for vectors, which stand beside the package that they
// test. Begin with generate_test.go, which says what is compared.
package interop
