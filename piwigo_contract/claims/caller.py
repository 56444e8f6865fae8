"""Claims about whether the target authenticates the caller, and as whom."""

from __future__ import annotations

from piwigo_contract.claims.claim import BaseClaim, summary
from piwigo_contract.client.credentials import GUEST, ApiKey, Session
from piwigo_contract.client.gallery import BY_A_KEY
from piwigo_contract.client.login import session_after
from piwigo_contract.errors import OutOfReach

BY_THE_LOGIN_FORM = "pwg_ui"
"""What `connected_with` of pwg.session.getStatus says of a person (same place as BY_A_KEY)."""


class CallerClaims(BaseClaim):
    """Whether the caller is authenticated, and as whom; or is a guest; or is refused."""

    # ------------------------------------------------------------------ let in

    def is_the_owner_of(self, key: ApiKey) -> None:
        """The target identifies the caller as the key's owner, with the owner's status, and not as somebody who logged
        in by the web form.

        That it says `api_key` of the connection is a promise of its own (HDR-15): not every target tells. One that
        does not, and takes anybody for that owner, shows nothing: raises OutOfReach.
        """
        caller = self._caller(f"to be taken for {key.owner.name!r} by the key")
        if caller.user == key.owner == self._gallery.anonymous and caller.connected_with != BY_A_KEY:
            raise OutOfReach(
                detail=f"a key of somebody else than {key.owner.name!r}, for whom this gallery takes who brings no key"
            )
        if caller.user != key.owner or caller.connected_with == BY_THE_LOGIN_FORM:
            unseen = self._gallery.takes_for_nobody(caller)
            hint = f"; {self._gallery.profile.if_no_key_is_seen}" if unseen else ""
            self._broken(
                f"to be taken for {key.owner.name!r} (status {key.owner.status}) by the key",
                f"the target takes the caller for {caller}{hint}",
            )
        self._expect.key_accepted = True
        self._gallery.accepted_keys.add(key)
        self._held()

    def is_in_session(self, session: Session) -> None:
        """The target identifies the caller as the session's user."""
        caller = self._caller(f"to be taken for {session.user.name!r} by the session")
        if caller.user != session.user:
            self._broken(
                f"to be taken for {session.user.name!r} by the session", f"the target takes the caller for {caller}"
            )
        self._held()

    # ------------------------------------------------------------------ not let in

    def is_a_guest(self) -> None:
        """The target answers, and identifies the caller as a guest: it read no key."""
        self._needs_control()
        caller = self._caller("to be a guest")
        if not self._gallery.takes_for_nobody(caller):
            if (anew := self._gallery.asked_anew(self._exchange)) and self._gallery.takes_for_nobody(anew):
                told = "a cache in front answers with what somebody else was told (FMT-18)"
                self._expect.noticed(told)
                raise OutOfReach(detail=f"an answer of the gallery's own: {told}")
            nobody = caller.user.status == GUEST.status
            self._broken(
                "to be a guest",
                f"the target takes the caller for {'a guest who has a key: ' if nobody else ''}{caller}",
            )
        self._held()

    def is_refused_as_an_invalid_key(self) -> None:
        """Refused with HTTP 401 and err 401, exactly as an unknown key is: the answer does not say which part of the
        key was wrong.

        All headers but the volatile ones, and the body, must be those of the refusal of an unknown key. Where two
        refusals of an unknown key already differ in the body, the envelope is compared in its place.
        """
        self._needs_control()
        promised = "to be refused with HTTP 401 and err 401"
        if self._answer.caller is not None and not self._gallery.takes_for_nobody(self._answer.caller):
            self._broken(promised, f"the caller was let in as {self._answer.caller}")
        if self._answer.status != 401:
            self._broken(promised, f"the target answered {self._summary()}")
        envelope = self._answer.envelope
        if envelope is None or envelope.ok or envelope.err != 401:
            self._broken(promised, f"the target answered {self._summary()}")
        uniform = self._expect._uniform_refusal
        if difference := uniform.difference(self._exchange, self._gallery):
            ours, usual = self._summary(), summary(uniform.for_call(self._exchange.call, self._gallery).answer)
            told = "" if ours == usual else f": {ours}, and {usual} to that one"
            self._broken(
                "the very answer that an unknown key gets",
                f"this one differs from it in {difference}, which tells the two apart{told}",
            )
        self._held()

    def authenticates_nobody_but(self, *keys: ApiKey) -> None:
        """The caller is refused, or a guest, or the owner of one of these keys."""
        self._needs_control()
        promised = " or ".join(["to be refused, or a guest,", *(repr(key.owner.name) for key in keys)]).rstrip(",")
        if self._answer.status >= 500:
            self._broken(promised, f"the target answered {self._summary()}")
        caller = self._answer.caller
        envelope = self._answer.envelope
        if caller is None:
            if self._answer.status < 400 and not (envelope and not envelope.ok):
                self._broken(promised, f"the target answered {self._summary()}")
        elif (
            caller.user.status != GUEST.status  # a key whose owner has become a guest says so, too
            and not self._gallery.takes_for_nobody(caller)
            and caller.user not in [key.owner for key in keys]
        ):
            self._broken(promised, f"the target takes the caller for {caller}")
        self._held()

    def opens_no_session(self) -> None:
        """The answer opens no session: a browser that keeps its cookies is a guest.

        Sends one more request with those cookies, together with those of a guest session that the checked request
        carried.
        """
        gallery = self._gallery
        before = next((carrier for carrier in self._exchange.call.auth if isinstance(carrier, Session)), None)
        browser = session_after(gallery, self._answer, before)
        afterwards = self._expect(gallery.whoami(browser))
        afterwards._needs_control()
        caller = afterwards._caller("a browser to be a guest's after this answer")
        if not gallery.takes_for_nobody(caller):
            gallery.call("pwg.session.logout", browser)  # it is somebody's session, and must not stay open
            self._broken(
                "a browser to be a guest's after this answer",
                f"with its cookies the target takes the caller for {caller}",
            )
        self._held()
