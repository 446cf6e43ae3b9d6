// Package browser opens the program's pages in a real browser, Debian's
// Chromium, and plays there what people do. It holds tests only; begin with
// play_test.go, which starts run.mjs and takes its results, and with
// lib/stage.mjs, which says what a scenario can do.
//
// Each scenario is a module under scenario/ and plays in several views: French
// and English, a phone and a screen, light and dark, with scripts and without.
// Pictures of all pages that it checks are left in build/shots.
package browser
