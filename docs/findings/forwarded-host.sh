#!/usr/bin/env bash
# JRN-54 (SHOULD) The addresses in an answer are the same whatever X-Forwarded-Host a stranger sends.
# Found: expected addresses that begin with https://photos.example.org/; result.categories[].url does not (1: the album); result.images[].page_url does not (2: the album's photos, the tag's photos); result.page_url does not (1: the photo); asked: pwg.categories.getList with no credential
# What helps: Read X-Forwarded-Host only from proxies that are named in the configuration; until then have the server in front drop the header (in nginx, fastcgi_param HTTP_X_FORWARDED_HOST "").
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
echo '# pwg.categories.add'
ask curl_ -sS -H "Cookie: pwg_id=$PIWIGO_WEBMASTER_PWG_ID" --data-urlencode "method=pwg.categories.add" --data-urlencode "pwg_token=$PIWIGO_WEBMASTER_TOKEN" --data-urlencode "name=${RUN}-album" --data-urlencode "status=public" "${PIWIGO_TARGET}ws.php?format=json"
ALBUM_1="$(field id 1)"
made=("curl -sS -H 'Cookie: pwg_id=$PIWIGO_WEBMASTER_PWG_ID' -d 'method=pwg.categories.delete' -d 'pwg_token=$PIWIGO_WEBMASTER_TOKEN' -d 'category_id=$(field id 1)' -d 'photo_deletion_mode=force_delete' '${PIWIGO_TARGET}ws.php?format=json'" "${made[@]}")
echo '# pwg.categories.getList (this is it)'
ask curl_ -sS -H "Cookie: pwg_id=$PIWIGO_WEBMASTER_PWG_ID" -H "X-Forwarded-Host: elsewhere.example" --data-urlencode "method=pwg.categories.getList" --data-urlencode "cat_id=$ALBUM_1" "${PIWIGO_TARGET}ws.php?format=json"
answered '"stat":"ok"' 'elsewhere.example' && again=1 || again=0
if [ $again = 1 ]; then echo 'It does the same again.'; exit 1; fi
echo 'It answers otherwise now.'
