#!/usr/bin/env bash
# WHO-35 (SHOULD) The refusal of a bad key opens no session for whom a cookie beside it remembers.
# Found: expected to be a guest; the target takes the caller for 'user-8' (status normal); asked: pwg.session.getStatus with a session
# What helps: Read the header before auto_login is called (include/user.inc.php). Until then clients that send a key keep no cookies.
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
USER_1_ID="$(field id 1)"
made=("curl -sS -H 'Cookie: pwg_id=$PIWIGO_WEBMASTER_PWG_ID' -d 'method=pwg.users.delete' -d 'pwg_token=$PIWIGO_WEBMASTER_TOKEN' -d 'user_id=$(field id 1)' '${PIWIGO_TARGET}ws.php?format=json'" "${made[@]}")
echo '# identification.php'
ask curl_ -sS "${PIWIGO_TARGET}identification.php"
VISITOR_PWG_ID=$(cookie pwg_id)
echo '# identification.php'
ask curl_ -sS --data-urlencode "username=${RUN}-user-1" --data-urlencode "password=$PIWIGO_USER_1_PASSWORD" --data-urlencode "remember_me=1" --data-urlencode "login=1" -H "Cookie: pwg_id=$VISITOR_PWG_ID" "${PIWIGO_TARGET}identification.php"
PIWIGO_USER_1_PWG_REMEMBER=$(cookie pwg_remember)
echo '# pwg.session.getStatus'
ask curl_ -sS -H "Cookie: pwg_remember=$PIWIGO_USER_1_PWG_REMEMBER" -H "X-PIWIGO-API: pkid-20250101-00000000000000000000:$(printf -- '0%.0s' {1..40})" --data-urlencode "method=pwg.session.getStatus" "${PIWIGO_TARGET}ws.php?format=json"
PIWIGO_LOGIN_PWG_ID=$(cookie pwg_id)
echo '# pwg.session.getStatus (this is it)'
ask curl_ -sS -H "Cookie: pwg_id=$PIWIGO_LOGIN_PWG_ID" --data-urlencode "method=pwg.session.getStatus" "${PIWIGO_TARGET}ws.php?format=json"
answered '"stat":"ok"' "\"username\":\"${RUN}-user-1\"" && again=1 || again=0
if [ $again = 1 ]; then echo 'It does the same again.'; exit 1; fi
echo 'It answers otherwise now.'
