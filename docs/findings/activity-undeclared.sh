#!/usr/bin/env bash
# METH-34 (MUST) What a method that reads takes without describing it is answered in the API's own form, whatever its value.
# Found: expected an answer that tells nothing internal; it tells: Warning: Array to string conversion (pwg.php:491) (1: pwg.activity.getList: action); expected an answer in the API's envelope; none: Fatal error: Uncaught TypeError: date_format(): Argument #1 ($object) must be of type DateTimeInterface (pwg.php:477) (1: pwg.activity.getList: date_max); expected an answer in the API's envelope; none: Fatal error: Uncaught TypeError: date_create(): Argument #1 ($datetime) must be of type string (pwg.php:477) (1: pwg.activity.getList: date_max); expected an answer in the API's envelope; none: Fatal error: Uncaught TypeError: date_format(): Argument #1 ($object) must be of type DateTimeInterface (pwg.php:472) (1: pwg.activity.getList: date_min); it tells: Warning: Undefined array key ... (pwg.php:473) (1: pwg.activity.getList: date_min); expected an answer in the API's envelope; none: Fatal error: Uncaught TypeError: date_create(): Argument #1 ($datetime) must be of type string (pwg.php:472) (1: pwg.activity.getList: date_min); expected an answer in the API's envelope; none: Fatal error: Uncaught mysqli_sql_exception: You have an error in your SQL syntax ... (pwg.php:551) (1: pwg.activity.getList: id); expected an answer in the API's envelope; none: Fatal error: Uncaught mysqli_sql_exception: Unknown column ... (pwg.php:551) (1: pwg.activity.getList: id); expected an answer in the API's envelope; none: Fatal error: Uncaught mysqli_sql_exception: Illegal double ... value found during parsing (pwg.php:551) (1: pwg.activity.getList: id); it tells: Warning: Array to string conversion (pwg.php:497) (1: pwg.activity.getList: object); expected an answer in the API's envelope; none: Fatal error: Uncaught mysqli_sql_exception: You have an error in your SQL syntax ... at line 0 (pwg.php:551) (1: pwg.activity.getList: offset); expected an answer in the API's envelope; none: Fatal error: Uncaught mysqli_sql_exception: Undeclared variable: none (pwg.php:551) (1: pwg.activity.getList: offset); expected an answer in the API's envelope; none: Fatal error: Uncaught mysqli_sql_exception: Undeclared variable: Array (pwg.php:551) (1: pwg.activity.getList: offset); asked: pwg.activity.getList with a session (status webmaster)
# What helps: Upgrade to 16.3. Until then have the server in front refuse requests that name pwg.activity.getList.
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
echo '# pwg.activity.getList (this is it)'
ask curl_ -sS -H "Cookie: pwg_id=$PIWIGO_WEBMASTER_PWG_ID" --data-urlencode "method=pwg.activity.getList" --data-urlencode "uid=1" "${PIWIGO_TARGET}ws.php?format=json"
answered 'Fatal error' && again=1 || again=0
if [ $again = 1 ]; then echo 'It does the same again.'; exit 1; fi
echo 'It answers otherwise now.'
