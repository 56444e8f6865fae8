"""Good galleries whose people have other rights than their status says elsewhere; see `variations`."""

from __future__ import annotations

from dataclasses import replace

from piwigo_contract.reference.call import Call
from piwigo_contract.reference.gallery import Gallery
from piwigo_contract.reference.model import Album, Caller, User
from piwigo_contract.reference.variations import variation

FOR_MEMBERS = frozenset(
    {
        *("pwg.session.getStatus", "pwg.categories.add", "pwg.categories.getAdminList", "pwg.tags.add"),
        *("pwg.tags.getAdminList", "pwg.images.add", "pwg.images.addChunk", "pwg.images.addSimple"),
        *("pwg.images.checkUpload", "pwg.images.upload", "pwg.images.uploadAsync", "pwg.images.setInfo"),
    }
)
"""What members may call with an album of their own, as the Community plugin has it."""


class _Members(Gallery):
    """Ordinary users may call methods of administrators, to fill albums of their own."""

    plugins: tuple[str, ...] = ("community",)
    methods_of_members = FOR_MEMBERS

    def identify(self, call: Call) -> Caller:
        caller = super().identify(call)
        if caller.user.status == "normal" and str(call.requested("method")) in self.methods_of_members:
            call.caller = caller = replace(caller, user=replace(caller.user, status="admin"))
        return caller


@variation("members-are-administrators")
class MembersAreAdministrators(_Members):
    """Ordinary users are administrators for the methods that fill an album, and are told so."""


@variation("members-may-upload")
class MembersMayUpload(_Members):
    """Ordinary users may call the methods that fill an album; of their status nothing is told."""

    methods_of_members = FOR_MEMBERS - {"pwg.session.getStatus"}


@variation("administrators-see-all")
class AdministratorsSeeAll(Gallery):
    """Every album is open to every administrator, whoever closed it, and whenever."""

    def sees_album(self, user: User, album: Album) -> bool:
        return user.is_admin or super().sees_album(user, album)
