#!/usr/bin/env bash
# GEN-02 (MUST) Whatever values do not fit its description, a method answers in the API's own form.
# Found: expected an answer in the API's envelope; none: Fatal error: Uncaught TypeError: call_user_func_array(): Argument #1 ($callback) must be a valid callback, function ... not found or invalid function name (ws_core.inc.php:605) (1: pwg.activity.downloadLog; such as pwg.activity.downloadLog by GET without parameters); expected no 5xx for a call that is bad; HTTP 500, 'The name of an album must not be empty' (1: pwg.categories.add; such as pwg.categories.add pwg_token= name= parent=$ALBUM_4); expected no 5xx for a call that is bad; HTTP 500, '[ws_categories_delete] invalid parameter photo_deletion_mode ..., possible values are {no_delete, delete_orphans, force_delete}.' (1: pwg.categories.delete; such as pwg.categories.delete photo_deletion_mode= category_id=2147483647 pwg_token=00000000000000000000000000000000); none: Fatal error: Uncaught TypeError: array_keys(): Argument #1 ($array) must be of type array (functions.inc.php:675) (1: pwg.groups.delete; such as pwg.groups.delete group_id=2147483647 pwg_token=00000000000000000000000000000000); expected no 5xx for a call that is bad; HTTP 500, '[ws_images_setInfo] invalid parameter single_value_mode ..., possible values are {fill_if_empty, replace}.' (1: pwg.images.setInfo; such as pwg.images.setInfo author= single_value_mode= image_id=$PHOTO_2); none: Fatal error: Uncaught mysqli_sql_exception: You have an error in your SQL syntax ... (functions.inc.php:1704) (1: pwg.permissions.add; such as pwg.permissions.add pwg_token= cat_id=2147483647 group_id=2147483647 user_id=2147483647); none: Fatal error: Uncaught mysqli_sql_exception: You have an error in your SQL syntax ... at line 0 (pwg.permissions.php:213) (1: pwg.permissions.remove; such as pwg.permissions.remove cat_id=2147483647 group_id=2147483647 user_id=2147483647 pwg_token=00000000000000000000000000000000); asked: pwg.activity.downloadLog by GET with a key (status webmaster)
# What helps: Have PwgServer::invoke take an empty number or boolean for one that was not sent (include/ws_core.inc.php), and answer err 1003 for what the database refuses. A hoster can set $conf['show_php_errors_on_frontend'] = false;.
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
again=0
asks() {
  echo "# $1"
  ask curl_ -sS -H "Cookie: pwg_id=$PIWIGO_WEBMASTER_PWG_ID" --data-urlencode "method=$1" "${@:2}" "${PIWIGO_TARGET}ws.php?format=json"
  if answered 'Fatal error' || answered 'Warning'; then again=1; fi
}
TOKEN="pwg_token=$PIWIGO_WEBMASTER_TOKEN"
asks pwg.categories.calculateOrphans -d 'category_id=2147483647'
asks pwg.permissions.remove -d "$TOKEN" -d 'cat_id=2147483647' -d 'user_id=2147483647'
asks pwg.groups.delete -d "$TOKEN" -d 'group_id=2147483647'
asks pwg.groups.getList -d 'per_page='
asks pwg.groups.getList -d 'page=9223372036854775807'
asks pwg.images.formats.searchImage -d 'filename_list=0'
asks pwg.users.preferences.set -d 'param=again'
if [ $again = 1 ]; then echo 'It does the same again.'; exit 1; fi
echo 'It answers otherwise now.'
