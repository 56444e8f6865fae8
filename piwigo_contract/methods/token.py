"""The methods that take a pwg_token, and how each is called without harm."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from piwigo_contract.errors import SuiteError
from piwigo_contract.methods.data import Arguments, method_data
from piwigo_contract.methods.every_method import EveryMethod
from piwigo_contract.methods.reflection import TOKEN, Method, Reflection


class _Known(EveryMethod):
    """Methods of which a plugin's own are never called: what comes of it may hang on a token that is looked at."""

    def harmless(self, method: Method, *, to_be_refused: bool = False) -> Arguments | str:
        if method.name not in method_data():
            return "unknown to the suite, so that no arguments are sure to be harmless"
        return super().harmless(method, to_be_refused=to_be_refused)


class TokenMethods:
    """Those of a target's methods that take a pwg_token."""

    def __init__(self, methods: Iterable[Method]) -> None:
        self._methods = _Known(Reflection(tuple(method for method in methods if method.takes_token)))
        if not self._methods.reflection:
            raise SuiteError("the target's reflection tells of no method with a pwg_token")

    def with_arguments(
        self, *, to: str = "everybody", by: str = "web form", required: bool = False, forbidden: Sequence[str] = ()
    ) -> Iterator[tuple[str, dict[str, str]]]:
        """Names of methods with arguments that can't take effect.

        to: "everybody" leaves out what is for administrators alone, "administrators" does not. by: "web form"
        leaves nothing out, anything else the methods for a session of the web form alone. required: only
        methods that require the token. forbidden: names to leave out.
        """
        whose = None if to == "administrators" else False
        for method, arguments in self._methods.calls(for_administrators=whose, by_key=by != "web form"):
            if method.name not in forbidden and (not required or TOKEN in method.required):
                yield method.name, dict(arguments)

    def that_need_more(
        self, *, to: str = "everybody", verb: str = "POST", forbidden: Sequence[str] = ()
    ) -> Iterator[str]:
        """Names of methods that require something besides the token: called with nothing at all they can't run."""
        for method in self._methods.reflection:
            allowed = (
                method.needs_more and method.name not in forbidden and not (method.admin_only and to == "everybody")
            )
            if allowed and (verb == "POST" or not method.post_only):
                yield method.name

    def left_out(self) -> str:
        """A line for the report: the methods that have no harmless arguments, each with its reason."""
        return self._methods.left_out()
