#!/bin/sh
# Takes the fonts of paper and previews out of their npm packages, once; what it
# writes is committed with the licences beside it. PDF needs TrueType, which the
# packages of the site's web fonts do not hold.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
temp=$(mktemp -d)
trap 'rm -rf "$temp"' EXIT
cd "$temp"
npm init -y >/dev/null
npm install --no-audit --no-fund --ignore-scripts \
	@expo-google-fonts/atkinson-hyperlegible-next@0.4.1 \
	@expo-google-fonts/bricolage-grotesque@0.4.1 \
	dejavu-fonts-ttf@2.37.3 >/dev/null
mkdir -p "$here/font"
google=node_modules/@expo-google-fonts
cp "$google/atkinson-hyperlegible-next/400Regular/AtkinsonHyperlegibleNext_400Regular.ttf" "$here/font/text.ttf"
cp "$google/atkinson-hyperlegible-next/700Bold/AtkinsonHyperlegibleNext_700Bold.ttf" "$here/font/bold.ttf"
cp "$google/atkinson-hyperlegible-next/LICENSE_FONT" "$here/font/atkinson-hyperlegible-next.LICENSE.txt"
cp "$google/bricolage-grotesque/700Bold/BricolageGrotesque_700Bold.ttf" "$here/font/title.ttf"
cp "$google/bricolage-grotesque/LICENSE_FONT" "$here/font/bricolage-grotesque.LICENSE.txt"
cp node_modules/dejavu-fonts-ttf/ttf/DejaVuSans.ttf "$here/font/rest.ttf"
cp node_modules/dejavu-fonts-ttf/LICENSE "$here/font/dejavu.LICENSE.txt"
