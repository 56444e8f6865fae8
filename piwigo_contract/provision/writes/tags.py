"""Writes to tags."""

from __future__ import annotations

from piwigo_contract.claims.write import Write
from piwigo_contract.provision.sandbox import Sandbox
from piwigo_contract.provision.writes.preparation import prepares


@prepares("pwg.tags.add")
def add_a_tag(sandbox: Sandbox, method: str) -> Write:
    name = sandbox.name_of_a_tag()
    return Write(
        method,
        {"name": name},
        what="the tags of that name",
        seen=lambda: [number for number, known in sandbox.webmaster_sees.tags().items() if known == name],
        wanted=lambda result: [sandbox.names.seen_id("TAG", int(result["id"]))],
    )


@prepares("pwg.tags.rename")
def rename_a_tag(sandbox: Sandbox, method: str) -> Write:
    tag, name = sandbox.new_tag(), sandbox.names.new("tag")
    return Write(
        method,
        {"tag_id": tag.id, "new_name": name},
        what="the tag's name",
        seen=lambda: sandbox.webmaster_sees.tags().get(tag.number),
        wanted=name,
    )


@prepares("pwg.tags.duplicate")
def copy_a_tag(sandbox: Sandbox, method: str) -> Write:
    """The photos that have the tag have the copy too."""
    tag, name = sandbox.new_tag(), sandbox.name_of_a_tag()
    photo = sandbox.new_photo()
    sandbox.webmaster("pwg.images.setInfo", image_id=photo.id, tag_ids=tag.id)
    return Write(
        method,
        {"tag_id": tag.id, "copy_name": name},
        what="the names of the photo's tags",
        seen=lambda: sorted(sandbox.webmaster_sees.tags()[number] for number in sandbox.webmaster_sees.tags_of(photo)),
        wanted=sorted([tag.name, name]),
    )


@prepares("pwg.tags.merge")
def merge_tags(sandbox: Sandbox, method: str) -> Write:
    tag, other, photo = sandbox.new_tag(), sandbox.new_tag(), sandbox.new_photo()
    sandbox.webmaster("pwg.images.setInfo", image_id=photo.id, tag_ids=other.id)
    return Write(
        method,
        {"destination_tag_id": tag.id, "merge_tag_id": other.id},
        what="the photo's tags, and whether the merged one is there",
        seen=lambda: [sandbox.webmaster_sees.tags_of(photo), other.number in sandbox.webmaster_sees.tags()],
        wanted=[{tag.number}, False],
    )


@prepares("pwg.tags.delete")
def delete_a_tag(sandbox: Sandbox, method: str) -> Write:
    tag, other = sandbox.new_tag(), sandbox.new_tag()
    return Write(
        method,
        {"tag_id": tag.id},
        what="whether the tag, and another one, are there",
        seen=lambda: [each.number in sandbox.webmaster_sees.tags() for each in (tag, other)],
        wanted=[False, True],
    )
