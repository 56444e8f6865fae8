#!/usr/bin/env bash
# PHO-13 (MUST) An album that is closed to its owner from now on, by its permissions or a lock, shows the key no photo any more, by the very next call.
# Found: expected the photo not to be told; it is (4: of the album, with a word, with a tag, favourites); expected a refusal; the target answered HTTP 200 with stat ok (1: the photo itself); asked: pwg.categories.getImages with a key (status normal)
# What helps: Call invalidate_user_cache in ws_permissions_remove and ws_categories_setInfo. Until then an administrator runs the maintenance action "Purge user cache" after each such change.
# Needs bash and curl. Exit code 1: the gallery does it again, 0: it does not, 2: it can't be asked.

set -u
trap '[ "${again:-}" ] || exit 2' EXIT
: "${PIWIGO_TARGET:?root of the gallery, ending in a slash}"
PIWIGO_USER_20_PASSWORD="Aa1-$RANDOM$RANDOM$RANDOM$RANDOM"
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
ask curl_ -sS -H "Cookie: pwg_id=$PIWIGO_WEBMASTER_PWG_ID" --data-urlencode "method=pwg.categories.add" --data-urlencode "pwg_token=$PIWIGO_WEBMASTER_TOKEN" --data-urlencode "name=${RUN}-album 1" --data-urlencode "status=private" --data-urlencode "position=last" --data-urlencode "comment=a comment" "${PIWIGO_TARGET}ws.php?format=json"
ALBUM_1="$(field id 1)"
made=("curl -sS -H 'Cookie: pwg_id=$PIWIGO_WEBMASTER_PWG_ID' -d 'method=pwg.categories.delete' -d 'pwg_token=$PIWIGO_WEBMASTER_TOKEN' -d 'category_id=$(field id 1)' -d photo_deletion_mode=force_delete '${PIWIGO_TARGET}ws.php?format=json'" "${made[@]}")
echo '# pwg.categories.add'
ask curl_ -sS -H "Cookie: pwg_id=$PIWIGO_WEBMASTER_PWG_ID" --data-urlencode "method=pwg.categories.add" --data-urlencode "pwg_token=$PIWIGO_WEBMASTER_TOKEN" --data-urlencode "name=${RUN}-album 2" --data-urlencode "parent=$ALBUM_1" --data-urlencode "comment=" "${PIWIGO_TARGET}ws.php?format=json"
made=("curl -sS -H 'Cookie: pwg_id=$PIWIGO_WEBMASTER_PWG_ID' -d 'method=pwg.categories.delete' -d 'pwg_token=$PIWIGO_WEBMASTER_TOKEN' -d 'category_id=$(field id 1)' -d photo_deletion_mode=force_delete '${PIWIGO_TARGET}ws.php?format=json'" "${made[@]}")
echo '# pwg.categories.add'
ask curl_ -sS -H "Cookie: pwg_id=$PIWIGO_WEBMASTER_PWG_ID" --data-urlencode "method=pwg.categories.add" --data-urlencode "pwg_token=$PIWIGO_WEBMASTER_TOKEN" --data-urlencode "name=${RUN}-album 3" --data-urlencode "parent=$ALBUM_1" --data-urlencode "comment=" "${PIWIGO_TARGET}ws.php?format=json"
made=("curl -sS -H 'Cookie: pwg_id=$PIWIGO_WEBMASTER_PWG_ID' -d 'method=pwg.categories.delete' -d 'pwg_token=$PIWIGO_WEBMASTER_TOKEN' -d 'category_id=$(field id 1)' -d photo_deletion_mode=force_delete '${PIWIGO_TARGET}ws.php?format=json'" "${made[@]}")
echo '# pwg.categories.add'
ask curl_ -sS -H "Cookie: pwg_id=$PIWIGO_WEBMASTER_PWG_ID" --data-urlencode "method=pwg.categories.add" --data-urlencode "pwg_token=$PIWIGO_WEBMASTER_TOKEN" --data-urlencode "name=${RUN}-album 5" --data-urlencode "parent=$ALBUM_1" --data-urlencode "comment=" "${PIWIGO_TARGET}ws.php?format=json"
made=("curl -sS -H 'Cookie: pwg_id=$PIWIGO_WEBMASTER_PWG_ID' -d 'method=pwg.categories.delete' -d 'pwg_token=$PIWIGO_WEBMASTER_TOKEN' -d 'category_id=$(field id 1)' -d photo_deletion_mode=force_delete '${PIWIGO_TARGET}ws.php?format=json'" "${made[@]}")
echo '# pwg.categories.add'
ask curl_ -sS -H "Cookie: pwg_id=$PIWIGO_WEBMASTER_PWG_ID" --data-urlencode "method=pwg.categories.add" --data-urlencode "pwg_token=$PIWIGO_WEBMASTER_TOKEN" --data-urlencode "name=${RUN}-album 6" --data-urlencode "parent=$ALBUM_1" --data-urlencode "comment=" "${PIWIGO_TARGET}ws.php?format=json"
made=("curl -sS -H 'Cookie: pwg_id=$PIWIGO_WEBMASTER_PWG_ID' -d 'method=pwg.categories.delete' -d 'pwg_token=$PIWIGO_WEBMASTER_TOKEN' -d 'category_id=$(field id 1)' -d photo_deletion_mode=force_delete '${PIWIGO_TARGET}ws.php?format=json'" "${made[@]}")
echo '# pwg.categories.add'
ask curl_ -sS -H "Cookie: pwg_id=$PIWIGO_WEBMASTER_PWG_ID" --data-urlencode "method=pwg.categories.add" --data-urlencode "pwg_token=$PIWIGO_WEBMASTER_TOKEN" --data-urlencode "name=${RUN}-album 7" --data-urlencode "parent=$ALBUM_1" --data-urlencode "comment=" "${PIWIGO_TARGET}ws.php?format=json"
made=("curl -sS -H 'Cookie: pwg_id=$PIWIGO_WEBMASTER_PWG_ID' -d 'method=pwg.categories.delete' -d 'pwg_token=$PIWIGO_WEBMASTER_TOKEN' -d 'category_id=$(field id 1)' -d photo_deletion_mode=force_delete '${PIWIGO_TARGET}ws.php?format=json'" "${made[@]}")
echo '# pwg.categories.add'
ask curl_ -sS -H "Cookie: pwg_id=$PIWIGO_WEBMASTER_PWG_ID" --data-urlencode "method=pwg.categories.add" --data-urlencode "pwg_token=$PIWIGO_WEBMASTER_TOKEN" --data-urlencode "name=${RUN}-album 8" --data-urlencode "parent=$ALBUM_1" --data-urlencode "comment=" "${PIWIGO_TARGET}ws.php?format=json"
made=("curl -sS -H 'Cookie: pwg_id=$PIWIGO_WEBMASTER_PWG_ID' -d 'method=pwg.categories.delete' -d 'pwg_token=$PIWIGO_WEBMASTER_TOKEN' -d 'category_id=$(field id 1)' -d photo_deletion_mode=force_delete '${PIWIGO_TARGET}ws.php?format=json'" "${made[@]}")
echo '# pwg.users.add'
ask curl_ -sS -H "Cookie: pwg_id=$PIWIGO_WEBMASTER_PWG_ID" --data-urlencode "method=pwg.users.add" --data-urlencode "pwg_token=$PIWIGO_WEBMASTER_TOKEN" --data-urlencode "username=${RUN}-user-20" --data-urlencode "password=$PIWIGO_USER_20_PASSWORD" --data-urlencode "password_confirm=$PIWIGO_USER_20_PASSWORD" "${PIWIGO_TARGET}ws.php?format=json"
USER_20_ID="$(field id 1)"
made=("curl -sS -H 'Cookie: pwg_id=$PIWIGO_WEBMASTER_PWG_ID' -d 'method=pwg.users.delete' -d 'pwg_token=$PIWIGO_WEBMASTER_TOKEN' -d 'user_id=$(field id 1)' '${PIWIGO_TARGET}ws.php?format=json'" "${made[@]}")
echo '# identification.php'
ask curl_ -sS "${PIWIGO_TARGET}identification.php"
PIWIGO_USER_20_PWG_ID=$(cookie pwg_id)
echo '# identification.php'
ask curl_ -sS -H "Cookie: pwg_id=$PIWIGO_USER_20_PWG_ID" --data-urlencode "username=${RUN}-user-20" --data-urlencode "password=$PIWIGO_USER_20_PASSWORD" --data-urlencode "login=1" "${PIWIGO_TARGET}identification.php"
PIWIGO_USER_20_PWG_ID=$(cookie pwg_id)
echo '# pwg.session.getStatus'
ask curl_ -sS -H "Cookie: pwg_id=$PIWIGO_USER_20_PWG_ID" --data-urlencode "method=pwg.session.getStatus" "${PIWIGO_TARGET}ws.php?format=json"
PIWIGO_USER_20_TOKEN="$(field pwg_token 1)"
echo '# pwg.users.api_key.create'
ask curl_ -sS -H "Cookie: pwg_id=$PIWIGO_USER_20_PWG_ID" --data-urlencode "method=pwg.users.api_key.create" --data-urlencode "pwg_token=$PIWIGO_USER_20_TOKEN" --data-urlencode "key_name=${RUN}-key 65" --data-urlencode "duration=30" "${PIWIGO_TARGET}ws.php?format=json"
PIWIGO_API_KEY_29="$(field auth_key 1):$(field apikey_secret 1)"
echo '# pwg.categories.add'
ask curl_ -sS -H "Cookie: pwg_id=$PIWIGO_WEBMASTER_PWG_ID" --data-urlencode "method=pwg.categories.add" --data-urlencode "pwg_token=$PIWIGO_WEBMASTER_TOKEN" --data-urlencode "name=${RUN}-album 9" --data-urlencode "parent=$ALBUM_1" --data-urlencode "comment=" "${PIWIGO_TARGET}ws.php?format=json"
ALBUM_9="$(field id 1)"
made=("curl -sS -H 'Cookie: pwg_id=$PIWIGO_WEBMASTER_PWG_ID' -d 'method=pwg.categories.delete' -d 'pwg_token=$PIWIGO_WEBMASTER_TOKEN' -d 'category_id=$(field id 1)' -d photo_deletion_mode=force_delete '${PIWIGO_TARGET}ws.php?format=json'" "${made[@]}")
picture MD5SUM_13; DATA=$(base64 -w 0 MD5SUM_13.png)
MD5SUM_13=$(md5sum <MD5SUM_13.png | cut -d ' ' -f 1)
echo '# pwg.images.addChunk'
ask curl_ -sS -H "Cookie: pwg_id=$PIWIGO_WEBMASTER_PWG_ID" --data-urlencode "method=pwg.images.addChunk" --data-urlencode "pwg_token=$PIWIGO_WEBMASTER_TOKEN" --data-urlencode "data=$DATA" --data-urlencode "original_sum=$MD5SUM_13" --data-urlencode "type=file" --data-urlencode "position=0" "${PIWIGO_TARGET}ws.php?format=json"
echo '# pwg.images.add'
ask curl_ -sS -H "Cookie: pwg_id=$PIWIGO_WEBMASTER_PWG_ID" --data-urlencode "method=pwg.images.add" --data-urlencode "pwg_token=$PIWIGO_WEBMASTER_TOKEN" --data-urlencode "original_sum=$MD5SUM_13" --data-urlencode "original_filename=$MD5SUM_13.png" --data-urlencode "name=${RUN}-photo 13" --data-urlencode "categories=$ALBUM_9" "${PIWIGO_TARGET}ws.php?format=json"
PHOTO_13="$(field image_id 1)"
made=("curl -sS -H 'Cookie: pwg_id=$PIWIGO_WEBMASTER_PWG_ID' -d 'method=pwg.images.delete' -d 'pwg_token=$PIWIGO_WEBMASTER_TOKEN' -d 'image_id=$(field image_id 1)' '${PIWIGO_TARGET}ws.php?format=json'" "${made[@]}")
echo '# pwg.tags.add'
ask curl_ -sS -H "Cookie: pwg_id=$PIWIGO_WEBMASTER_PWG_ID" --data-urlencode "method=pwg.tags.add" --data-urlencode "pwg_token=$PIWIGO_WEBMASTER_TOKEN" --data-urlencode "name=${RUN}-tag 9" "${PIWIGO_TARGET}ws.php?format=json"
TAG_9="$(field id 1)"
made=("curl -sS -H 'Cookie: pwg_id=$PIWIGO_WEBMASTER_PWG_ID' -d 'method=pwg.tags.delete' -d 'pwg_token=$PIWIGO_WEBMASTER_TOKEN' -d 'tag_id=$(field id 1)' '${PIWIGO_TARGET}ws.php?format=json'" "${made[@]}")
WORD='wd47099bdaea97993'
echo '# pwg.images.setInfo'
ask curl_ -sS -H "Cookie: pwg_id=$PIWIGO_WEBMASTER_PWG_ID" --data-urlencode "method=pwg.images.setInfo" --data-urlencode "pwg_token=$PIWIGO_WEBMASTER_TOKEN" --data-urlencode "image_id=$PHOTO_13" --data-urlencode "comment=$WORD" --data-urlencode "tag_ids=450" "${PIWIGO_TARGET}ws.php?format=json"
echo '# pwg.permissions.add'
ask curl_ -sS -H "Cookie: pwg_id=$PIWIGO_WEBMASTER_PWG_ID" --data-urlencode "method=pwg.permissions.add" --data-urlencode "pwg_token=$PIWIGO_WEBMASTER_TOKEN" --data-urlencode "cat_id=$ALBUM_1" --data-urlencode "user_id=$USER_20_ID" "${PIWIGO_TARGET}ws.php?format=json"
echo '# pwg.users.setInfo'
ask curl_ -sS -H "Cookie: pwg_id=$PIWIGO_WEBMASTER_PWG_ID" --data-urlencode "method=pwg.users.setInfo" --data-urlencode "pwg_token=$PIWIGO_WEBMASTER_TOKEN" --data-urlencode "user_id=$USER_20_ID" --data-urlencode "level=0" "${PIWIGO_TARGET}ws.php?format=json"
echo '# pwg.permissions.remove'
ask curl_ -sS -H "Cookie: pwg_id=$PIWIGO_WEBMASTER_PWG_ID" --data-urlencode "method=pwg.permissions.remove" --data-urlencode "pwg_token=$PIWIGO_WEBMASTER_TOKEN" --data-urlencode "cat_id=$ALBUM_9" --data-urlencode "user_id=$USER_20_ID" "${PIWIGO_TARGET}ws.php?format=json"
echo '# pwg.permissions.remove'
ask curl_ -sS -H "Cookie: pwg_id=$PIWIGO_WEBMASTER_PWG_ID" --data-urlencode "method=pwg.permissions.remove" --data-urlencode "pwg_token=$PIWIGO_WEBMASTER_TOKEN" --data-urlencode "cat_id=$ALBUM_9" --data-urlencode "user_id=$USER_20_ID" "${PIWIGO_TARGET}ws.php?format=json"
echo '# pwg.permissions.add'
ask curl_ -sS -H "Cookie: pwg_id=$PIWIGO_WEBMASTER_PWG_ID" --data-urlencode "method=pwg.permissions.add" --data-urlencode "pwg_token=$PIWIGO_WEBMASTER_TOKEN" --data-urlencode "cat_id=$ALBUM_9" --data-urlencode "user_id=$USER_20_ID" "${PIWIGO_TARGET}ws.php?format=json"
echo '# pwg.users.favorites.add'
ask curl_ -sS -H "Cookie: pwg_id=$PIWIGO_USER_20_PWG_ID" --data-urlencode "method=pwg.users.favorites.add" --data-urlencode "image_id=$PHOTO_13" "${PIWIGO_TARGET}ws.php?format=json"
echo '# pwg.categories.getImages'
ask curl_ -sS -H "X-PIWIGO-API: $PIWIGO_API_KEY_29" --data-urlencode "method=pwg.categories.getImages" --data-urlencode "cat_id=$ALBUM_9" --data-urlencode "per_page=500" "${PIWIGO_TARGET}ws.php?format=json"
WORD='wd47099bdaea97993'
echo '# pwg.images.search'
ask curl_ -sS -H "X-PIWIGO-API: $PIWIGO_API_KEY_29" --data-urlencode "method=pwg.images.search" --data-urlencode "query=$WORD" --data-urlencode "per_page=500" "${PIWIGO_TARGET}ws.php?format=json"
echo '# pwg.tags.getImages'
ask curl_ -sS -H "X-PIWIGO-API: $PIWIGO_API_KEY_29" --data-urlencode "method=pwg.tags.getImages" --data-urlencode "tag_id=$TAG_9" --data-urlencode "per_page=500" "${PIWIGO_TARGET}ws.php?format=json"
echo '# pwg.users.favorites.getList'
ask curl_ -sS -H "X-PIWIGO-API: $PIWIGO_API_KEY_29" --data-urlencode "method=pwg.users.favorites.getList" --data-urlencode "per_page=500" "${PIWIGO_TARGET}ws.php?format=json"
echo '# pwg.images.getInfo'
ask curl_ -sS -H "X-PIWIGO-API: $PIWIGO_API_KEY_29" --data-urlencode "method=pwg.images.getInfo" --data-urlencode "image_id=$PHOTO_13" "${PIWIGO_TARGET}ws.php?format=json"
read_before="$answer"
echo '# pwg.permissions.remove'
ask curl_ -sS -H "Cookie: pwg_id=$PIWIGO_WEBMASTER_PWG_ID" --data-urlencode "method=pwg.permissions.remove" --data-urlencode "pwg_token=$PIWIGO_WEBMASTER_TOKEN" --data-urlencode "cat_id=$ALBUM_9" --data-urlencode "user_id=$USER_20_ID" "${PIWIGO_TARGET}ws.php?format=json"
echo '# pwg.categories.getImages (this is it)'
ask curl_ -sS -H "X-PIWIGO-API: $PIWIGO_API_KEY_29" --data-urlencode "method=pwg.categories.getImages" --data-urlencode "cat_id=$ALBUM_9" --data-urlencode "per_page=500" "${PIWIGO_TARGET}ws.php?format=json"
decided="$answer"
WORD='wd47099bdaea97993'
echo '# pwg.images.search'
ask curl_ -sS -H "X-PIWIGO-API: $PIWIGO_API_KEY_29" --data-urlencode "method=pwg.images.search" --data-urlencode "query=$WORD" --data-urlencode "per_page=500" "${PIWIGO_TARGET}ws.php?format=json"
echo '# pwg.tags.getImages'
ask curl_ -sS -H "X-PIWIGO-API: $PIWIGO_API_KEY_29" --data-urlencode "method=pwg.tags.getImages" --data-urlencode "tag_id=$TAG_9" --data-urlencode "per_page=500" "${PIWIGO_TARGET}ws.php?format=json"
echo '# pwg.users.favorites.getList'
ask curl_ -sS -H "X-PIWIGO-API: $PIWIGO_API_KEY_29" --data-urlencode "method=pwg.users.favorites.getList" --data-urlencode "per_page=500" "${PIWIGO_TARGET}ws.php?format=json"
echo '# pwg.images.getInfo'
ask curl_ -sS -H "X-PIWIGO-API: $PIWIGO_API_KEY_29" --data-urlencode "method=pwg.images.getInfo" --data-urlencode "image_id=$PHOTO_13" "${PIWIGO_TARGET}ws.php?format=json"
read_after="$answer"
answer="$decided"; answered ' 200' '"stat":"ok"' && again=1 || again=0
read_before=${read_before##*$'\n\n'} read_after=${read_after##*$'\n\n'}
[ "$read_before" = "$read_after" ] || again=0
if [ $again = 1 ]; then echo 'It does the same again.'; exit 1; fi
echo 'It answers otherwise now.'
