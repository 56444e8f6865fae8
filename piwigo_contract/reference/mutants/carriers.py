"""Keys that are read where they must not be: on pages, in Basic credentials, among the parameters of uploads."""

from __future__ import annotations

import base64
import binascii
from typing import Any

from piwigo_contract.reference.call import Call
from piwigo_contract.reference.gallery import Gallery
from piwigo_contract.reference.model import Caller, Session
from piwigo_contract.reference.mutants.registry import mutant
from piwigo_contract.reference.sessions import API


class KeyOpensPages(Gallery):
    """A value that a request brings, and that opens a session where it is a key."""

    def brought(self, call: Call) -> str:
        """Where this gallery looks for a key."""
        raise NotImplementedError

    def page_session(self, call: Call) -> Session:
        session = super().page_session(call)
        if session.user_id is not None:
            return session
        key = self.key_of(self.brought(call))
        owner = self.owner_of(key) if key is not None else None
        return session if key is None or owner is None else self.log_in(call, session, owner, "api_key", key.pkid)


@mutant("key-in-a-cookie-opens-pages", "WHO-13")
class KeyInACookieOpensPages(KeyOpensPages):
    """A cookie with a key, which a web client keeps for itself, logs in on pages; the API does not read it."""

    def brought(self, call: Call) -> str:
        return "" if call.path == API else call.cookies.get("api_key", "")


@mutant("posted-key-opens-pages", "WHO-13")
class PostedKeyOpensPages(KeyOpensPages):
    """A page that a form with a key is posted to logs in, as it does for a key in a link."""

    def brought(self, call: Call) -> str:
        return "" if call.path == API else str(call.post.get("auth", ""))


@mutant("basic-credentials-open-pages", "WHO-17")
class BasicCredentialsOpenPages(KeyOpensPages):
    """Basic credentials are for feeds and pictures, where no other header can be sent, and are read on every page."""

    def brought(self, call: Call) -> str:
        scheme, _, value = call.headers.get("Authorization", "").partition(" ")
        if call.path == API or scheme.lower() != "basic":
            return ""
        try:
            return base64.b64decode(value).decode()
        except (binascii.Error, UnicodeDecodeError):
            return ""


@mutant("halves-in-the-query-of-a-get", "WHO-14")
class HalvesInTheQueryOfAGet(KeyOpensPages):
    """User name and password in the query of a GET are a login: a link for a picture frame that can do no more."""

    def brought(self, call: Call) -> str:
        if call.verb != "GET" or call.path != API:
            return ""
        return f"{call.get.get('username', '')}:{call.get.get('password', '')}"


@mutant("other-name-in-the-query-of-a-get", "WHO-13")
class OtherNameInTheQueryOfAGet(KeyOpensPages):
    """A key named auth_key in the query of a GET to the API is taken for the key of a link."""

    def brought(self, call: Call) -> str:
        return str(call.get.get("auth_key", "")) if call.verb == "GET" and call.path == API else ""


@mutant("halves-among-the-parameters-of-an-upload", "WHO-36")
class HalvesAmongTheParametersOfAnUpload(Gallery):
    """Every method that takes photos reads credentials in its body, for this one call and with no session."""

    def upload_caller(self, call: Call, caller: Caller) -> Caller:
        method = str(call.requested("method"))
        if not caller.by_header and method in ("pwg.images.upload", "pwg.images.addSimple", "pwg.images.addChunk"):
            key = self.key_of(f"{call.post.get('username', '')}:{call.post.get('password', '')}")
            owner = self.owner_of(key) if key is not None else None
            if key is not None and owner is not None:
                return self.caller_with_key(owner, key, caller.session)
        return super().upload_caller(call, caller)


@mutant("halves-leave-a-session-at-an-upload", "WHO-36")
class HalvesLeaveASessionAtAnUpload(Gallery):
    """pwg.images.addFile denies a guest before it looks at the credentials in its query, and then logs in."""

    def invoke(self, call: Call) -> Any:
        try:
            return super().invoke(call)
        finally:
            if call.requested("method") == "pwg.images.addFile" and "username" in call.get:
                key = self.key_of(f"{call.get.get('username', '')}:{call.get.get('password', '')}")
                owner = self.owner_of(key) if key is not None else None
                if key is not None and owner is not None:
                    self.log_in(call, call.caller.session, owner, "ws_session_login_api_key", key.pkid)


class _HeaderOnPages(Gallery):
    """The header is read on pages too, for this one request."""

    def is_read(self, call: Call) -> bool:
        """Whether this request is taken for one of the API."""
        raise NotImplementedError

    def caller_of_page(self, call: Call) -> Caller:
        caller = super().caller_of_page(call)
        return self.header_caller(call, caller.session) or caller if self.is_read(call) else caller


@mutant("header-opens-pages-beside-a-method", "WHO-61")
class HeaderOpensPagesBesideAMethod(_HeaderOnPages):
    """Whatever names a method is taken for a request to the API, on every page."""

    def is_read(self, call: Call) -> bool:
        return call.requested("method") is not None


@mutant("header-opens-the-administration-beside-a-method", "WHO-61")
class HeaderOpensTheAdministrationBesideAMethod(_HeaderOnPages):
    """The administration asks the API in its own name, and reads the header where a method is named."""

    def is_read(self, call: Call) -> bool:
        return call.path == "/admin.php" and "method" in call.get


@mutant("header-opens-the-profile-page-beside-a-method-in-a-form", "WHO-61")
class HeaderOpensTheProfileBesideAForm(_HeaderOnPages):
    """The profile page takes what is posted to it with a method for a call of the API."""

    def is_read(self, call: Call) -> bool:
        return call.path == "/profile.php" and "method" in call.post


@mutant("header-on-a-page-with-a-method-opens-a-session", "WHO-61")
class HeaderOnAPageWithAMethodOpensASession(KeyOpensPages):
    """A page that is asked for a method logs the owner of the key in, though it shows what a guest sees."""

    def brought(self, call: Call) -> str:
        return "" if call.path == API or "method" not in call.get else str(self.read_key_header(call) or "")
