#!/bin/sh
# Takes the fonts and icons of the site out of their npm packages, once; what it
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
	cp "$from/files/$font-latin-wght-normal.woff2" "$here/asset/font/$font.woff2"
	cp "$from/LICENSE" "$here/asset/font/$font.LICENSE.txt"
done
icons=node_modules/@phosphor-icons/core
cp "$icons/LICENSE" "$here/asset/icon/LICENSE"
for icon in download-simple shield-check link file-text; do
	cp "$icons/assets/bold/$icon-bold.svg" "$here/asset/icon/$icon.svg"
done
for icon in check-circle x-circle pause-circle clock; do
	cp "$icons/assets/fill/$icon-fill.svg" "$here/asset/icon/$icon.svg"
done
