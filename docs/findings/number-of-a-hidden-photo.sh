#!/usr/bin/env bash
# PHO-06 (SHOULD) What a key is told of an album has no number of a photo that its owner may not see.
# Found: expected its number not to be told; it is; asked: pwg.categories.getList with a key (status normal)
# What helps: Have ws_categories_getList take the number of the photo that it shows in place of the other. Until then choose representatives of level 0 for albums that all may see.
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
echo '# pwg.categories.add'
ask curl_ -sS -H "Cookie: pwg_id=$PIWIGO_WEBMASTER_PWG_ID" --data-urlencode "method=pwg.categories.add" --data-urlencode "pwg_token=$PIWIGO_WEBMASTER_TOKEN" --data-urlencode "name=${RUN}-album" --data-urlencode "status=public" "${PIWIGO_TARGET}ws.php?format=json"
ALBUM_1="$(field id 1)"
made=("curl -sS -H 'Cookie: pwg_id=$PIWIGO_WEBMASTER_PWG_ID' -d 'method=pwg.categories.delete' -d 'pwg_token=$PIWIGO_WEBMASTER_TOKEN' -d 'category_id=$(field id 1)' -d 'photo_deletion_mode=force_delete' '${PIWIGO_TARGET}ws.php?format=json'" "${made[@]}")
picture MD5SUM_1
echo '# pwg.images.addSimple'
ask curl_ -sS -H "Cookie: pwg_id=$PIWIGO_WEBMASTER_PWG_ID" -F method=pwg.images.addSimple -F "category=$ALBUM_1" -F "image=@MD5SUM_1.png;type=image/png" "${PIWIGO_TARGET}ws.php?format=json"
PHOTO_1="$(field image_id 1)"
picture MD5SUM_2
echo '# pwg.images.addSimple'
ask curl_ -sS -H "Cookie: pwg_id=$PIWIGO_WEBMASTER_PWG_ID" -F method=pwg.images.addSimple -F "category=$ALBUM_1" -F "image=@MD5SUM_2.png;type=image/png" "${PIWIGO_TARGET}ws.php?format=json"
PHOTO_2="$(field image_id 1)"
echo '# pwg.images.emptyLounge'
ask curl_ -sS -H "Cookie: pwg_id=$PIWIGO_WEBMASTER_PWG_ID" --data-urlencode "method=pwg.images.emptyLounge" --data-urlencode "pwg_token=$PIWIGO_WEBMASTER_TOKEN" "${PIWIGO_TARGET}ws.php?format=json"
echo '# pwg.images.setPrivacyLevel'
ask curl_ -sS -H "Cookie: pwg_id=$PIWIGO_WEBMASTER_PWG_ID" --data-urlencode "method=pwg.images.setPrivacyLevel" --data-urlencode "image_id=$PHOTO_1" --data-urlencode "level=8" "${PIWIGO_TARGET}ws.php?format=json"
echo '# pwg.categories.setRepresentative'
ask curl_ -sS -H "Cookie: pwg_id=$PIWIGO_WEBMASTER_PWG_ID" --data-urlencode "method=pwg.categories.setRepresentative" --data-urlencode "category_id=$ALBUM_1" --data-urlencode "image_id=$PHOTO_1" "${PIWIGO_TARGET}ws.php?format=json"
echo '# pwg.users.add'
ask curl_ -sS -H "Cookie: pwg_id=$PIWIGO_WEBMASTER_PWG_ID" --data-urlencode "method=pwg.users.add" --data-urlencode "pwg_token=$PIWIGO_WEBMASTER_TOKEN" --data-urlencode "username=${RUN}-user-1" --data-urlencode "password=$PIWIGO_USER_1_PASSWORD" --data-urlencode "password_confirm=$PIWIGO_USER_1_PASSWORD" "${PIWIGO_TARGET}ws.php?format=json"
USER_1_ID="$(field id 1)"
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
echo '# pwg.users.api_key.create'
ask curl_ -sS -H "Cookie: pwg_id=$PIWIGO_USER_1_PWG_ID" --data-urlencode "method=pwg.users.api_key.create" --data-urlencode "pwg_token=$PIWIGO_USER_1_TOKEN" --data-urlencode "key_name=${RUN}-key" --data-urlencode "duration=30" "${PIWIGO_TARGET}ws.php?format=json"
PIWIGO_API_KEY="$(field auth_key 1):$(field apikey_secret 1)"
echo '# pwg.categories.getList (this is it)'
ask curl_ -sS -H "X-PIWIGO-API: $PIWIGO_API_KEY" --data-urlencode "method=pwg.categories.getList" --data-urlencode "cat_id=$ALBUM_1" "${PIWIGO_TARGET}ws.php?format=json"
answered "\"representative_picture_id\":\"$PHOTO_1\"" || answered "\"representative_picture_id\":$PHOTO_1," && again=1 || again=0
if [ $again = 1 ]; then echo 'It does the same again.'; exit 1; fi
echo 'It answers otherwise now.'
