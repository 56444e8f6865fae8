"""How photos and albums are shown in answers: rows, addresses, pages of a list."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from typing import Any

from piwigo_contract.reference import php
from piwigo_contract.reference.call import Call
from piwigo_contract.reference.clock import stamp
from piwigo_contract.reference.encoders import Items, Struct
from piwigo_contract.reference.gallery import Gallery
from piwigo_contract.reference.model import Album, Caller, Photo, PwgError, Tag
from piwigo_contract.reference.signatures import INVALID

SIZES = {
    "square": 120,
    "thumb": 144,
    "2small": 240,
    "xsmall": 432,
    "small": 576,
    "medium": 792,
    "large": 1008,
    "xlarge": 1224,
    "xxlarge": 1656,
    "3xlarge": 2016,
    "4xlarge": 4000,
}
"""Names of the sizes a photo is offered in, and their width in pixels."""
WIDTH, HEIGHT = 400, 300
"""Every photo has this size: files are not looked into."""
DEFAULT_ORDER = "date_available DESC, file ASC, id ASC"
IMAGE_ATTRIBUTES = (
    *("id", "element_url", "page_url", "file", "width"),
    *("height", "hit", "date_available", "date_creation"),
)
ALBUM_ATTRIBUTES = (
    *("id", "url", "nb_images", "total_nb_images", "nb_categories"),
    *("date_last", "max_date_last", "status"),
)
TAG_ATTRIBUTES = ("id", "name", "url_name", "counter", "url", "page_url")
_COLUMNS = {
    "id": "id",
    "file": "file",
    "name": "name",
    "hit": "hits",
    "date_available": "available",
    "date_creation": "created",
}
_ORDER = re.compile(rf"\s*({'|'.join(_COLUMNS)}|random)(\s+asc|\s+desc)?\s*", re.IGNORECASE)
_LIST = re.compile(r"[\s,;|]+")
_TAGS = re.compile(r"<[^>]*>")


def ids(value: Any) -> list[int]:
    """Numbers of a list, or of a text that separates them by blanks, commas, semicolons or bars."""
    parts = value if isinstance(value, list) else _LIST.split(str(value or ""))
    return [int(part) for part in map(str, parts) if php.is_digits(part) and int(part) > 0]


def plain(text: str) -> str:
    """Without HTML tags."""
    return _TAGS.sub("", text)


def file_path(photo: Photo) -> str:
    day = photo.available
    extension = photo.file.rpartition(".")[2].lower() if "." in photo.file else "jpg"
    return f"upload/{day:%Y/%m/%d}/{day:%Y%m%d%H%M%S}-{photo.md5sum[:8]}.{extension}"


def picture_url(call: Call, photo: Photo, album: Album | None = None) -> str:
    section = f"/category/{album.id}" if album else ""
    return f"{call.root}picture.php?/{photo.id}{section}"


def derivative_url(call: Call, photo: Photo, size: str) -> str:
    path, _, extension = file_path(photo).rpartition(".")
    return f"{call.root}i.php?/{path}-{size[:2]}.{extension}"


def photo_urls(gallery: Gallery, call: Call, photo: Photo) -> dict[str, Any]:
    """Addresses of a photo's page, file and smaller pictures."""
    derivatives = {}
    for name, edge in SIZES.items():
        height = edge if name == "square" else edge * HEIGHT // WIDTH
        shown: dict[str, Any] = {"url": derivative_url(call, photo, name), "width": edge, "height": height}
        if edge >= WIDTH:
            # no larger than it is: the photo itself
            shown = {
                "url": call.root + file_path(photo),
                "width": gallery.own_edge(WIDTH),
                "height": gallery.own_edge(HEIGHT),
            }
        derivatives[name] = shown
    urls: dict[str, Any] = {"page_url": picture_url(call, photo), "download_url": None, "derivatives": derivatives}
    if gallery.has_originals(call.caller.user):
        urls["element_url"] = call.root + file_path(photo)
        urls["download_url"] = f"{call.root}action.php?id={photo.id}&part=e&download"
    return urls


def photo_row(gallery: Gallery, call: Call, photo: Photo) -> dict[str, Any]:
    """A photo in a list of photos."""
    return {
        "is_favorite": photo.id in call.caller.user.favorites,
        "id": photo.id,
        "width": WIDTH,
        "height": HEIGHT,
        "hit": photo.hits,
        "file": photo.file,
        "name": photo.name,
        "comment": photo.comment,
        "date_creation": photo.created,
        "date_available": stamp(photo.available),
        **photo_urls(gallery, call, photo),
    }


def photo_row_with_albums(gallery: Gallery, call: Call, photo: Photo) -> dict[str, Any]:
    """A photo in a list of an album's photos: with the albums that it is in."""
    albums = gallery.albums_of(call.caller.user, photo)
    rows = [{"id": a.id, "url": album_url(call, a), "page_url": picture_url(call, photo, a)} for a in albums]
    return {**photo_row(gallery, call, photo), "categories": Items(rows, "category", ("id", "url", "page_url"))}


