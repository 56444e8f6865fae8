"""Calls of a target's methods with arguments that can take no effect."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence

from piwigo_contract.client.vault import Text
from piwigo_contract.effort import Some
from piwigo_contract.errors import OutOfReach
from piwigo_contract.methods.calls import Reading, filled_in, ways_into
from piwigo_contract.methods.data import Arguments, method_data, reads
from piwigo_contract.methods.reflection import TOKEN, Method, Reflection

_READING = ("get", "list", "search", "find", "exist", "is", "has", "count")
"""How the last part of a method's name begins in Piwigo where the method only reads."""


class EveryMethod:
    """The methods that a target's own reflection tells of, known to the suite or not.

    forbidden: names of those that this gallery's keys may not call. read_only: leave out all that may write.
    A method that is not Piwigo's own is held to the same rules, but called only so that it can't run: without a
    parameter that it requires, or with text for a number. Where it needs nothing at all it is called if its name
    says that it reads (`getThings`). some: which of the methods are called. used: names of what clients call.
    """

    def __init__(
        self,
        reflection: Reflection,
        *,
        forbidden: Collection[str] = (),
        read_only: bool = False,
        some: Some | None = None,
        used: Collection[str] = (),
    ) -> None:
        self.reflection = reflection
        self._some = some or Some()
        self._used = used
        self.forbidden = frozenset(forbidden)
        self.read_only = read_only

    def calls(
        self,
        *,
        for_administrators: bool | None = None,
        to_be_refused: bool = False,
        by_key: bool = False,
        only: Callable[[Method], bool] = lambda method: True,
        sharp: Callable[[Method], bool] = lambda method: method.name not in method_data(),
        usual: int | None = None,
    ) -> Iterator[tuple[Method, Arguments]]:
        """Methods with arguments, the pwg_token left out, that have no effect on any target.

        for_administrators: only those for administrators, or only the others. to_be_refused: the caller must not
        be let in, so that those with no harmless arguments for others are here too. by_key: only those that a key
        may call. only: which of them. sharp: which of these no run leaves out, else what plugins
        bring. usual: how many in a standard run, else all.
        """
        callable_ones = (
            method
            for method in self._chosen(for_administrators, by_key)
            if only(method) and not isinstance(self.harmless(method, to_be_refused=to_be_refused), str)
        )
        for method in self._some(callable_ones, sharp=sharp, usual=usual):
            arguments = self.harmless(method, to_be_refused=to_be_refused)
            assert not isinstance(arguments, str)
            yield method, arguments

    def ways_into(self, method: Method, arguments: Mapping[str, object]) -> tuple[str, ...]:
        """The ways in which a call is tried (see calls.ways_into): one, but in a deep run or for a plugin's method."""
        ways = ways_into(method, arguments)
        return self._some.one_of(ways, method.name) if method.name in method_data() else ways

    def is_used(self, method: Method) -> bool:
        """Whether clients call it."""
        return method.name in self._used

    def left_out(
        self, *, for_administrators: bool | None = None, to_be_refused: bool = False, by_key: bool = False
    ) -> str:
        """A line for the report: the methods that `calls` leaves out, each with its reason."""
        told = []
        for method in self._chosen(for_administrators, by_key):
            reason = self.harmless(method, to_be_refused=to_be_refused)
            if isinstance(reason, str):
                told.append(f"{method.name} ({reason.rstrip('.')})")
        return f"left out: {', '.join(told)}" if told else ""

    def _chosen(self, for_administrators: bool | None, by_key: bool) -> Iterator[Method]:
        for method in self.reflection:
            known = method_data().get(method.name)
            if for_administrators is not None and method.admin_only != for_administrators:
                continue
            if by_key and (method.name in self.forbidden or (known is not None and known.web_session_only)):
                continue
            if self.read_only and not reads(method.name):
                continue
            yield method

    def not_to_be_put_back(self) -> str:
        """A line for the report: the methods that are never called with effect, each with its reason."""
        told = []
        for method in self.reflection:
            known = method_data().get(method.name)
            if known is None:
                told.append(f"{method.name} (no method of Piwigo's own)")
            elif known.effect == "outside":
                told.append(f"{method.name} ({known.why.rstrip('.')})")
        return f"not assessed, since what they do can't be put back: {', '.join(told)}" if told else ""

    def harmless(self, method: Method, *, to_be_refused: bool = False) -> Arguments | str:
        """Arguments that can take no effect; or, where there are none, why (a text)."""
        known = method_data().get(method.name)
        if known is not None:
            if known.arguments is not None:
                return known.arguments
            if to_be_refused and known.refused is not None:
                return known.refused
            return known.why
        return _harmless_by_itself(method)

    def readings(
        self,
        things: Mapping[str, Text],
        *,
        for_administrators: bool | None = None,
        by_get: bool = False,
        sharp: Callable[[Method], bool] | None = None,
        usual: int | None = None,
    ) -> Iterator[Reading]:
        """Each method of Piwigo's own that reads, with each of its arguments that read something here, for a key.

        things: what arguments may stand for. by_get: only methods that may be called by GET. sharp: which of these
        no run leaves out, else what clients call, and what tells of people. usual: how many in a standard run, else
        all.
        """
        chosen = self._chosen(for_administrators, by_key=True)
        reading = (each for each in chosen if reads(each.name) and not (by_get and each.post_only))
        for method in self._some(reading, sharp=sharp or self._is_used_or_tells_of_people, usual=usual):
            known = method_data()[method.name]
            for arguments in known.calls or (known.arguments or {},):
                filled = filled_in(arguments, things)
                if filled is not None:
                    yield Reading(method, filled, known)

    def _is_used_or_tells_of_people(self, method: Method) -> bool:
        return self.is_used(method) or method.name.startswith(("pwg.users.", "pwg.groups.", "pwg.permissions."))

    def that_need_more(self) -> Iterator[Method]:
        """Methods that a key may call and that require something besides the token."""
        yield from self._some(method for method in self._chosen(None, by_key=True) if method.needs_more)

    def for_post_alone(self) -> Iterator[Method]:
        """Methods for POST alone that do nothing when they are called with no parameter at all."""

        def does_nothing(method: Method) -> bool:
            known = method_data().get(method.name)
            return method.needs_more or (known is not None and known.arguments == {})

        yield from self._some(method for method in self.reflection if method.post_only and does_nothing(method))


