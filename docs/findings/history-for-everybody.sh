#!/usr/bin/env bash
# METH-33 (MUST) No method that this release or a later one has for administrators alone lets anybody else in.
# Found: expected to be refused with err 401; the target answered HTTP 200 with err 1003 'pageNumber must be an positive integer' (1: pwg.history.search); asked: pwg.history.search with no credential
# What helps: Upgrade to 16.3. Until then have the server in front refuse requests that name pwg.history.search.
# Needs bash and curl. Exit code 1: the gallery does it again, 0: it does not, 2: it can't be asked.

set -u
trap '[ "${again:-}" ] || exit 2' EXIT
: "${PIWIGO_TARGET:?root of the gallery, ending in a slash}"
work=$(mktemp -d) && cd "$work" || exit 2
RUN="again-$$"  # begins the names of what is made
answer="" made=()
away() {
  for line in "${made[@]}"; do bash -c "$line" >"$work/away" 2>&1; done
  rm -rf "$work"
  [ "${again:-}" ] || exit 2
}
trap away EXIT
curl_() { command curl --include --max-time 60 "$@"; }
ask() { answer=$("$@" | tr -d '\000\r'); printf '%s\n\n' "$answer" | cut -c 1-2000; }
cookie() { sed -n "s/^set-cookie: *$1=\([^;]*\).*/\1/Ip" <<<"$answer" | tail -n 1; }
field() { grep -oE "\"$1\": ?\"?[^\",}]*" <<<"$answer" | sed -n "$2{s/^[^:]*: *\"\{0,1\}//;p;}"; }
picture() { base64 -d <<<"iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==" >"$1.png"; printf %s "$RUN $1" >>"$1.png"; }
answered() { local each; for each; do [[ $answer == *"$each"* ]] || return 1; done; }

echo '# pwg.history.search (this is it)'
ask curl_ -sS --data-urlencode "method=pwg.history.search" --data-urlencode "pageNumber=none" "${PIWIGO_TARGET}ws.php?format=json"
decided="$answer"
answer="$decided"; answered ' 200' '"stat":"fail"' '"err":1003' && again=1 || again=0
if [ $again = 1 ]; then echo 'It does the same again.'; exit 1; fi
echo 'It answers otherwise now.'
