#!/bin/sh
# Builds the files of this folder again from their published packages.
# Needs npm and Python with `fonttools` and `brotli`. Run it when a version is raised;
# the wall itself needs neither.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
npm init -y >/dev/null
npm install --ignore-scripts echarts@6.1.0 esbuild@0.28.2 \
    @expo-google-fonts/noto-sans-sc@0.4.3 @fontsource/barlow-semi-condensed@5.3.0

# Only what the wall draws: bars, lines, SVG.
cat >entry.js <<'JS'
import { use, init } from "echarts/core";
import { BarChart, LineChart } from "echarts/charts";
import { GridComponent, MarkLineComponent, AriaComponent } from "echarts/components";
import { SVGRenderer } from "echarts/renderers";
use([BarChart, LineChart, GridComponent, MarkLineComponent, AriaComponent, SVGRenderer]);
export { init };
JS
npx esbuild entry.js --bundle --minify --format=esm --legal-comments=none \
    --outfile="$here/echarts-6.1.0.js"
for package in echarts zrender tslib; do
    echo "==== $package ===="
    cat "node_modules/$package"/LICENSE* "node_modules/$package"/NOTICE 2>/dev/null || true
done >"$here/echarts-LICENSE.txt"
cat node_modules/echarts/licenses/LICENSE-d3 >>"$here/echarts-LICENSE.txt"

# Every character of GB 2312, so that any hall's section names are covered.
python3 - >characters.txt <<'PY'
ranges = [(0xA1, 0xA4), (0xB0, 0xF8)]
seen = set(map(chr, range(0x20, 0x7F))) | set("·×÷–—‘’“”…≤≥±→←↑↓％")
for low, high in ranges:
    for row in range(low, high):
        for cell in range(0xA1, 0xFF):
            seen.add(bytes([row, cell]).decode("gb2312", "ignore"))
print("".join(sorted(seen)))
PY
python3 -m fontTools.subset \
    node_modules/@expo-google-fonts/noto-sans-sc/600SemiBold/NotoSansSC_600SemiBold.ttf \
    --text-file=characters.txt --flavor=woff2 --no-hinting --layout-features=kern,locl \
    --output-file="$here/noto-sans-sc-600.woff2"
cp node_modules/@expo-google-fonts/noto-sans-sc/LICENSE_FONT "$here/noto-sans-sc-LICENSE.txt"
cp node_modules/@fontsource/barlow-semi-condensed/files/barlow-semi-condensed-latin-600-normal.woff2 \
    "$here/barlow-semi-condensed-600.woff2"
cp node_modules/@fontsource/barlow-semi-condensed/LICENSE "$here/barlow-semi-condensed-LICENSE.txt"
ls -l "$here"
