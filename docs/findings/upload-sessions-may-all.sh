#!/usr/bin/env bash
# DER-15 (MUST) A session that pwg.images.uploadAsync opened with a key may not call the methods that are forbidden to keys.
# Found: expected to be refused with err 401 or 405; the target answered HTTP 200 with err 1003 'This user does not exist.' (3: pwg.users.generatePasswordLink, pwg.users.setMainUser, pwg.users.setInfo); the target answered HTTP 200 with err 1003 'invalid user_id' (1: pwg.users.getAuthKey); the target answered HTTP 200 with stat ok (2: pwg.plugins.performAction, pwg.themes.performAction); the target answered HTTP 403 with err 403 'Invalid parameters' (1: pwg.extensions.ignoreUpdate); the target answered HTTP 403 with err 403 'invalid extension type' (1: pwg.extensions.update); asked: pwg.users.generatePasswordLink with a session (status webmaster) and pwg_token in the body
# What helps: Keep the key's id in the session, and have isAuthorizedMethodForAPIKEY ask for that, not for the name of the connection; until then have uploaders send the header alone, and let the server in front refuse an uploadAsync whose username begins with pkid-.
# Needs bash and curl. Exit code 1: the gallery does it again, 0: it does not, 2: it can't be asked.

set -u
trap '[ "${again:-}" ] || exit 2' EXIT
: "${PIWIGO_TARGET:?root of the gallery, ending in a slash}"
PIWIGO_USER_9_PASSWORD="Aa1-$RANDOM$RANDOM$RANDOM$RANDOM"
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
ask curl_ -sS -H "Cookie: pwg_id=$PIWIGO_WEBMASTER_PWG_ID" --data-urlencode "method=pwg.users.add" --data-urlencode "pwg_token=$PIWIGO_WEBMASTER_TOKEN" --data-urlencode "username=${RUN}-user-9" --data-urlencode "password=$PIWIGO_USER_9_PASSWORD" --data-urlencode "password_confirm=$PIWIGO_USER_9_PASSWORD" "${PIWIGO_TARGET}ws.php?format=json"
USER_9_ID="$(field id 1)"
made=("curl -sS -H 'Cookie: pwg_id=$PIWIGO_WEBMASTER_PWG_ID' -d 'method=pwg.users.delete' -d 'pwg_token=$PIWIGO_WEBMASTER_TOKEN' -d 'user_id=$(field id 1)' '${PIWIGO_TARGET}ws.php?format=json'" "${made[@]}")
echo '# pwg.users.setInfo'
ask curl_ -sS -H "Cookie: pwg_id=$PIWIGO_WEBMASTER_PWG_ID" --data-urlencode "method=pwg.users.setInfo" --data-urlencode "pwg_token=$PIWIGO_WEBMASTER_TOKEN" --data-urlencode "user_id=$USER_9_ID" --data-urlencode "status=webmaster" "${PIWIGO_TARGET}ws.php?format=json"
echo '# identification.php'
ask curl_ -sS "${PIWIGO_TARGET}identification.php"
PIWIGO_USER_9_PWG_ID=$(cookie pwg_id)
echo '# identification.php'
ask curl_ -sS -H "Cookie: pwg_id=$PIWIGO_USER_9_PWG_ID" --data-urlencode "username=${RUN}-user-9" --data-urlencode "password=$PIWIGO_USER_9_PASSWORD" --data-urlencode "login=1" "${PIWIGO_TARGET}identification.php"
PIWIGO_USER_9_PWG_ID=$(cookie pwg_id)
echo '# pwg.session.getStatus'
ask curl_ -sS -H "Cookie: pwg_id=$PIWIGO_USER_9_PWG_ID" --data-urlencode "method=pwg.session.getStatus" "${PIWIGO_TARGET}ws.php?format=json"
PIWIGO_USER_9_TOKEN="$(field pwg_token 1)"
echo '# pwg.users.api_key.create'
ask curl_ -sS -H "Cookie: pwg_id=$PIWIGO_USER_9_PWG_ID" --data-urlencode "method=pwg.users.api_key.create" --data-urlencode "pwg_token=$PIWIGO_USER_9_TOKEN" --data-urlencode "key_name=${RUN}-key 56" --data-urlencode "duration=30" "${PIWIGO_TARGET}ws.php?format=json"
PIWIGO_API_KEY_20="$(field auth_key 1):$(field apikey_secret 1)"
echo '# pwg.users.getList'
ask curl_ -sS -H "Cookie: pwg_id=$PIWIGO_WEBMASTER_PWG_ID" --data-urlencode "method=pwg.users.getList" --data-urlencode "pwg_token=$PIWIGO_WEBMASTER_TOKEN" --data-urlencode "order=id desc" --data-urlencode "per_page=500" --data-urlencode "display=username" "${PIWIGO_TARGET}ws.php?format=json"
echo '# pwg.groups.getList'
ask curl_ -sS -H "Cookie: pwg_id=$PIWIGO_WEBMASTER_PWG_ID" --data-urlencode "method=pwg.groups.getList" --data-urlencode "pwg_token=$PIWIGO_WEBMASTER_TOKEN" --data-urlencode "per_page=1000" "${PIWIGO_TARGET}ws.php?format=json"
echo '# pwg.categories.getAdminList'
ask curl_ -sS -H "Cookie: pwg_id=$PIWIGO_WEBMASTER_PWG_ID" --data-urlencode "method=pwg.categories.getAdminList" --data-urlencode "pwg_token=$PIWIGO_WEBMASTER_TOKEN" "${PIWIGO_TARGET}ws.php?format=json"
echo '# pwg.images.uploadAsync'
ask curl_ -sS --data-urlencode "method=pwg.images.uploadAsync" --data-urlencode "username=${PIWIGO_API_KEY_20:0:34}" --data-urlencode "password=${PIWIGO_API_KEY_20:35:40}" "${PIWIGO_TARGET}ws.php?format=json"
PIWIGO_LOGIN_9_PWG_ID=$(cookie pwg_id)
echo '# pwg.session.getStatus'
ask curl_ -sS -H "Cookie: pwg_id=$PIWIGO_LOGIN_9_PWG_ID" --data-urlencode "method=pwg.session.getStatus" "${PIWIGO_TARGET}ws.php?format=json"
PIWIGO_LOGIN_TOKEN="$(field pwg_token 1)"
echo '# pwg.users.generatePasswordLink'
ask curl_ -sS -H "Cookie: pwg_id=$PIWIGO_USER_9_PWG_ID" --data-urlencode "method=pwg.users.generatePasswordLink" --data-urlencode "user_id=2147483647" --data-urlencode "pwg_token=$PIWIGO_USER_9_TOKEN" "${PIWIGO_TARGET}ws.php?format=json"
echo '# pwg.users.generatePasswordLink (this is it)'
ask curl_ -sS -H "Cookie: pwg_id=$PIWIGO_LOGIN_9_PWG_ID" --data-urlencode "method=pwg.users.generatePasswordLink" --data-urlencode "user_id=2147483647" --data-urlencode "pwg_token=$PIWIGO_LOGIN_TOKEN" "${PIWIGO_TARGET}ws.php?format=json"
decided="$answer"
echo '# pwg.users.getAuthKey'
ask curl_ -sS -H "Cookie: pwg_id=$PIWIGO_USER_9_PWG_ID" --data-urlencode "method=pwg.users.getAuthKey" --data-urlencode "user_id=2147483647" --data-urlencode "pwg_token=$PIWIGO_USER_9_TOKEN" "${PIWIGO_TARGET}ws.php?format=json"
echo '# pwg.users.getAuthKey'
ask curl_ -sS -H "Cookie: pwg_id=$PIWIGO_LOGIN_9_PWG_ID" --data-urlencode "method=pwg.users.getAuthKey" --data-urlencode "user_id=2147483647" --data-urlencode "pwg_token=$PIWIGO_LOGIN_TOKEN" "${PIWIGO_TARGET}ws.php?format=json"
echo '# pwg.users.setMainUser'
ask curl_ -sS -H "Cookie: pwg_id=$PIWIGO_USER_9_PWG_ID" --data-urlencode "method=pwg.users.setMainUser" --data-urlencode "user_id=2147483647" --data-urlencode "pwg_token=$PIWIGO_USER_9_TOKEN" "${PIWIGO_TARGET}ws.php?format=json"
echo '# pwg.users.setMainUser'
ask curl_ -sS -H "Cookie: pwg_id=$PIWIGO_LOGIN_9_PWG_ID" --data-urlencode "method=pwg.users.setMainUser" --data-urlencode "user_id=2147483647" --data-urlencode "pwg_token=$PIWIGO_LOGIN_TOKEN" "${PIWIGO_TARGET}ws.php?format=json"
echo '# pwg.users.setInfo'
ask curl_ -sS -H "Cookie: pwg_id=$PIWIGO_USER_9_PWG_ID" --data-urlencode "method=pwg.users.setInfo" --data-urlencode "user_id=2147483647" --data-urlencode "level=0" --data-urlencode "pwg_token=$PIWIGO_USER_9_TOKEN" "${PIWIGO_TARGET}ws.php?format=json"
echo '# pwg.users.setInfo'
ask curl_ -sS -H "Cookie: pwg_id=$PIWIGO_LOGIN_9_PWG_ID" --data-urlencode "method=pwg.users.setInfo" --data-urlencode "user_id=2147483647" --data-urlencode "level=0" --data-urlencode "pwg_token=$PIWIGO_LOGIN_TOKEN" "${PIWIGO_TARGET}ws.php?format=json"
echo '# pwg.plugins.performAction'
ask curl_ -sS -H "Cookie: pwg_id=$PIWIGO_USER_9_PWG_ID" --data-urlencode "method=pwg.plugins.performAction" --data-urlencode "action=none" --data-urlencode "plugin=pc-no-such-plugin" --data-urlencode "pwg_token=$PIWIGO_USER_9_TOKEN" "${PIWIGO_TARGET}ws.php?format=json"
echo '# pwg.plugins.performAction'
ask curl_ -sS -H "Cookie: pwg_id=$PIWIGO_LOGIN_9_PWG_ID" --data-urlencode "method=pwg.plugins.performAction" --data-urlencode "action=none" --data-urlencode "plugin=pc-no-such-plugin" --data-urlencode "pwg_token=$PIWIGO_LOGIN_TOKEN" "${PIWIGO_TARGET}ws.php?format=json"
echo '# pwg.themes.performAction'
ask curl_ -sS -H "Cookie: pwg_id=$PIWIGO_USER_9_PWG_ID" --data-urlencode "method=pwg.themes.performAction" --data-urlencode "action=none" --data-urlencode "theme=pc-no-such-theme" --data-urlencode "pwg_token=$PIWIGO_USER_9_TOKEN" "${PIWIGO_TARGET}ws.php?format=json"
echo '# pwg.themes.performAction'
ask curl_ -sS -H "Cookie: pwg_id=$PIWIGO_LOGIN_9_PWG_ID" --data-urlencode "method=pwg.themes.performAction" --data-urlencode "action=none" --data-urlencode "theme=pc-no-such-theme" --data-urlencode "pwg_token=$PIWIGO_LOGIN_TOKEN" "${PIWIGO_TARGET}ws.php?format=json"
echo '# pwg.extensions.ignoreUpdate'
ask curl_ -sS -H "Cookie: pwg_id=$PIWIGO_USER_9_PWG_ID" --data-urlencode "method=pwg.extensions.ignoreUpdate" --data-urlencode "type=none" --data-urlencode "id=pc-no-such-extension" --data-urlencode "reset=false" --data-urlencode "pwg_token=$PIWIGO_USER_9_TOKEN" "${PIWIGO_TARGET}ws.php?format=json"
echo '# pwg.extensions.ignoreUpdate'
ask curl_ -sS -H "Cookie: pwg_id=$PIWIGO_LOGIN_9_PWG_ID" --data-urlencode "method=pwg.extensions.ignoreUpdate" --data-urlencode "type=none" --data-urlencode "id=pc-no-such-extension" --data-urlencode "reset=false" --data-urlencode "pwg_token=$PIWIGO_LOGIN_TOKEN" "${PIWIGO_TARGET}ws.php?format=json"
echo '# pwg.extensions.update'
ask curl_ -sS -H "Cookie: pwg_id=$PIWIGO_USER_9_PWG_ID" --data-urlencode "method=pwg.extensions.update" --data-urlencode "type=none" --data-urlencode "id=pc-no-such-extension" --data-urlencode "revision=0" --data-urlencode "pwg_token=$PIWIGO_USER_9_TOKEN" "${PIWIGO_TARGET}ws.php?format=json"
echo '# pwg.extensions.update'
ask curl_ -sS -H "Cookie: pwg_id=$PIWIGO_LOGIN_9_PWG_ID" --data-urlencode "method=pwg.extensions.update" --data-urlencode "type=none" --data-urlencode "id=pc-no-such-extension" --data-urlencode "revision=0" --data-urlencode "pwg_token=$PIWIGO_LOGIN_TOKEN" "${PIWIGO_TARGET}ws.php?format=json"
answer="$decided"; answered ' 200' '"stat":"fail"' '"err":1003' && again=1 || again=0
if [ $again = 1 ]; then echo 'It does the same again.'; exit 1; fi
echo 'It answers otherwise now.'
