#!/usr/bin/env bash
# LIFE-33 (SHOULD) A name with an emoji is taken as given, by a creation and by a rename.
# Found: expected the call to succeed; the target answered HTTP 200 with no envelope of the API (text/html; charset=UTF-8); asked: pwg.users.api_key.create with a session (status normal)
# What helps: Convert the tables and the connection to utf8mb4 (upstream issue 750). Until then clients leave emojis out of names.
# Needs bash and curl. Exit code 1: the gallery does it again, 0: it does not, 2: it can't be asked.

set -u
trap '[ "${again:-}" ] || exit 2' EXIT
: "${PIWIGO_TARGET:?root of the gallery, ending in a slash}"
PIWIGO_USER_1_PASSWORD="Aa1-$RANDOM$RANDOM$RANDOM$RANDOM"
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
picture() { base64 -d <<<"iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==" >"$1.png"; printf %s "$RUN $1" >>"$1.png"; }
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
echo '# pwg.users.add'
ask curl_ -sS -H "Cookie: pwg_id=$PIWIGO_WEBMASTER_PWG_ID" --data-urlencode "method=pwg.users.add" --data-urlencode "pwg_token=$PIWIGO_WEBMASTER_TOKEN" --data-urlencode "username=${RUN}-user-1" --data-urlencode "password=$PIWIGO_USER_1_PASSWORD" --data-urlencode "password_confirm=$PIWIGO_USER_1_PASSWORD" "${PIWIGO_TARGET}ws.php?format=json"
made=("curl -sS -H 'Cookie: pwg_id=$PIWIGO_WEBMASTER_PWG_ID' -d 'method=pwg.users.delete' -d 'pwg_token=$PIWIGO_WEBMASTER_TOKEN' -d 'user_id=$(field id 1)' '${PIWIGO_TARGET}ws.php?format=json'" "${made[@]}")
echo '# identification.php'
ask curl_ -sS "${PIWIGO_TARGET}identification.php"
PIWIGO_USER_1_PWG_ID=$(cookie pwg_id)
echo '# identification.php'
ask curl_ -sS -H "Cookie: pwg_id=$PIWIGO_USER_1_PWG_ID" --data-urlencode "username=${RUN}-user-1" --data-urlencode "password=$PIWIGO_USER_1_PASSWORD" --data-urlencode "login=1" "${PIWIGO_TARGET}identification.php"
PIWIGO_USER_1_PWG_ID=$(cookie pwg_id)
echo '# pwg.session.getStatus'
ask curl_ -sS -H "Cookie: pwg_id=$PIWIGO_USER_1_PWG_ID" --data-urlencode "method=pwg.session.getStatus" "${PIWIGO_TARGET}ws.php?format=json"
PIWIGO_USER_1_TOKEN="$(field pwg_token 1)"
echo '# pwg.users.api_key.create (this is it)'
ask curl_ -sS -H "Cookie: pwg_id=$PIWIGO_USER_1_PWG_ID" --data-urlencode "method=pwg.users.api_key.create" --data-urlencode "pwg_token=$PIWIGO_USER_1_TOKEN" --data-urlencode "duration=30" --data-urlencode "key_name=${RUN}-key 26 "$'\xf0\x9f\x93\xb8'"" "${PIWIGO_TARGET}ws.php?format=json"
decided="$answer"
answer="$decided"; answered ' 200' 'Fatal error' && again=1 || again=0
if [ $again = 1 ]; then echo 'It does the same again.'; exit 1; fi
echo 'It answers otherwise now.'