def photo_list(
    gallery: Gallery,
    call: Call,
    photos: Sequence[Photo],
    params: dict[str, Any],
    row_of: Callable[[Gallery, Call, Photo], dict[str, Any]],
) -> dict[str, Any]:
    """A page of photos as pwg.categories.getImages and its like answer it, a row of each."""
    photos = [photo for photo in photos if _passes(photo, params)]
    chosen = page_of(ordered(photos, params.get("order")), params)
    paging = {
        "page": params["page"],
        "per_page": params["per_page"],
        "count": len(chosen),
        "total_count": len(photos),
    }
    rows = [row_of(gallery, call, photo) for photo in chosen]
    return {"paging": Struct(paging), "images": Items(rows, "image", IMAGE_ATTRIBUTES)}


def _passes(photo: Photo, params: dict[str, Any]) -> bool:
    """The filters f_... that a photo here has the fields for."""

    def within(name: str, value: Any) -> bool:
        low, high = params.get(f"f_min_{name}"), params.get(f"f_max_{name}")
        if low in (None, "") and high in (None, ""):
            return True
        return value is not None and (low in (None, "") or value >= low) and (high in (None, "") or value <= high)

    rate = sum(photo.rates.values()) / len(photo.rates) if photo.rates else None
    top_level = params.get("f_max_level")
    return (
        within("rate", rate)
        and within("hit", photo.hits)
        and within("ratio", WIDTH / HEIGHT)
        and within("date_available", stamp(photo.available))
        and within("date_created", photo.created)
        and (top_level in (None, "") or photo.level <= top_level)
    )


def ordered(photos: Sequence[Photo], order: Any) -> list[Photo]:
    """Sort photos by one of the columns; by default the newest first. Raises PwgError for another order."""
    found = sorted(photos, key=lambda photo: (photo.file, photo.id))
    found.sort(key=lambda photo: photo.available, reverse=True)
    for part in reversed(str(order or "").split(",")):
        match = _ORDER.fullmatch(part)
        if match is None:
            if part.strip():
                raise PwgError(INVALID, "Invalid input parameter order")
            continue
        column = _COLUMNS.get(match[1].lower())
        if column is not None:
            backwards = (match[2] or "").strip().lower() == "desc"
            found.sort(key=lambda photo, of=column: _comparable(getattr(photo, of)), reverse=backwards)  # type: ignore[misc]
    return found


def _comparable(value: Any) -> tuple[bool, Any]:
    return value is not None, 0 if value is None else value


def page_of(rows: Sequence[Any], params: dict[str, Any]) -> list[Any]:
    first = params["per_page"] * params["page"]
    return list(rows[first : first + params["per_page"]])


def album_url(call: Call, album: Album) -> str:
    return f"{call.root}index.php?/category/{album.id}"


def album_row(gallery: Gallery, call: Call, caller: Caller, album: Album, size: str) -> dict[str, Any]:
    """An album as pwg.categories.getList shows it."""
    inside = [one for one in gallery.below(album) if gallery.sees_album(caller.user, one)]
    own, everything = (
        {photo.id: photo for photo in gallery.photos_in(within) if photo.level <= caller.user.level}
        for within in ([album.id], [album.id, *(one.id for one in inside)])
    )
    latest = max((photo.available for photo in everything.values()), default=None)
    shown = gallery.shown_for(album, caller.user) or next(iter(everything.values()), None)
    row = {
        "id": album.id,
        "name": plain(album.name),
        "comment": album.comment or "",
        "permalink": None,
        "status": album.status,
        "uppercats": gallery.uppercats(album),
        "global_rank": gallery.global_rank(album),
        "id_uppercat": str(album.parent) if album.parent else None,
        "nb_images": len(own),
        "total_nb_images": len(everything),
        "representative_picture_id": gallery.number_told(album, shown),
        "date_last": stamp(max((photo.available for photo in own.values()), default=None)),
        "max_date_last": stamp(latest),
        "nb_categories": len(inside),
        "image_order": DEFAULT_ORDER,
        "url": album_url(call, album),
        "name_raw": album.name,
        "comment_raw": album.comment,
    }
    if shown is not None:
        row["tn_url"] = derivative_url(call, shown, size)
    return row


def url_name(name: str) -> str:
    """A tag's name as it stands in an address."""
    return re.sub(r"[^a-z0-9]+", "_", name.lower()).strip("_") or "tag"


def tag_row(call: Call, tag: Tag) -> dict[str, Any]:
    address = f"{tag.id}-{url_name(tag.name)}"
    return {
        "id": tag.id,
        "name": tag.name,
        "url_name": url_name(tag.name),
        "lastmodified": stamp(tag.modified),
        "name_raw": tag.name,
        "url": f"{call.root}index.php?/tags/{address}",
    }
