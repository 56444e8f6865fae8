"""Headers and values that are read in the wrong way."""

from __future__ import annotations

from piwigo_contract.reference.gallery import Gallery
from piwigo_contract.reference.mutants.registry import mutant


@mutant("header-of-the-other-release-too", "HDR-02")
class HeaderOfTheOtherReleaseToo(Gallery):
    """A key is taken from the header of another release as well."""

    def key_headers(self) -> tuple[str, ...]:
        return (*super().key_headers(), self.profile.other_header)
