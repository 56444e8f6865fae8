"""Writes to tags."""

from __future__ import annotations

from piwigo_contract.provision.sandbox import Sandbox
from piwigo_contract.provision.writes.eyes import Eyes
from piwigo_contract.provision.writes.write import Act, write


@write("pwg.tags.add")
def add_a_tag(sandbox: Sandbox) -> Act:
    eyes, name = Eyes(sandbox), sandbox.name_of_a_tag()
    return Act(
        {"name": name},
        what="the tags of that name",
        seen=lambda: [number for number, known in eyes.tags().items() if known == name],
        wanted=lambda result: [int(result["id"])],
    )


@write("pwg.tags.rename")
def rename_a_tag(sandbox: Sandbox) -> Act:
    eyes, tag, name = Eyes(sandbox), sandbox.new_tag(), sandbox.names.new("tag")
    return Act(
        {"tag_id": tag.id, "new_name": name},
        what="the tag's name",
        seen=lambda: eyes.tags().get(tag.number),
        wanted=name,
    )


@write("pwg.tags.duplicate")
def copy_a_tag(sandbox: Sandbox) -> Act:
    """The photos that have the tag have the copy too."""
    eyes, tag, name = Eyes(sandbox), sandbox.new_tag(), sandbox.name_of_a_tag()
    photo = sandbox.new_photo()
    sandbox.webmaster("pwg.images.setInfo", image_id=photo.id, tag_ids=tag.id)
    return Act(
        {"tag_id": tag.id, "copy_name": name},
        what="the names of the photo's tags",
        seen=lambda: sorted(eyes.tags()[number] for number in eyes.tags_of(photo)),
        wanted=sorted([tag.name, name]),
    )


@write("pwg.tags.merge")
def merge_tags(sandbox: Sandbox) -> Act:
    eyes, tag, other, photo = Eyes(sandbox), sandbox.new_tag(), sandbox.new_tag(), sandbox.new_photo()
    sandbox.webmaster("pwg.images.setInfo", image_id=photo.id, tag_ids=other.id)
    return Act(
        {"destination_tag_id": tag.id, "merge_tag_id": other.id},
        what="the photo's tags, and whether the merged one is there",
        seen=lambda: [eyes.tags_of(photo), other.number in eyes.tags()],
        wanted=[{tag.number}, False],
    )


@write("pwg.tags.delete")
def delete_a_tag(sandbox: Sandbox) -> Act:
    eyes, tag, other = Eyes(sandbox), sandbox.new_tag(), sandbox.new_tag()
    return Act(
        {"tag_id": tag.id},
        what="whether the tag, and another one, are there",
        seen=lambda: [each.number in eyes.tags() for each in (tag, other)],
        wanted=[False, True],
    )
