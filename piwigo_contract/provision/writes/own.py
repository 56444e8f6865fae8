"""Writes to what is the caller's own: the owner of the key that writes is a throw-away webmaster."""

from __future__ import annotations

from piwigo_contract.provision.sandbox import Sandbox
from piwigo_contract.provision.writes.eyes import Eyes
from piwigo_contract.provision.writes.write import Act, write


@write("pwg.users.setMyInfo", owners=True)
def change_ones_own_settings(sandbox: Sandbox) -> Act:
    eyes, name = Eyes(sandbox), sandbox.owner.user.name

    def on_a_page() -> int:
        return int((eyes.user(name, "nb_image_page") or {}).get("nb_image_page", 0))

    wanted = on_a_page() + 1
    return Act({"nb_image_page": wanted}, what="how many photos the owner has on a page", seen=on_a_page, wanted=wanted)


@write("pwg.users.preferences.set", owners=True)
def keep_a_preference(sandbox: Sandbox) -> Act:
    def kept() -> object:
        return sandbox.users.preferences(sandbox.owner).get("pc_kept")

    wanted = "one value" if kept() != "one value" else "another value"
    return Act({"param": "pc_kept", "value": wanted}, what="the owner's preference", seen=kept, wanted=wanted)


@write("pwg.users.favorites.add", owners=True)
def add_a_favourite(sandbox: Sandbox) -> Act:
    photo = sandbox.new_photo()
    return Act(
        {"image_id": photo.id},
        what="whether the photo is among the owner's favourites",
        seen=lambda: photo.number in sandbox.favourites(),
        wanted=True,
    )


@write("pwg.users.favorites.remove", owners=True)
def remove_a_favourite(sandbox: Sandbox) -> Act:
    photo = sandbox.new_photo()
    sandbox.as_owner("pwg.users.favorites.add", image_id=photo.id)
    return Act(
        {"image_id": photo.id},
        what="whether the photo is among the owner's favourites",
        seen=lambda: photo.number in sandbox.favourites(),
        wanted=False,
    )


@write("pwg.caddie.add", owners=True)
def add_a_photo_to_the_caddie(sandbox: Sandbox) -> Act:
    """No method shows a caddie: once the photo is in it, the owner's session can't add it."""
    photo, eyes = sandbox.new_photo(), Eyes(sandbox)
    return Act(
        {"image_id": photo.id},
        what="whether the photo is there",
        seen=lambda: eyes.photo(photo) is not None,
        wanted=lambda result: sandbox.as_owner("pwg.caddie.add", image_id=photo.id) == 0,
        told=lambda result: result == 1,
    )
