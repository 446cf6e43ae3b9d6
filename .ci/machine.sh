# What ./test and ./demo share: finding Go, and getting from Debian what a bare
# machine lacks. Sourced by bash, in the repository's folder, with the script's
# name in $me.
# shellcheck shell=bash disable=SC2154

say() { printf '\n== %s\n' "$*"; }

die() { printf '%s: %s\n' "$me" "$*" >&2; exit 1; }

# use_go makes sure of Go and of a place for its caches.
use_go() {
	command -v go >/dev/null 2>&1 || PATH=$PATH:/usr/local/go/bin
	command -v go >/dev/null 2>&1 || die "Go 1.26 or later is needed, in PATH or /usr/local/go: https://go.dev/doc/install"
	if [ -z "${HOME:-}" ]; then
		export HOME=$PWD/build/home
		mkdir -p "$HOME"
	fi
	# A commit's number in the binary would need git, and a clone that git trusts.
	export GOFLAGS="${GOFLAGS:+$GOFLAGS }-buildvcs=false"
}

# as_root COMMAND… runs a command as root, by sudo where we are somebody else.
as_root() {
	if [ "$(id -u)" = 0 ]; then
		"$@"
	else
		sudo -n "$@"
	fi
}

# need PACKAGE… -- WHY installs Debian packages, once, as root or by sudo.
need() {
	local packages=() command
	while [ "$1" != -- ]; do packages+=("$1"); shift; done
	shift
	command="apt-get update && apt-get install -y --no-install-recommends ${packages[*]}"
	command -v apt-get >/dev/null 2>&1 ||
		die "${packages[*]} needed ($*), and this machine has no apt-get: please install them your system's way."
	as_root true >/dev/null 2>&1 ||
		die "${packages[*]} needed ($*). Please run this as root, then $me again: $command"
	say "Installing ${packages[*]} ($*): $command"
	local quiet=(env DEBIAN_FRONTEND=noninteractive apt-get -qq -o Dpkg::Use-Pty=0)
	# A source of packages that is out of reach need not be the one that matters.
	as_root "${quiet[@]}" update || say "apt-get update complained; going on with the lists at hand"
	as_root "${quiet[@]}" install -y --no-install-recommends "${packages[@]}" >/dev/null ||
		die "could not install ${packages[*]}: see above. The command was: $command"
}

# lacks_certificates tells whether nothing here says which hosts to trust.
lacks_certificates() {
	[ -z "${SSL_CERT_FILE:-}${SSL_CERT_DIR:-}" ] && [ ! -e /etc/ssl/certs/ca-certificates.crt ] &&
		[ ! -e /etc/pki/tls/certs/ca-bundle.crt ] && [ ! -e /etc/ssl/cert.pem ]
}

# need_modules [PACKAGE…] downloads the Go modules. A machine that has
# them all needs neither a network nor certificates.
need_modules() {
	GOFLAGS=-mod=readonly GOPROXY=off go list -deps -test "${@:-./...}" >/dev/null 2>&1 && return
	! lacks_certificates || need ca-certificates -- "without certificates Go cannot download its modules"
	say "Downloading the Go modules: go mod download"
	go mod download || die "the Go modules could not be downloaded: see above."
}
