#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# The page that "ixctl report html" writes, of a made-up network: well-formed,
# in two languages, and as a browser shows it. TAP.
#
# environment: IXCTL, beside which test_report lies

# shellcheck disable=SC2317 # "ok" calls the functions
set -u

cd "$(dirname "$0")" || exit 1
TOP=$(cd ../.. && pwd)
BUILD=$(dirname "${IXCTL:-$TOP/build/userspace-tests/ixctl}")
PAGE=$BUILD/report.html
TMP=$(mktemp -d "${TMPDIR:-/tmp}/ixctl-report.XXXXXX")
trap 'rm -rf "$TMP"' EXIT
failed=0
nr=0

# ok MESSAGE COMMAND...
ok()
{
	local message=$1
	shift

	nr=$((nr + 1))
	if "$@" >"$TMP/out" 2>&1; then
		echo "ok $nr - $message"
	else
		failed=$((failed + 1))
		echo "not ok $nr - $message"
		sed 's/^/# /' "$TMP/out" | tail -n 20
	fi
}

# browser ARGUMENT...: as a user of its own, who has no settings.
browser()
{
	timeout 120 chromium --headless --no-sandbox --disable-gpu \
		--disable-dev-shm-usage --user-data-dir="$TMP/profile" "$@"
}

# seen LANGUAGE FILE: the text of a page as the browser lays it out.
seen()
{
	browser --print-to-pdf="$TMP/$1.pdf" "file://$2" >/dev/null 2>&1 &&
		browser --window-size=1300,1900 \
			--screenshot="$BUILD/report-$1.png" "file://$2" \
			>/dev/null 2>&1 &&
		[ "$(stat -c %s "$TMP/$1.pdf")" -gt 10000 ] &&
		[ "$(stat -c %s "$BUILD/report-$1.png")" -gt 20000 ]
}

different()
{
	! cmp -s "$1" "$2"
}

ok "it is written" "$BUILD/test_report" "$PAGE"
ok "it is well-formed, safe and bilingual" python3 ../net/page.py "$PAGE" \
	acme 病院 '<script>alert("x")</script>' '<i>&amp;</i>' 54,321 \
	1,234,567 10.0.9.0/24
ok "what is left out is said" grep -q 'Not shown: .*省略' "$PAGE"
ok "heat: a cell for each order of magnitude" \
	grep -qE '<td class="h5 r0">.*dicom' "$PAGE"
ok "refusals" grep -qE '<td class="h0 r5">.*54,321' "$PAGE"
# text OF: what a section of the page says, in one line and in both languages.
text()
{
	python3 - "$1" "$2" <<-'END'
		import sys
		import xml.etree.ElementTree as ElementTree

		root = ElementTree.parse(sys.argv[1]).getroot()
		for section in root.iter("section"):
		    if section.get("id") == sys.argv[2]:
		        print(" ".join("".join(section.itertext()).split()))
	END
}

# says SECTION PATTERN [PAGE]
says()
{
	text "${3:-$PAGE}" "$1" | tee /dev/stderr | grep -qE "$2"
}

ok "quarantine" says quarantine \
	'tenant テナント hareclass 種別 業者institution 機関 acme Nothing passes'
ok "monitor mode" says monitor \
	'the whole routerルーター全体tenant テナント mamerules: 規則：1$'
ok "groups, their members and services" says groups \
	'画像連携tenant テナント haremame-hospital.*Not shown: 省略：5 more. 件 dicomvideo98,765 <b>会議</b>tenant'
ok "the account: the largest first, and the rest" says account \
	'last最後 まめ薬局支払基金https3,210321,000.* あおぞら園支払基金https \(answers\)（応答）3,180318,000'
ok "... what found no place, and what is left out" says account \
	'other: found no place.*3,220322,000.*省略：271 more'
ok "... as heat" grep -qE '<td class="n h4">3,210</td><td class="n h3">321,000' \
	"$PAGE"
ok "nothing out of the ordinary" "$BUILD/test_report" "$TMP/quiet.html" quiet
ok "... is well-formed" python3 ../net/page.py "$TMP/quiet.html" Nobody.
ok "... and says so" says monitor \
	'監視のみ（適用しない） rules: 規則：1$' "$TMP/quiet.html"
ok "... of quarantine, too" says quarantine 'Nobody' "$TMP/quiet.html"
ok "... of the account, too" says account 'Flow accounting is off' \
	"$TMP/quiet.html"

if command -v chromium >/dev/null; then
	sed -e 's/ checked="checked"//' \
		-e 's/id="japanese"/& checked="checked"/' "$PAGE" >"$TMP/ja.html"
	ok "Chromium shows and prints it in English" seen en "$PAGE"
	ok "... and in Japanese" seen ja "$TMP/ja.html"
	ok "... which is another picture" different "$BUILD/report-en.png" \
		"$BUILD/report-ja.png"
else
	for message in "Chromium shows and prints it in English" \
		"... and in Japanese" "... which is another picture"; do
		nr=$((nr + 1))
		echo "ok $nr - $message # SKIP no chromium"
	done
fi
echo "1..$nr"
exit $((failed > 0))
