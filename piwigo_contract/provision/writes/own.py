"""Writes to what is the caller's own: the owner of the key that writes is a throw-away webmaster."""

from __future__ import annotations

from piwigo_contract.claims.write import Write
from piwigo_contract.errors import OutOfReach
from piwigo_contract.methods.results import number
from piwigo_contract.provision.sandbox import Sandbox
from piwigo_contract.provision.writes.preparation import prepares


@prepares("pwg.users.setMyInfo")
def change_ones_own_settings(sandbox: Sandbox, method: str) -> Write:
    name = sandbox.owner.user.name

    def on_a_page() -> int:
        told = (sandbox.webmaster_sees.user(name, "nb_image_page") or {}).get("nb_image_page", 0)
        if not number(told):
            raise OutOfReach(detail="pwg.users.getList to give nb_image_page as a number")
        return int(told)

    wanted = on_a_page() + 1
    return Write(
        method, {"nb_image_page": wanted}, what="how many photos the owner has on a page", seen=on_a_page, wanted=wanted
    )


@prepares("pwg.users.preferences.set")
def keep_a_preference(sandbox: Sandbox, method: str) -> Write:
    def kept() -> object:
        return sandbox.users.preferences(sandbox.owner).get("pc_kept")

    wanted = "one value" if kept() != "one value" else "another value"
    return Write(method, {"param": "pc_kept", "value": wanted}, what="the owner's preference", seen=kept, wanted=wanted)


@prepares("pwg.users.favorites.add")
def add_a_favourite(sandbox: Sandbox, method: str) -> Write:
    photo = sandbox.new_photo()
    return Write(
        method,
        {"image_id": photo.id},
        what="whether the photo is among the owner's favourites",
        seen=lambda: photo.number in sandbox.favourites(),
        wanted=True,
    )


@prepares("pwg.users.favorites.remove")
def remove_a_favourite(sandbox: Sandbox, method: str) -> Write:
    photo = sandbox.new_photo()
    sandbox.as_owner("pwg.users.favorites.add", image_id=photo.id)
    return Write(
        method,
        {"image_id": photo.id},
        what="whether the photo is among the owner's favourites",
        seen=lambda: photo.number in sandbox.favourites(),
        wanted=False,
    )


@prepares("pwg.caddie.add")
def add_a_photo_to_the_caddie(sandbox: Sandbox, method: str) -> Write:
    """No method shows a caddie: once the photo is in it, the owner's session can't add it."""
    photo = sandbox.new_photo()
    return Write(
        method,
        {"image_id": photo.id},
        what="whether the photo is there",
        seen=lambda: sandbox.webmaster_sees.photo(photo) is not None,
        wanted=lambda result: sandbox.as_owner("pwg.caddie.add", image_id=photo.id) == 0,
        told=lambda result: result == 1,
    )
