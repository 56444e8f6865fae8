"""A script of bash and curl that does again what broke a clause: it logs in, makes, changes, asks, and takes away.

What a request needs is found in the answers before it: a value is followed back to the request whose answer gave it,
and that one's values in turn. So a script holds no secret: what nothing gave is asked for at its top.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence

from piwigo_contract.client.exchange import Exchange
from piwigo_contract.client.reproduction_past import Earlier, Past, may_matter, rests_on
from piwigo_contract.client.reproduction_values import (
    HARMLESS,
    INVERSE,
    answered_alike,
    changed_fields,
    given_by,
    needed_by,
    secrets_of,
    signs_of,
)
from piwigo_contract.client.vault import Vault

MD5 = 32
"""Characters of the sum of a file."""

PICTURE = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="
"""One pixel, as PNG in base64; what follows its end is no part of it."""

PAUSE = "sleep 1.1"

LONGEST = 80
"""Most requests of a check that a script does again; of more, such as of generated examples, only those shown."""

_OURS = re.compile("pc-[0-9a-f]{8}[ -]")
"""How the real name of what a run made begins."""

_HEAD = r"""
set -u
trap '[ "${again:-}" ] || exit 2' EXIT
NEEDSwork=$(mktemp -d) && cd "$work" || exit 2
RUN="again-$$"  # begins the names of what is made
answer="" made=()
away() {
  for line in "${made[@]}"; do bash -c "$line" >"$work/away" 2>&1; done
  rm -rf "$work"
  [ "${again:-}" ] || exit 2
}
trap away EXIT
curl_() { command curl ${PIWIGO_CURL:-} --include --max-time 60 "$@"; }  # PIWIGO_CURL: such as --insecure
ask() { answer=$("$@" | tr -d '\000\r'); printf '%s\n\n' "$answer" | cut -c 1-2000; }
cookie() { sed -n "s/^set-cookie: *$1=\([^;]*\).*/\1/Ip" <<<"$answer" | tail -n 1; }
field() { grep -oE "\"$1\": ?\"?[^\",}]*" <<<"$answer" | sed -n "$2{s/^[^:]*: *\"\{0,1\}//;p;}"; }
picture() { base64 -d <<<"PICTURE" >"$1.png"; printf %s "$RUN $1" >>"$1.png"; }
is_there() { curl_ -sS --output "$work/there" "${PIWIGO_TARGET}ws.php"; }
answered() { local each; for each; do [[ $answer == *"$each"* ]] || return 1; done; }
"""


class Script:
    """The script for one broken check.

    url: of the gallery. past: what earlier checks did. own: the check's own exchanges.
    deciding: the one that decided.
    """

    def __init__(self, url: str, vault: Vault, past: Past, own: Sequence[Exchange], deciding: Exchange) -> None:
        self._url, self._vault = url, vault
        self._before = past.earlier
        made = [each for each in own if each.phase in ("setup", "call")]
        if len(made) > LONGEST:
            self._before = [*past.earlier, *(Earlier(each) for each in made if may_matter(each) and not each.shown)]
            made = [each for each in made if each.shown]
        self._own = made if any(each is deciding for each in made) else [*made, deciding]
        # what a page does is seen by what the API tells afterwards
        self._deciding = deciding
        if not deciding.sent.url.endswith("ws.php"):
            self._deciding = next((each for each in reversed(self._own) if each.role == "probe"), deciding)
        ends = {id(self._deciding), id(self._read_back()[1])}
        self._own = self._own[: max(number for number, each in enumerate(self._own) if id(each) in ends) + 1]
        self._later: set[tuple[str, str]] = set()
        self._neutral = sorted(
            {shown for value, shown in vault.shown() if _OURS.match(value) and "$" not in shown}, key=len, reverse=True
        )

    def text(self, about: Iterable[str]) -> str:
        """The whole script. about: lines that say what it shows, for its beginning."""
        steps = rests_on(self._before, self._own)
        self._later = {pair for each in steps for pair in needed_by(each)}
        before, after = self._read_back()
        kept = {id(before): "read_before", id(after): "read_after", id(self._deciding): "decided"}
        given: set[tuple[str, str]] = set()
        body: list[str] = []
        for last, step in zip([None, *steps[:-1]], steps, strict=True):
            if last is not None and step.sent == last.sent and step is not self._deciding and not needed_by(step):
                body += [PAUSE] if body[-1] != PAUSE else []  # it was asked until a second was over
                continue
            body += self._step(step, given)
            body += [f'{kept[id(step)]}="$answer"'] if id(step) in kept else []
        sent = {secret.name for step in steps for secret in secrets_of(step)}
        asked = self._needs(body, sent, {name for name, _ in given})
        told = "".join(f"# {line}\n" for line in about)
        head = f"#!/usr/bin/env bash\n{told}{_HEAD.replace('NEEDS', asked).replace('PICTURE', PICTURE)}"
        return "\n".join([head, *body, *self._verdict(before, after), ""])

    # ------------------------------------------------------------------ what is written

    def _step(self, step: Exchange, given: set[tuple[str, str]]) -> Iterator[str]:
        """A request, what of its answer is needed later, and how what it made is taken away."""
        line = self._line(step)
        photo = re.search(r"\$(MD5SUM_\d+)", line)
        if photo is not None and "$DATA" in line:  # a picture of the script's own, as no gallery has it
            yield f"picture {photo[1]}; DATA=$(base64 -w 0 {photo[1]}.png)"
            yield f"{photo[1]}=$(md5sum <{photo[1]}.png | cut -d ' ' -f 1)"
        else:
            yield from (f"{name}='{value}'" for name, value in self._harmless(step, line) if photo is None)
        for _, upload in step.sent.files:
            if len(upload.content) <= 4096:
                encoded = "".join(f"\\x{byte:02x}" for byte in upload.content)
                yield f"printf '%b' '{encoded}' > {self._quoted(upload.name)}"
        what = step.method or step.sent.url.removeprefix(self._url)
        yield f"echo '# {re.sub('[^ -&(-~]', '?', what)}{' (this is it)' if step is self._deciding else ''}'"
        yield line
        for name, value in sorted(self._later - given):
            how = given_by(step, name, value)
            if how is not None:
                given.add((name, value))
                yield f"{name}={how}"
        if step.method in INVERSE and (undo := self._undo(step)) is not None:
            yield undo

    def _line(self, step: Exchange) -> str:
        line = step.curl(self._vault).replace(f'"{self._url}', '"${PIWIGO_TARGET}')
        line = self._renamed(line, "${RUN}-")
        if line.startswith("curl -sS "):
            return f"ask curl_ {line.removeprefix('curl ')}"
        return f'answer=$({line} | tr -d "\\000\\r"); printf "%s\\n\\n" "$answer" | cut -c 1-2000'

    def _harmless(self, step: Exchange, line: str) -> Iterator[tuple[str, str]]:
        """Variables of a request that stand for no secret, with their values."""
        known = {secret.name: secret.reveal() for secret in secrets_of(step)}
        for name in sorted(set(re.findall(r"\$\{?([A-Z][A-Z0-9_]*)", line))):
            if HARMLESS.fullmatch(name):
                value = known.get(name) or next(
                    (value for value, shown in self._vault.shown() if shown == f"${name}" and len(value) == MD5), ""
                )
                if re.fullmatch(r"[\w+/=]+", value):
                    yield name, value

    def _undo(self, step: Exchange) -> str | None:
        """A line that has what a request made taken away at the end."""
        assert step.method is not None
        _, method, parameter, field = INVERSE[step.method]
        cookie = next((value for name, value in step.sent.headers if name.lower() == "cookie"), None)
        token = next((value for name, value in step.sent.form or () if name == "pwg_token"), None)
        if cookie is None or step.answer is None or f'"{field}"' not in step.answer.text:
            return None
        sent = [f"method={method}", f"pwg_token={token.shell() if token is not None else ''}"]
        data = " ".join(f"-d '{each}'" for each in (*sent, f"{parameter}=$(field {field} 1)"))
        more = " -d photo_deletion_mode=force_delete" if method == "pwg.categories.delete" else ""
        headers = [("Cookie", cookie), *((name, value) for name, value in step.sent.headers if name == "Authorization")]
        brought = " ".join(f"-H '{name}: {value.shell()}'" for name, value in headers)
        where = "'${PIWIGO_TARGET}ws.php?format=json'"
        line = f"curl -sS ${{PIWIGO_CURL:-}} {brought} {data}{more} {where}"
        return f'made=("{self._vault.clean(line)}" "${{made[@]}}")'

    def _needs(self, body: Sequence[str], sent: set[str], given: set[str]) -> str:
        """Lines that ask for each variable that nothing gives, and choose passwords for throw-away users."""
        set_here = given | set(re.findall(r"(?m)(?:^|; )([A-Z][A-Z0-9_]*)=", "\n".join(body)))
        found = set(re.findall(r"\$\{?([A-Z][A-Z0-9_]*)", "\n".join(body))) - {"PIWIGO_TARGET", "PIWIGO_CURL"}
        used = sorted({name for name in found - set_here if "_" in name or name in sent})
        lines = [f'PIWIGO_TARGET="${{PIWIGO_TARGET:-{self._url}}}"  # root of the gallery, ending in a slash']
        for name in used:
            if name.endswith("_PASSWORD") and name not in _ASKED:
                lines.append(f'{name}="Aa1-$RANDOM$RANDOM$RANDOM$RANDOM"')
            else:
                lines.append(f': "${{{name}:?{_ASKED.get(name, "set it, as in the environment of the run")}}}"')
        return "".join(f"{line}\n" for line in lines)

    def _verdict(self, before: Exchange | None, after: Exchange | None) -> Iterator[str]:
        """What says whether the gallery does the same again: exit code 1, or else 0.

        before, after: what showed the effect, where there is such a thing.
        """
        answer = self._deciding.answer
        if answer is None or not answer.status:  # it was none
            yield """[ "$decided" ] || is_there || { echo 'Nothing answers there.'; exit 2; }"""
            yield '[ "$decided" ] && again=0 || again=1'
        else:
            signs = [f" {answer.status}", *signs_of(answer)]
            yield """[ "$decided" ] || { echo 'No answer came.'; exit 2; }"""
            yield f'answer="$decided"; answered {" ".join(map(self._quoted, signs))} && again=1 || again=0'
        if before is not None and after is not None and before.answer is not None and after.answer is not None:
            told = changed_fields(before.answer.text, after.answer.text)
            if after is self._deciding:
                yield 'read_after="$decided"'
            yield "read_before=${read_before##*$'\\n\\n'} read_after=${read_after##*$'\\n\\n'}"
            for name in told:
                then, now = (f"$(answer=$read_{when}; field {name} '')" for when in ("before", "after"))
                yield f'[ "{then}" != "{now}" ] || again=0'
            if not told and before.answer.text == after.answer.text and "current_datetime" not in after.answer.text:
                yield '[ "$read_before" = "$read_after" ] || again=0'
        yield "if [ $again = 1 ]; then echo 'It does the same again.'; exit 1; fi"
        yield "echo 'It answers otherwise now.'"

    def _read_back(self) -> tuple[Exchange | None, Exchange | None]:
        """The request that showed the effect, before and after, where it was made before as well."""
        at = next(number for number, each in enumerate(self._own) if each is self._deciding)
        for after in reversed(self._own[at:]):
            before = next((each for each in reversed(self._own[:at]) if each.sent == after.sent), None)
            if before is None or not needed_by(after):
                continue
            if after is not self._deciding or not answered_alike(before, after):
                return before, after
        return None, None

    def _quoted(self, text: str) -> str:
        text = self._renamed(self._vault.clean(text), "\0")
        return "'" + text.replace("'", "'\\''").replace("\0", "'\"${RUN}-\"'") + "'"

    def _renamed(self, text: str, before: str) -> str:
        """`text` with something before each name of what the run made."""
        for name in self._neutral:
            if name in text:  # few of thousands
                text = re.sub(rf"(?<![\w$-]){re.escape(name)}(?!\w)", lambda found: before + found[0], text)
        return text


_ASKED = {
    "PIWIGO_WEBMASTER_PASSWORD": "the password of the webmaster",
    "PIWIGO_ACCOUNT_PASSWORD": "the password of the account",
    "PIWIGO_API_KEY": "a valid key, PKID:SECRET",
    "PIWIGO_EXPIRED_KEY": "a key that has expired, PKID:SECRET",
    "PIWIGO_REVOKED_KEY": "a key that was revoked, PKID:SECRET",
}
"""What is asked for, in words."""
