"""Claims about a method: who may call it, and whether a key reads the same there as its owner's session."""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import replace
from typing import Any

from piwigo_contract.claims.claim import BaseClaim, said
from piwigo_contract.claims.comparison import as_text, differences, exactly, is_significant, without_indexes
from piwigo_contract.client.answers import Answer
from piwigo_contract.client.credentials import Query
from piwigo_contract.client.envelopes import is_whole_document, json_fields
from piwigo_contract.client.exchange import ApiCall
from piwigo_contract.errors import LacksMethod
from piwigo_contract.methods.openapi.descriptions import MethodDescription
from piwigo_contract.methods.reflection import Method, method_of
from piwigo_contract.methods.shapes.shape import Shape

AGAIN = 3
"""Repetitions of all calls before a difference counts as a break."""


class MethodClaims(BaseClaim):
    """What a method answers to one caller, beside what it answers to another."""

    # ------------------------------------------------------------------ what it says of itself

    def lists_methods(self) -> list[str]:
        """The answer of reflection that names all methods. Returns the names."""
        result = self._result_of_reflection("a list of the methods")
        names = result.get("methods")
        if not isinstance(names, list) or not names or not all(isinstance(name, str) for name in names):
            self._broken("a list of the methods", "the result has none")
        self._held()
        return names

    def describes(self, name: str) -> Method:
        """The answer of reflection that describes a method: its name, parameters and options. Returns the method."""
        promised = "a description with name, params and options"
        result = self._result_of_reflection(promised)
        try:
            method = method_of(str(result["name"]), result)
        except (KeyError, TypeError, AttributeError):
            self._broken(promised, "the result has another form")
        if method.name != name:
            self._broken(promised, "it is that of another method")
        self._held()
        return method

    def _result_of_reflection(self, promised: str) -> dict[str, Any]:
        envelope = self._answer.envelope
        if self._answer.status != 200 or envelope is None or not envelope.ok or not isinstance(envelope.result, dict):
            self._broken(promised, f"the target answered {self._summary()}")
        return envelope.result

    def has_the_flags_of(self, released: MethodDescription) -> None:
        """The method is there, and for administrators alone, or for POST alone, where it is so in the release."""
        if self._is_of_no_method():
            self._broken("the method to be there, as in the release", "the target knows no such method")
        for flag in released.other_flags(self.describes(released.name)):
            self._broken("the method to be as in the release", f"it is {flag}")
        self._held()

    def has_the_parameters_of(self, released: MethodDescription) -> None:
        """Each parameter of the release is there, with type, limits and default, and no other must be given."""
        if self._is_of_no_method():
            raise LacksMethod(released.name)  # which is for has_the_flags_of to say
        lacks = list(released.lacks(self.describes(released.name)))
        self.that(not lacks, "the parameters of the release", "; ".join(lacks))

    def _is_of_no_method(self) -> bool:
        return self._answer.envelope is not None and self._answer.envelope.err == 1003

    # ------------------------------------------------------------------ who gets in

    def may_call(self, unlike: Answer | None = None) -> None:
        """The method exists and does not refuse the caller; it may still fail.

        unlike: the answer to a caller who is refused; this answer must differ from it. Without it, any 401 counts as a
        refusal.
        """
        envelope = self._answer.envelope
        err = envelope.err if envelope is not None else self._answer.status
        away = err == 501 or (err == 401 and (unlike is None or said(unlike) == said(self._answer)))
        if away or (envelope is None and self._answer.status in (401, 403)):
            self._broken("the caller to be let in", f"the target answered {self._summary()}")
        self._held()

    def is_answered_like(self, other: Answer, whom: str) -> None:
        """The same success, or the same error and message, as another caller gets with the same parameters. whom: that
        caller, for the message.
        """
        if said(self._answer) != said(other):
            self._broken(
                f"to be answered like {whom}", f"the target answered {self._summary()}, and {whom} {_told(other)}"
            )
        self._held()

    def is_told_that_it_takes_a_post(self) -> None:
        """The method is not run: HTTP 405, err 405."""
        envelope = self._answer.envelope
        if self._answer.status != 405 or envelope is None or envelope.err != 405:
            self._broken("HTTP 405 with err 405", f"it is not turned away for its verb: HTTP {self._answer.status}")
        self._held()

    # ------------------------------------------------------------------ what is read there

    def gives_the_same_result(self, before: Answer, *, volatile: Collection[str] = ()) -> None:
        """The result is that of the same call in the owner's session, made before.

        Ignored: fields named in `volatile`; and where the two differ, so that both are asked again, at once: those in
        which the session's own answer differs from one call to the next, and a difference that is gone.
        """

        def told(answer: Answer, _: Answer) -> str:
            return f"the target answered {_told(answer)}"

        self._gives("the result that the owner's session gets", before, volatile, told, exactly, self._lost)

    def gives_the_result_of(self, other: Answer, *, volatile: Collection[str] = ()) -> None:
        """As `gives_the_same_result`, of another call; 10 and "10" are equal here."""

        def told(answer: Answer, other: Answer) -> str:
            return f"the target answered {_told(answer)}, and else {_told(other)}"

        self._gives("the result of the call that leaves the defaults out", other, volatile, told, as_text)

    def _gives(
        self,
        promised: str,
        before: Answer,
        volatile: Collection[str],
        told: Callable[[Answer, Answer], str],
        same: Callable[[Any, Any], bool],
        lost: Callable[[Answer, Answer, Collection[str]], str | None] = lambda answer, before, volatile: None,
    ) -> None:
        """A difference is one only if it is still there when all calls are made again, AGAIN times: each of the two may
        have been made a while ago, and somebody else may have changed the gallery in between. lost: what is wrong where
        it would be there every time.
        """
        gallery, named = self._expect._gallery, [f"result.{name}" for name in volatile]

        def difference(answer: Answer, before: Answer, after: Answer) -> str | None:
            if said(answer) != said(before):
                return told(answer, before)
            return _first_difference(_result(answer), _result(before), _result(after), named, same=same)

        theirs, ours = (gallery.transcript.exchange_of(each).call for each in (before, self._answer))
        answer = self._answer
        found = difference(answer, before, before)
        for number in range(AGAIN if found else 0):
            again = gallery.send(theirs)
            last = difference(answer, before, again) if not number else found
            before, answer, after = again, gallery.send(ours), gallery.send(theirs)
            found = difference(answer, before, after)
            if not found:
                if last:
                    self._expect.remark(f"{_method_of(ours)}: {last}, but no longer when asked again")
                break
            if not number and (broken := lost(answer, before, named)):
                self._expect(answer)._broken(promised, broken)
        if found:
            self._expect(answer)._broken(promised, found)
        self._held()

    # ------------------------------------------------------------------ its form

    def has_the_shape(self, shape: Shape) -> Any:
        """The result fits the method's JSON Schema. An error envelope has no result, and passes. Returns the result;
        None for an error.
        """
        envelope = self._answer.envelope
        if envelope is None:
            self._broken("a result of the release's shape", f"the target answered {self._summary()}")
        if envelope.ok and (misfit := shape.misfit(envelope.result)):
            self._broken("a result of the release's shape", misfit)
        self._held()
        return envelope.result

    def has_no_fields_beside(self, shape: Shape) -> None:
        """The result has no field that the method's schema does not name."""
        envelope = self._answer.envelope
        found = list(shape.additions(envelope.result)) if envelope is not None and envelope.ok else []
        self.that(not found, "no fields but the release's", f"there is {' and '.join(found)}")

    def is_an_error_and_nothing_else(self, without_a_key: Answer) -> None:
        """`stat`, `err` and `message` and no other field: a number, and a text that is not empty.

        without_a_key: an answer without a key; text around its JSON (PHP notices) is accepted around this one too.
        """
        promised = "stat, err and message, and nothing else"
        envelope = self._answer.envelope
        if envelope is None or envelope.ok:
            self._broken(promised, f"the target answered {self._summary()}")
        fields = json_fields(self._answer.body)
        if fields != ["err", "message", "stat"] or not envelope.message:
            self._broken(promised, f"there is {', '.join(fields)}")
        if not is_whole_document(self._answer.body, "json") and is_whole_document(without_a_key.body, "json"):
            self._broken(promised, "there is something around them")
        self._held()

    # ------------------------------------------------------------------ how

    def _lost(self, by_key: Answer, in_session: Answer, volatile: Collection[str]) -> str | None:
        """What is wrong if the key's answer equals the session's answer to the same call without parameters: the target
        lost them. None otherwise.
        """
        call = self._expect._gallery.transcript.exchange_of(in_session).call
        bare = replace(
            call, params=(), auth=tuple(a for a in call.auth if not isinstance(a, Query) or a.name == "method")
        )
        if bare == call:
            return None
        answer = self._expect._gallery.send(bare)
        lost = said(answer) == said(by_key) and not any(
            is_significant(path, volatile) for path in differences(_result(answer), _result(by_key))
        )
        return "the parameters are lost: it is the answer to the call without them" if lost else None


def _method_of(call: ApiCall) -> str:
    in_query = [str(each.value) for each in call.auth if isinstance(each, Query) and each.name == "method"]
    return call.method or "".join(in_query)


def _first_difference(
    ours: object,
    theirs: object,
    theirs_again: object,
    volatile: Collection[str],
    *,
    same: Callable[[Any, Any], bool] = exactly,
) -> str | None:
    own = {without_indexes(path) for path in differences(theirs, theirs_again)}
    for path in differences(ours, theirs, same=same):
        if is_significant(path, [*volatile, *own]):
            return f"{without_indexes(path)} differs"
    return None


def _result(answer: Answer) -> object:
    return answer.envelope.result if answer.envelope is not None else None


def _told(answer: Answer) -> str:
    envelope = answer.envelope
    if envelope is None:
        return f"HTTP {answer.status} with no envelope"
    return "stat ok" if envelope.ok else f"err {envelope.err} {envelope.message!r}"
