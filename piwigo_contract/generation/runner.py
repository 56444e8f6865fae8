"""Runs generated cases through this project's own client, and reports each cause of a break once."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

from schemathesis import Case

from piwigo_contract.claims import Expect
from piwigo_contract.client.answers import Answer
from piwigo_contract.client.credentials import ANY_TOKEN, ApiKey, Carrier, Session
from piwigo_contract.client.exchange import ApiCall
from piwigo_contract.client.gallery import Gallery
from piwigo_contract.client.vault import Text
from piwigo_contract.errors import ContractBroken
from piwigo_contract.generation.confinement import Confinement, checksum, covering_choices, rule_for
from piwigo_contract.methods.openapi.document import method_in
from piwigo_contract.methods.reflection import TOKEN, Method, Reflection

Assertion = Callable[[Answer], None]
"""What to assert of each answer; raises ContractBroken."""

TRIES = 24
"""Most requests spent on shrinking a failing call, for each cause."""


@dataclass(frozen=True)
class Trial:
    """Generated values for one operation, before they are confined. choice: see Confinement.params. by: the caller."""

    method: Method
    verb: str
    given: Mapping[str, Any]
    choice: int
    by: ApiKey | Session


class CaseRunner:
    """Sends generated cases to a gallery.

    confinement: keeps the values harmless. key: of the caller. session: the caller's, in which all but the first case
    of a method is sent where that is one of `in_session`: what becomes of the values is the method's own affair, and a
    gallery has a slow hash to compute for each key.
    """

    def __init__(
        self,
        gallery: Gallery,
        reflection: Reflection,
        confinement: Confinement,
        key: ApiKey,
        session: Session | None = None,
        in_session: Collection[str] = (),
    ) -> None:
        self._gallery = gallery
        self._reflection = reflection
        self._confinement = confinement
        self._key = key
        self._session = session
        self._in_session = in_session
        self._choices_made: dict[str, dict[int, int]] = {}
        """By method: the choice (see Confinement.params) made for each set of generated values, by their checksum."""

    def call_of(self, case: Case[Any], *who: Carrier) -> ApiCall:
        """The call for a case, with confined values. who: the caller."""
        return self._call(self._trial(case), *who)

    def run_case(self, case: Case[Any], expect: Expect, assertion: Assertion) -> None:
        """Send a case and make a claim of the answer; the first break of each cause is shrunk and reported with its
        smallest call.

        A method without free parameters has only one case: it is called with each of its allowed values.
        """
        for trial in self._trials(case):
            with expect.each_example(trial.method.name) as example:
                assertion(self._gallery.send(self._call(trial)))
            if example.broken is not None:
                self._shrink(trial, example.broken, assertion, expect)

    def _trials(self, case: Case[Any]) -> list[Trial]:
        trial = self._trial(case)
        if trial.given:
            return [trial]
        choices = _choices(trial.method)
        return [trial, *(replace(trial, choice=each, by=self._by(trial.method)) for each in choices[1:])]

    def _trial(self, case: Case[Any]) -> Trial:
        method = self._reflection.get(method_in(case.path))
        assert method is not None
        given = case.query if case.method == "GET" else case.body
        known = given if isinstance(given, dict) else {}
        by = self._by(method) if method.name in self._choices_made else self._key
        return Trial(method, case.method, known, self._choice_for(method, known), by)

    def _by(self, method: Method) -> ApiKey | Session:
        return self._session if self._session is not None and method.name in self._in_session else self._key

    def _choice_for(self, method: Method, given: Mapping[str, Any]) -> int:
        """The first cases of a method get the covering choices in turn; later ones get one that depends on their
        values.
        """
        number, known = checksum(given), self._choices_made.setdefault(method.name, {})
        if number not in known:
            choices = _choices(method)
            known[number] = choices[len(known)] if len(known) < len(choices) else number
        return known[number]

    def _call(self, trial: Trial, *who: Carrier) -> ApiCall:
        params = self._confinement.params(trial.method, trial.given, trial.choice)
        if not who and isinstance(trial.by, Session) and trial.by.token is not None and trial.method.takes_token:
            params = [(name, value) for name, value in params if name != TOKEN] + [(TOKEN, trial.by.token.text)]
        elif TOKEN in trial.method.required and all(name != TOKEN for name, _ in params):
            # some releases require the parameter with a key, and accept any value
            params.append((TOKEN, Text.of(ANY_TOKEN)))
        return ApiCall(trial.method.name, tuple(params), trial.verb, auth=who or (trial.by,))

    def _shrink(self, trial: Trial, broken: ContractBroken, assertion: Assertion, expect: Expect) -> None:
        tries, smaller = TRIES, _smaller(trial)
        while tries and (candidate := next(smaller, None)) is not None:
            tries -= 1
            with expect.uncounted():
                found = self._breaks(candidate, assertion, expect)
            if found is not None and (found.promised, found.found) == (broken.promised, broken.found):
                trial, broken, smaller = candidate, found, _smaller(candidate)
        expect.show_as_example(broken)

    def _breaks(self, trial: Trial, assertion: Assertion, expect: Expect) -> ContractBroken | None:
        try:
            with expect.malformed_answer_is_broken():
                assertion(self._gallery.send(self._call(trial)))
        except ContractBroken as broken:
            return broken
        return None


def _choices(method: Method) -> list[int]:
    rule = rule_for(method)
    assert rule is not None
    return covering_choices(rule)


def _smaller(trial: Trial) -> Iterator[Trial]:
    """Smaller candidates for shrinking: a value less, or a simpler one; those that save most come first."""
    names = list(trial.given)
    half = len(names) // 2
    for some in [names[:half], names[half:]] if half else []:
        yield replace(trial, given={name: trial.given[name] for name in some})
    for name in names if len(names) > 2 else names[:0]:
        yield replace(trial, given={other: trial.given[other] for other in names if other != name})
    for name, value in trial.given.items():
        for plainer in _plainer(value):
            yield replace(trial, given={**trial.given, name: plainer})


def _plainer(value: Any) -> Iterator[Any]:
    match value:
        case str():
            half = len(value) // 2
            yield from (each for each in ("", "a", value[:half], value[half:]) if len(each) < len(value))
        case list() if len(value) > 1:
            yield value[:1]
        case bool() | None:
            return
        case int() | float() if value not in (0, 1):
            yield from (0, 1)
