#!/usr/bin/env bash
# HDR-37 (MUST) No page that a request names as its Referer shows a photo of an album that is closed to the key's owner.
# Found: expected to be refused with err 401 or 403 or 404; the target answered HTTP 200 with stat ok; asked: pwg.images.getInfo with a key (status normal) and the header Referer
# What helps: Have the server in front drop the Referer of requests to ws.php (nginx: fastcgi_param HTTP_REFERER ""; Apache: RequestHeader unset Referer). In Piwigo look for what is closed with the cache or without it.
# Needs bash and curl. Exit code 1: the gallery does it again, 0: it does not, 2: it can't be asked.

set -u
trap '[ "${again:-}" ] || exit 2' EXIT
: "${PIWIGO_TARGET:?root of the gallery, ending in a slash}"
PIWIGO_USER_11_PASSWORD="Aa1-$RANDOM$RANDOM$RANDOM$RANDOM"
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
echo '# pwg.categories.add'
ask curl_ -sS -H "Cookie: pwg_id=$PIWIGO_WEBMASTER_PWG_ID" --data-urlencode "method=pwg.categories.add" --data-urlencode "pwg_token=$PIWIGO_WEBMASTER_TOKEN" --data-urlencode "name=${RUN}-album 1" --data-urlencode "status=private" --data-urlencode "position=last" --data-urlencode "comment=a comment" "${PIWIGO_TARGET}ws.php?format=json"
ALBUM_1="$(field id 1)"
made=("curl -sS -H 'Cookie: pwg_id=$PIWIGO_WEBMASTER_PWG_ID' -d 'method=pwg.categories.delete' -d 'pwg_token=$PIWIGO_WEBMASTER_TOKEN' -d 'category_id=$(field id 1)' -d photo_deletion_mode=force_delete '${PIWIGO_TARGET}ws.php?format=json'" "${made[@]}")
echo '# pwg.permissions.add'
ask curl_ -sS -H "Cookie: pwg_id=$PIWIGO_WEBMASTER_PWG_ID" --data-urlencode "method=pwg.permissions.add" --data-urlencode "pwg_token=$PIWIGO_WEBMASTER_TOKEN" --data-urlencode "cat_id=$ALBUM_1" --data-urlencode "user_id=$USER_9_ID" "${PIWIGO_TARGET}ws.php?format=json"
picture MD5SUM_1; DATA=$(base64 -w 0 MD5SUM_1.png)
MD5SUM_1=$(md5sum <MD5SUM_1.png | cut -d ' ' -f 1)
echo '# pwg.images.addChunk'
ask curl_ -sS -H "Cookie: pwg_id=$PIWIGO_WEBMASTER_PWG_ID" --data-urlencode "method=pwg.images.addChunk" --data-urlencode "pwg_token=$PIWIGO_WEBMASTER_TOKEN" --data-urlencode "data=$DATA" --data-urlencode "original_sum=$MD5SUM_1" --data-urlencode "type=file" --data-urlencode "position=0" "${PIWIGO_TARGET}ws.php?format=json"
echo '# pwg.images.add'
ask curl_ -sS -H "Cookie: pwg_id=$PIWIGO_WEBMASTER_PWG_ID" --data-urlencode "method=pwg.images.add" --data-urlencode "pwg_token=$PIWIGO_WEBMASTER_TOKEN" --data-urlencode "original_sum=$MD5SUM_1" --data-urlencode "original_filename=$MD5SUM_1.png" --data-urlencode "name=${RUN}-photo 1" --data-urlencode "categories=$ALBUM_1" "${PIWIGO_TARGET}ws.php?format=json"
PHOTO_1="$(field image_id 1)"
made=("curl -sS -H 'Cookie: pwg_id=$PIWIGO_WEBMASTER_PWG_ID' -d 'method=pwg.images.delete' -d 'pwg_token=$PIWIGO_WEBMASTER_TOKEN' -d 'image_id=$(field image_id 1)' '${PIWIGO_TARGET}ws.php?format=json'" "${made[@]}")
echo '# pwg.categories.add'
ask curl_ -sS -H "Cookie: pwg_id=$PIWIGO_WEBMASTER_PWG_ID" --data-urlencode "method=pwg.categories.add" --data-urlencode "pwg_token=$PIWIGO_WEBMASTER_TOKEN" --data-urlencode "name=${RUN}-album 2" --data-urlencode "parent=$ALBUM_1" --data-urlencode "comment=" "${PIWIGO_TARGET}ws.php?format=json"
made=("curl -sS -H 'Cookie: pwg_id=$PIWIGO_WEBMASTER_PWG_ID' -d 'method=pwg.categories.delete' -d 'pwg_token=$PIWIGO_WEBMASTER_TOKEN' -d 'category_id=$(field id 1)' -d photo_deletion_mode=force_delete '${PIWIGO_TARGET}ws.php?format=json'" "${made[@]}")
echo '# pwg.users.add'
ask curl_ -sS -H "Cookie: pwg_id=$PIWIGO_WEBMASTER_PWG_ID" --data-urlencode "method=pwg.users.add" --data-urlencode "pwg_token=$PIWIGO_WEBMASTER_TOKEN" --data-urlencode "username=${RUN}-user-11" --data-urlencode "password=$PIWIGO_USER_11_PASSWORD" --data-urlencode "password_confirm=$PIWIGO_USER_11_PASSWORD" "${PIWIGO_TARGET}ws.php?format=json"
made=("curl -sS -H 'Cookie: pwg_id=$PIWIGO_WEBMASTER_PWG_ID' -d 'method=pwg.users.delete' -d 'pwg_token=$PIWIGO_WEBMASTER_TOKEN' -d 'user_id=$(field id 1)' '${PIWIGO_TARGET}ws.php?format=json'" "${made[@]}")
echo '# identification.php'
ask curl_ -sS "${PIWIGO_TARGET}identification.php"
PIWIGO_USER_11_PWG_ID=$(cookie pwg_id)
echo '# identification.php'
ask curl_ -sS -H "Cookie: pwg_id=$PIWIGO_USER_11_PWG_ID" --data-urlencode "username=${RUN}-user-11" --data-urlencode "password=$PIWIGO_USER_11_PASSWORD" --data-urlencode "login=1" "${PIWIGO_TARGET}identification.php"
PIWIGO_USER_11_PWG_ID=$(cookie pwg_id)
echo '# pwg.session.getStatus'
ask curl_ -sS -H "Cookie: pwg_id=$PIWIGO_USER_11_PWG_ID" --data-urlencode "method=pwg.session.getStatus" "${PIWIGO_TARGET}ws.php?format=json"
PIWIGO_USER_11_TOKEN="$(field pwg_token 1)"
echo '# pwg.users.api_key.create'
ask curl_ -sS -H "Cookie: pwg_id=$PIWIGO_USER_11_PWG_ID" --data-urlencode "method=pwg.users.api_key.create" --data-urlencode "pwg_token=$PIWIGO_USER_11_TOKEN" --data-urlencode "key_name=${RUN}-key 58" --data-urlencode "duration=30" "${PIWIGO_TARGET}ws.php?format=json"
PIWIGO_API_KEY_22="$(field auth_key 1):$(field apikey_secret 1)"
echo '# pwg.session.getStatus'
ask curl_ -sS -H "X-PIWIGO-API: $PIWIGO_API_KEY_22" --data-urlencode "method=pwg.session.getStatus" "${PIWIGO_TARGET}ws.php?format=json"
echo '# pwg.images.getInfo'
ask curl_ -sS -H "Referer: https://foreign.example/admin.php?page=photo" -H "Cookie: pwg_id=$PIWIGO_USER_9_PWG_ID" --data-urlencode "method=pwg.images.getInfo" --data-urlencode "image_id=$PHOTO_1" "${PIWIGO_TARGET}ws.php?format=json"
echo '# pwg.categories.add'
ask curl_ -sS -H "Cookie: pwg_id=$PIWIGO_WEBMASTER_PWG_ID" --data-urlencode "method=pwg.categories.add" --data-urlencode "pwg_token=$PIWIGO_WEBMASTER_TOKEN" --data-urlencode "name=${RUN}-album 3" --data-urlencode "parent=$ALBUM_1" --data-urlencode "comment=" "${PIWIGO_TARGET}ws.php?format=json"
made=("curl -sS -H 'Cookie: pwg_id=$PIWIGO_WEBMASTER_PWG_ID' -d 'method=pwg.categories.delete' -d 'pwg_token=$PIWIGO_WEBMASTER_TOKEN' -d 'category_id=$(field id 1)' -d photo_deletion_mode=force_delete '${PIWIGO_TARGET}ws.php?format=json'" "${made[@]}")
echo '# pwg.images.getInfo (this is it)'
ask curl_ -sS -H "X-PIWIGO-API: $PIWIGO_API_KEY_22" -H "Referer: https://foreign.example/admin.php?page=photo" --data-urlencode "method=pwg.images.getInfo" --data-urlencode "image_id=$PHOTO_1" "${PIWIGO_TARGET}ws.php?format=json"
decided="$answer"
answer="$decided"; answered ' 200' '"stat":"ok"' && again=1 || again=0
if [ $again = 1 ]; then echo 'It does the same again.'; exit 1; fi
echo 'It answers otherwise now.'