def _harmless_by_itself(method: Method) -> Arguments | str:
    """Arguments with which a method that only reflection describes can't run; or, where there are none, why
    (a text).
    """
    if method.needs_more:
        return {}
    numbers = [parameter.name for parameter in method.parameters if parameter.type != "mixed"]
    if numbers:
        return {numbers[0]: "none"}
    if reads_by_its_name(method.name):
        return {}
    return "no method of Piwigo's own, and it needs nothing, so that it would run"


def reads_by_its_name(name: str) -> bool:
    """Whether the name of a method that the suite does not know says that it only reads (`getThings`)."""
    last = name.rpartition(".")[2]
    return any(last == verb or (last.startswith(verb) and last[len(verb)].isupper()) for verb in _READING)


class _Known(EveryMethod):
    """Methods of which a plugin's own are left out: a call that lacks what it requires does not get to its token."""

    def harmless(self, method: Method, *, to_be_refused: bool = False) -> Arguments | str:
        if method.name not in method_data():
            return "unknown to the suite, so that no arguments are sure to be harmless"
        return super().harmless(method, to_be_refused=to_be_refused)


class TokenMethods:
    """Those of a target's methods that take a pwg_token.

    some: which of them are called by a key; in a session, where a gallery has no slow hash to compute, all are. used:
    as for EveryMethod.
    """

    def __init__(self, methods: Iterable[Method], some: Some | None = None, used: Collection[str] = ()) -> None:
        taking = Reflection(tuple(method for method in methods if method.takes_token))
        self._methods, self._by_key = _Known(taking), _Known(taking, some=some, used=used)
        if not self._methods.reflection:
            raise OutOfReach(detail="a method that takes a pwg_token, as reflection tells it")

    def with_arguments(
        self, *, to: str = "everybody", by: str = "web form", required: bool = False, forbidden: Sequence[str] = ()
    ) -> Iterator[tuple[str, dict[str, str]]]:
        """Names of methods with arguments that can't take effect.

        to: "everybody" leaves out what is for administrators alone, "administrators" does not. by: "web form"
        leaves nothing out, anything else the methods for a session of the web form alone. required: only
        methods that require the token. forbidden: names to leave out.
        """
        whose = None if to == "administrators" else False
        methods = self._by_key if by == "key" else self._methods
        for method, arguments in methods.calls(
            for_administrators=whose,
            by_key=by != "web form",
            only=lambda method: method.name not in forbidden and (not required or TOKEN in method.required),
            sharp=methods.is_used,
        ):
            yield method.name, dict(arguments)

    def that_need_more(
        self, *, to: str = "everybody", verb: str = "POST", forbidden: Sequence[str] = ()
    ) -> Iterator[str]:
        """Names of methods that require something besides the token: called with nothing at all they can't run."""
        for method in self._methods.reflection:
            allowed = to == "administrators" or not method.admin_only
            sendable = verb == "POST" or not method.post_only
            if method.needs_more and method.name not in forbidden and allowed and sendable:
                yield method.name

    def left_out(self) -> str:
        """A line for the report: the methods that have no harmless arguments, each with its reason."""
        return self._methods.left_out()
