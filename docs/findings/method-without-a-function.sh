#!/usr/bin/env bash
# GEN-01 (MUST) Whatever values fit its description, a method answers in the API's own form: its envelope, the HTTP status of its error, no 5xx but 501, and nothing internal.
# Found: expected an answer in the API's envelope; none: Fatal error: Uncaught TypeError: call_user_func_array(): Argument #1 ($callback) must be a valid callback, function ... not found or invalid function name (ws_core.inc.php:605) (1: pwg.activity.downloadLog; such as pwg.activity.downloadLog by GET without parameters); expected no 5xx for a call that is bad; HTTP 500, 'The name of an album must not be empty' (1: pwg.categories.add; such as pwg.categories.add name= parent=$ALBUM_4); none: Fatal error: Uncaught mysqli_sql_exception: You have an error in your SQL syntax ... at line 0 (pwg.categories.php:1404) (1: pwg.categories.calculateOrphans; such as pwg.categories.calculateOrphans category_id[]=1); expected no 5xx for a call that is bad; HTTP 500, '[ws_categories_delete] invalid parameter photo_deletion_mode ..., possible values are {no_delete, delete_orphans, force_delete}.' (1: pwg.categories.delete; such as pwg.categories.delete photo_deletion_mode= category_id=none pwg_token=00000000000000000000000000000000); none: Fatal error: Uncaught TypeError: array_keys(): Argument #1 ($array) must be of type array (functions.inc.php:675) (1: pwg.groups.delete; such as pwg.groups.delete group_id=2147483647 pwg_token=00000000000000000000000000000000); expected an answer that tells nothing internal; it tells: Warning: foreach() argument must be of type array|object (pwg.images.php:2326) (1: pwg.images.formats.searchImage; such as pwg.images.formats.searchImage filename_list=0); none: Fatal error: Uncaught mysqli_sql_exception: You have an error in your SQL syntax ... (functions.inc.php:1704) (1: pwg.permissions.add; such as pwg.permissions.add cat_id=2147483647 group_id=2147483647 user_id=2147483647 pwg_token=00000000000000000000000000000000); none: Fatal error: Uncaught mysqli_sql_exception: You have an error in your SQL syntax ... at line 0 (pwg.permissions.php:213) (1: pwg.permissions.remove; such as pwg.permissions.remove cat_id=2147483647 group_id=2147483647 user_id=2147483647 pwg_token=00000000000000000000000000000000); expected an answer that tells nothing internal; it tells: Warning: Undefined array key ... (pwg.users.php:672) (1: pwg.users.preferences.set; such as pwg.users.preferences.set param=0); asked: pwg.activity.downloadLog by GET with a key (status webmaster)
# What helps: Check each parameter before it goes into SQL or a function of PHP, and answer err 1003 (include/ws_functions/, PwgServer::checkType). A hoster can set $conf['show_php_errors_on_frontend'] = false;, and convert the tables to utf8mb4.
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
echo '# pwg.activity.downloadLog (this is it)'
ask curl_ -sS -H "Cookie: pwg_id=$PIWIGO_WEBMASTER_PWG_ID" --data-urlencode "method=pwg.activity.downloadLog" "${PIWIGO_TARGET}ws.php?format=json"
answered 'Fatal error' && again=1 || again=0
if [ $again = 1 ]; then echo 'It does the same again.'; exit 1; fi
echo 'It answers otherwise now.'
