#!/usr/bin/env bash
# PHO-33 (MUST) An upload without a file is refused with an error of the API, whichever way it is made.
# Found: expected an answer in the API's envelope; none: HTTP 200 with text/html; asked: pwg.images.upload with a key (status webmaster)
# What helps: Look for the file before it is read in ws_images_uploadAsync, ws_images_add and ws_images_upload. A hoster can set $conf['show_php_errors_on_frontend'] = false;, so that clients get JSON.
# Needs bash and curl. Exit code 1: the gallery does it again, 0: it does not, 2: it can't be asked.

set -u
trap '[ "${again:-}" ] || exit 2' EXIT
: "${PIWIGO_TARGET:?root of the gallery, ending in a slash}"
: "${PIWIGO_WEBMASTER_PASSWORD:?the password of the webmaster}"
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
answered() { local each; for each; do [[ $answer == *"$each"* ]] || return 1; done; }

echo '# identification.php'
ask curl_ -sS "${PIWIGO_TARGET}identification.php"
PIWIGO_WEBMASTER_PWG_ID=$(cookie pwg_id)
echo '# identification.php'
ask curl_ -sS -H "Cookie: pwg_id=$PIWIGO_WEBMASTER_PWG_ID" --data-urlencode "username=webmaster" --data-urlencode "password=$PIWIGO_WEBMASTER_PASSWORD" --data-urlencode "login=1" "${PIWIGO_TARGET}identification.php"
PIWIGO_WEBMASTER_PWG_ID=$(cookie pwg_id)
echo '# pwg.session.getStatus'
ask curl_ -sS -H "Cookie: pwg_id=$PIWIGO_WEBMASTER_PWG_ID" --data-urlencode "method=pwg.session.getStatus" "${PIWIGO_TARGET}ws.php?format=json"
PIWIGO_WEBMASTER_TOKEN="$(field pwg_token 1)"
echo '# pwg.images.uploadAsync (this is it)'
ask curl_ -sS -H "Cookie: pwg_id=$PIWIGO_WEBMASTER_PWG_ID" --data-urlencode "method=pwg.images.uploadAsync" --data-urlencode "chunk=0" --data-urlencode "chunks=1" --data-urlencode "chunk_sum=$(printf -- '0%.0s' {1..32})" --data-urlencode "original_sum=$(printf -- '0%.0s' {1..32})" --data-urlencode "filename=${RUN}.png" "${PIWIGO_TARGET}ws.php?format=json"
answered 'Warning' && again=1 || again=0
if [ $again = 1 ]; then echo 'It does the same again.'; exit 1; fi
echo 'It answers otherwise now.'
