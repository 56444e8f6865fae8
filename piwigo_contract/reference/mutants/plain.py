"""A gallery that keeps secrets as they are: the ground for faults in comparing them."""

from __future__ import annotations

from datetime import datetime

from piwigo_contract.reference.gallery import Gallery


class PlainSecrets(Gallery):
    """`plain` holds each key's secret by its identifier, which a faithful gallery keeps as a hash alone."""

    def __init__(self, release: str, path: str = "") -> None:
        super().__init__(release, path)
        self.plain: dict[str, str] = {}
        self._latest = ""

    def new_secret(self) -> str:
        self._latest = super().new_secret()
        return self._latest

    def new_pkid(self, now: datetime) -> str:
        pkid = super().new_pkid(now)
        self.plain[pkid] = self._latest
        return pkid
