"""The way of a request through ws.php: hooks, in the order in which Piwigo decides.

Source: include/ws_protocols/rest_handler.php and PwgServer::invoke in include/ws_core.inc.php.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any

from werkzeug.wrappers import Response

from piwigo_contract.contract.site_list import SiteList
from piwigo_contract.reference import encoders, files, php
from piwigo_contract.reference.call import Call
from piwigo_contract.reference.model import Caller, FatalError, PwgError
from piwigo_contract.reference.registry import Entry, entry_of
from piwigo_contract.reference.sessions import SessionRules
from piwigo_contract.reference.signatures import INVALID, Signature, closed_methods, methods

_MARKUP = re.compile("<[^>]*>?")
_NO_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")


class Dispatch(SessionRules):
    """Hooks: from the request to the method's result, and from that to the answer."""

    site_list = SiteList()

    # --- what is asked

    def posted(self, call: Call) -> Mapping[str, Any]:
        """The form fields of the body; where there are none the request is no POST to Piwigo."""
        return call.post

    def is_post(self, call: Call) -> bool:
        return bool(self.posted(call))

    def parameters(self, call: Call) -> dict[str, Any]:
        """The method's parameters: of the body where there are any, else of the query; never of both."""
        source = self.posted(call) if self.is_post(call) else call.get
        return {name: value for name, value in source.items() if name not in ("method", "format")}

    def method_name(self, call: Call) -> str:
        """The method to run; a method in the query stands in for an empty one. Raises PwgError 501."""
        source = self.posted(call) if self.is_post(call) else call.get
        name = source.get("method")
        if php.is_empty(name):
            name = call.get.get("method")
        if php.is_empty(name):
            raise PwgError(501, 'Missing "method" name')
        return str(name)

    # --- what is allowed

    def methods(self) -> Mapping[str, Signature]:
        """The release's methods, by exact name."""
        return methods(self.release)

    def signature(self, name: str) -> Signature:
        """Raises PwgError 501 for a method that is not there."""
        found = self.methods().get(name)
        if found is None:
            raise PwgError(501, "Method name is not valid")
        return found

    def forbidden_methods(self) -> tuple[str, ...]:
        """The site's list; by default the release's own."""
        return self.site_list.applied_to(self.profile.forbidden_methods)

    def is_forbidden(self, name: str, caller: Caller) -> bool:
        """Whether this caller may not call this method because of how it is authenticated."""
        return self.acts_by_key(caller) and name in self.forbidden_methods()

    def acts_by_key(self, caller: Caller) -> bool:
        """Whether a key stands behind the request: in its header, or behind its session."""
        return caller.by_header or caller.session.pkid is not None

    def gate_post(self, call: Call, signature: Signature) -> None:
        if signature.options.get("post_only") and not self.is_post(call):
            raise PwgError(405, "This method requires HTTP POST")

    def is_for_administrators(self, signature: Signature) -> bool:
        """By its own description; and where a later release closed it, since it was to be closed from the first."""
        return bool(signature.options.get("admin_only")) or signature.name in closed_methods(self.release)

    def gate_admin(self, call: Call, signature: Signature) -> None:
        if self.is_for_administrators(signature) and not call.caller.user.is_admin:
            raise PwgError(401, "Access denied")

    def gate_forbidden(self, call: Call, signature: Signature) -> None:
        if self.is_forbidden(self.method_held_to_list(call, signature), call.caller):
            raise PwgError(401, "Access denied")

    def method_held_to_list(self, call: Call, signature: Signature) -> str:
        """The name that is looked for in the forbidden list: that of the method that would run."""
        return signature.name

    def gates(self) -> tuple[Callable[[Call, Signature], None], ...]:
        """What is decided before parameters are looked at, in this order."""
        return self.gate_post, self.gate_admin, self.gate_forbidden

    # --- parameters and token

    def supply_token(self, call: Call, given: dict[str, Any]) -> None:
        """With a key in the header pwg_token is useless (wiki page): none is demanded, any does."""
        if call.caller.by_header:
            given["pwg_token"] = self.token_for(call.caller.session)

    def check_parameters(self, call: Call, signature: Signature, given: dict[str, Any]) -> dict[str, Any]:
        """Raises PwgError 1002 or 1003."""
        return signature.check(self.without_what_is_empty(signature, given))

    def without_what_is_empty(self, signature: Signature, given: Mapping[str, Any]) -> Mapping[str, Any]:
        """Nothing, where a number or a boolean may be given, is as if it were not given."""
        typed = {each.name for each in signature.params if each.optional and each.has_a_type}
        return {name: value for name, value in given.items() if value != "" or name not in typed}

    def check_token(self, caller: Caller, params: Mapping[str, Any]) -> None:
        """Raises PwgError 403 unless the parameter pwg_token is the session's."""
        if not self.token_ok(caller, params.get("pwg_token")):
            raise PwgError(403, "Invalid security token")

    def demands_token(self, entry: Entry, signature: Signature, params: Mapping[str, Any]) -> bool:
        """Whether the token is checked before the method runs: where it is a parameter, and required or given."""
        return entry.check_token and signature.takes_token and params.get("pwg_token") is not None

    # --- the run

    def invoke(self, call: Call) -> Any:
        """Run the method that the request names. Raises PwgError."""
        name = self.method_name(call)
        signature = self.signature(name)
        for gate in self.gates():
            gate(call, signature)
        given = self.parameters(call)
        self.supply_token(call, given)
        params = self.check_parameters(call, signature, given)
        self.store.details = self.activity_details(call) | self.key_in_details(call)
        entry = entry_of(name)
        if self.demands_token(entry, signature, params):
            self.check_token(call.caller, params)
        return self.run(entry, call, params)

    def activity_details(self, call: Call) -> dict[str, Any]:
        """What the log of activity tells of how something was done: the method, or the page."""
        method = call.requested("method")
        return {"script": call.path.strip("/").removesuffix(".php")} if method is None else {"method": str(method)}

    def key_in_details(self, call: Call) -> dict[str, Any]:
        """What it tells where that was done with a key; nothing of which key, nor of who sends no User-Agent."""
        agent = call.headers.get("User-Agent")
        if not call.caller.by_header or not agent:
            return {}
        return {"connected_with": "api_key", "agent": self.without_markup(agent)}

    def run(self, entry: Entry, call: Call, params: dict[str, Any]) -> Any:
        return entry.function(self, call, params)

    def web_service(self, call: Call) -> Response:
        """Answer a request to ws.php."""
        try:
            self.identify(call)
            self.check_format(call)
            result = self.invoke(call)
        except PwgError as refusal:
            result = call.refusal = refusal
        except FatalError as error:
            return self.fatal_answer(error)
        return self.answer(call, result)

    def without_markup(self, text: str) -> str:
        return _MARKUP.sub("", text)

    # --- the answer

    def bad_input(self, message: str) -> PwgError:
        """What is wrong with a call, found by a method itself; no fault of the server's."""
        return PwgError(INVALID, message)

    def no_picture(self, name: str, data: bytes) -> PwgError | FatalError:
        """What is wrong with a file that is no picture."""
        extension = files.extension(name)
        if extension not in files.EXTENSIONS:
            return PwgError(415, "forbidden file type")
        told = f'File extension "{extension}" for file "{name}" does not match file MIME type'
        return PwgError(415, f'{told} "{files.mime_type(data)}"')

    def check_format(self, call: Call) -> None:
        """Raises PwgError 400 for a format that no answer can have; told before anything is done."""
        if call.format not in encoders.CONTENT_TYPES:
            raise PwgError(400, "Unknown response format")

    def status_of(self, result: Any) -> int:
        """HTTP status: the error's code where that is an HTTP status, else 200."""
        return result.code if isinstance(result, PwgError) and 400 <= result.code < 600 else 200

    def encode(self, format_name: str, result: Any) -> str:
        body = encoders.encode(format_name, result)
        return self.fit_for_xml(body) if "xml" in encoders.CONTENT_TYPES[format_name] else body

    def fit_for_xml(self, body: str) -> str:
        """XML has no way to write control characters but tab and line ends: they are left out."""
        return _NO_XML.sub("", body)

    def content_type(self, format_name: str) -> str:
        return f"{encoders.CONTENT_TYPES[format_name]}; charset=utf-8"

    def unknown_format(self, call: Call, result: Any) -> Response:
        """The answer where no encoder fits: plain text, no envelope."""
        body = "Cannot process your request. Unknown response format.\n"
        return Response(body, 400, content_type="text/plain;charset=UTF-8")

    def fatal_answer(self, error: FatalError) -> Response:
        """What PHP shows where it gives up."""
        return Response(error.shown, error.status, content_type="text/html; charset=UTF-8")

    def answer(self, call: Call, result: Any) -> Response:
        if call.format not in encoders.CONTENT_TYPES:
            return self.unknown_format(call, result)
        body = self.encode(call.format, result)
        return Response(body, self.status_of(result), content_type=self.content_type(call.format))
