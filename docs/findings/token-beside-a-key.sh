#!/usr/bin/env bash
# TOK-01 (MUST) With a key no method asks for a pwg_token, whichever of those that take one is called.
# Found: expected the key to be answered like its owner's session with the right token; the target asks for a pwg_token (25: pwg.categories.delete, pwg.categories.move, pwg.groups.addUser, pwg.groups.delete, pwg.groups.deleteUser, pwg.groups.duplicate, pwg.groups.merge, pwg.groups.setInfo, pwg.images.delete, pwg.images.formats.delete, pwg.images.setCategory, pwg.images.setMd5sum, pwg.images.syncMetadata, pwg.images.upload, pwg.permissions.add, pwg.permissions.remove, pwg.tags.delete, pwg.tags.duplicate, pwg.tags.merge, pwg.tags.rename, pwg.userComments.delete, pwg.userComments.validate, pwg.users.add, pwg.users.delete, pwg.users.setMyInfo); asked: pwg.categories.delete with a key (status webmaster)
# What helps: Upgrade to 16.4, or have clients send any pwg_token at all beside the key.
# Needs bash and curl. Exit code 1: the gallery does it again, 0: it does not, 2: it can't be asked.

set -u
trap '[ "${again:-}" ] || exit 2' EXIT
: "${PIWIGO_TARGET:?root of the gallery, ending in a slash}"
PIWIGO_USER_2_PASSWORD="Aa1-$RANDOM$RANDOM$RANDOM$RANDOM"
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
ask curl_ -sS -H "Cookie: pwg_id=$PIWIGO_WEBMASTER_PWG_ID" --data-urlencode "method=pwg.users.add" --data-urlencode "pwg_token=$PIWIGO_WEBMASTER_TOKEN" --data-urlencode "username=${RUN}-user-2" --data-urlencode "password=$PIWIGO_USER_2_PASSWORD" --data-urlencode "password_confirm=$PIWIGO_USER_2_PASSWORD" "${PIWIGO_TARGET}ws.php?format=json"
USER_2_ID="$(field id 1)"
made=("curl -sS -H 'Cookie: pwg_id=$PIWIGO_WEBMASTER_PWG_ID' -d 'method=pwg.users.delete' -d 'pwg_token=$PIWIGO_WEBMASTER_TOKEN' -d 'user_id=$(field id 1)' '${PIWIGO_TARGET}ws.php?format=json'" "${made[@]}")
echo '# pwg.users.setInfo'
ask curl_ -sS -H "Cookie: pwg_id=$PIWIGO_WEBMASTER_PWG_ID" --data-urlencode "method=pwg.users.setInfo" --data-urlencode "pwg_token=$PIWIGO_WEBMASTER_TOKEN" --data-urlencode "user_id=$USER_2_ID" --data-urlencode "status=webmaster" "${PIWIGO_TARGET}ws.php?format=json"
echo '# identification.php'
ask curl_ -sS "${PIWIGO_TARGET}identification.php"
PIWIGO_USER_2_PWG_ID=$(cookie pwg_id)
echo '# identification.php'
ask curl_ -sS -H "Cookie: pwg_id=$PIWIGO_USER_2_PWG_ID" --data-urlencode "username=${RUN}-user-2" --data-urlencode "password=$PIWIGO_USER_2_PASSWORD" --data-urlencode "login=1" "${PIWIGO_TARGET}identification.php"
PIWIGO_USER_2_PWG_ID=$(cookie pwg_id)
echo '# pwg.session.getStatus'
ask curl_ -sS -H "Cookie: pwg_id=$PIWIGO_USER_2_PWG_ID" --data-urlencode "method=pwg.session.getStatus" "${PIWIGO_TARGET}ws.php?format=json"
PIWIGO_USER_2_TOKEN="$(field pwg_token 1)"
echo '# pwg.users.api_key.create'
ask curl_ -sS -H "Cookie: pwg_id=$PIWIGO_USER_2_PWG_ID" --data-urlencode "method=pwg.users.api_key.create" --data-urlencode "pwg_token=$PIWIGO_USER_2_TOKEN" --data-urlencode "key_name=${RUN}-key 2" --data-urlencode "duration=30" "${PIWIGO_TARGET}ws.php?format=json"
PIWIGO_API_KEY_2="$(field auth_key 1):$(field apikey_secret 1)"
echo '# pwg.categories.delete (this is it)'
ask curl_ -sS -H "X-PIWIGO-API: $PIWIGO_API_KEY_2" --data-urlencode "method=pwg.categories.delete" --data-urlencode "category_id=2147483647" --data-urlencode "photo_deletion_mode=no_delete" "${PIWIGO_TARGET}ws.php?format=json"
decided="$answer"
answer="$decided"; answered ' 200' '"stat":"fail"' '"err":1002' && again=1 || again=0
if [ $again = 1 ]; then echo 'It does the same again.'; exit 1; fi
echo 'It answers otherwise now.'
