#!/bin/sh
# Takes the fonts and icons of the pages out of their npm packages, once; what it
# writes is committed with the licences beside it.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
temp=$(mktemp -d)
trap 'rm -rf "$temp"' EXIT
cd "$temp"
npm init -y >/dev/null
npm install --no-audit --no-fund --ignore-scripts \
	@fontsource-variable/bricolage-grotesque@5.3.0 \
	@fontsource-variable/atkinson-hyperlegible-next@5.3.0 \
	@phosphor-icons/core@2.1.1 >/dev/null
for font in bricolage-grotesque atkinson-hyperlegible-next; do
	from=node_modules/@fontsource-variable/$font
	cp "$from/files/$font-latin-wght-normal.woff2" "$here/static/font/$font.woff2"
	cp "$from/LICENSE" "$here/static/font/$font.LICENSE.txt"
done
icons=node_modules/@phosphor-icons/core
cp "$icons/LICENSE" "$here/static/icons.LICENSE.txt"

# One sprite: name is the bold icon, name-fill the filled one.
bold='archive arrow-clockwise arrow-counter-clockwise arrow-down arrow-left arrow-right arrow-square-out arrow-up
backpack bell buildings calendar-blank camera caret-down caret-left caret-right chart-bar chat-circle check
check-circle circle-notch clock code copy database device-mobile dots-three download-simple envelope-simple
eye eye-slash file-pdf file-text fingerprint flag folder funnel gear globe hand-heart handshake hash
hourglass house identification-card image info key link linkedin-logo list list-checks lock
magnifying-glass map-pin map-trifold medal minus minus-circle paper-plane-tilt path pause pencil-simple play plugs plus
printer prohibit puzzle-piece qr-code question scales seal-check share-network shield-check sign-in sign-out
sliders-horizontal star table tag translate trash tray upload-simple user user-plus users users-three warning x x-circle'
fill='check-circle clock hourglass info minus-circle pause-circle prohibit question seal-check star warning warning-circle x-circle'
{
	printf '<svg xmlns="http://www.w3.org/2000/svg">\n'
	for icon in $bold; do
		printf '<symbol id="%s" viewBox="0 0 256 256">%s</symbol>\n' "$icon" "$(sed 's/^<svg[^>]*>//; s/<\/svg>$//' "$icons/assets/bold/$icon-bold.svg")"
	done
	for icon in $fill; do
		printf '<symbol id="%s-fill" viewBox="0 0 256 256">%s</symbol>\n' "$icon" "$(sed 's/^<svg[^>]*>//; s/<\/svg>$//' "$icons/assets/fill/$icon-fill.svg")"
	done
	printf '</svg>\n'
} >"$here/static/icons.svg"
