"""New photos. Source: include/ws_functions/pwg.images.php."""

from __future__ import annotations

import base64
import binascii
import re
from hashlib import md5
from pathlib import PurePosixPath
from typing import Any

from piwigo_contract.reference import files, php
from piwigo_contract.reference.call import Call
from piwigo_contract.reference.gallery import Gallery
from piwigo_contract.reference.handlers.image_edits import set_albums, set_tags
from piwigo_contract.reference.handlers.images import details
from piwigo_contract.reference.model import Photo, PwgError, Tag
from piwigo_contract.reference.registry import method
from piwigo_contract.reference.signatures import INVALID
from piwigo_contract.reference.views import derivative_url, ids, picture_url, plain


def store(gallery: Gallery, call: Call, data: bytes, name: str, image_id: Any, albums: list[int]) -> Photo:
    """Keep an uploaded file as a new photo, or as the new file of an old one. Raises PwgError 404, 415."""
    now = gallery.now()
    if not gallery.is_picture(data) or gallery.is_misnamed(name, data):
        raise gallery.no_picture(name, data)
    if image_id:
        photo = gallery.photo(image_id)
        photo.md5sum, photo.size, photo.modified = md5(data).hexdigest(), len(data), now
        photo.added_by = call.caller.user.id
    else:
        file = PurePosixPath(name.replace("\\", "/")).name or "photo.jpg"
        photo = gallery.store.add_photo(file, md5(data).hexdigest(), len(data), call.caller.user, now)
    photo.file_sum, photo.taken = md5(data).hexdigest(), files.taken(data)
    photo.created = photo.taken or photo.created
    gallery.keep_file(photo, data)
    gallery.arrive(photo, albums)
    gallery.store.log("photo", photo.id, "edit" if image_id else "add", call.caller.user, now)
    return photo


def not_cut_off(gallery: Gallery, call: Call) -> None:
    """Raises PwgError for a form that ends within its file."""
    if call.cut_off:
        raise gallery.bad_input("The uploaded file was only partially uploaded.")


def set_texts(photo: Photo, params: dict[str, Any]) -> None:
    for name, field in (("name", "name"), ("author", "author"), ("comment", "comment"), ("date_creation", "created")):
        if params.get(name) is not None:
            setattr(photo, field, params[name] or None)


def tag_named(gallery: Gallery, name: str) -> Tag:
    """The tag of that name, made if need be."""
    found = next((tag for tag in gallery.store.tags.values() if tag.name.casefold() == name.casefold()), None)
    if found is None:
        found = Tag(gallery.store.next_id("tag"), name, gallery.now())
        gallery.store.tags[found.id] = found
    return found


@method("pwg.images.addSimple")
def add_simple(gallery: Gallery, call: Call, params: dict[str, Any]) -> Any:
    upload = call.files.get("image")
    if upload is None:
        raise PwgError(405, "The image (file) is missing")
    not_cut_off(gallery, call)
    photo = store(gallery, call, upload.read(), upload.filename or "", params["image_id"], params["category"])
    set_texts(photo, params)
    photo.level = params["level"]
    names = params["tags"] or []
    if isinstance(names, str):
        names = [part.replace("\\,", ",") for part in re.split(r"(?<!\\),", names)]
    set_tags(gallery, photo, [tag_named(gallery, name).id for name in names if name], replace=False)
    album = gallery.store.albums.get(params["category"][0]) if params["category"] else None
    return {"image_id": photo.id, "url": picture_url(call, photo, album)}


@method("pwg.images.uploadAsync")
def upload_async(gallery: Gallery, call: Call, params: dict[str, Any]) -> Any:
    if not re.fullmatch(r"[a-fA-F0-9]{32}", params["original_sum"]):
        raise PwgError(INVALID, "Invalid original_sum")
    if params["image_id"]:
        gallery.photo(params["image_id"])
    upload = call.files.get("file")
    chunk = upload.read() if upload is not None else b""
    if upload is None:
        raise gallery.bad_input("No file was uploaded.")
    not_cut_off(gallery, call)
    if md5(chunk).hexdigest() != params["chunk_sum"]:
        raise gallery.bad_input("MD5 checksum chunk file mismatched")
    name = f"{params['original_sum']}-u{call.caller.user.id}-of{params['chunks']}"
    chunks = gallery.store.chunks.setdefault(name, {})
    chunks[params["chunk"]] = chunk
    if len(chunks) < params["chunks"]:
        return {"message": f"chunks uploaded = {','.join(str(number + 1) for number in sorted(chunks))}"}
    del gallery.store.chunks[name]
    data = b"".join(chunks[number] for number in sorted(chunks))
    if md5(data).hexdigest() != params["original_sum"].lower():
        raise gallery.bad_input("MD5 checksum merged file mismatched")
    photo = store(gallery, call, data, params["filename"], params["image_id"], params["category"])
    set_texts(photo, params)
    photo.level = params["level"]
    if params["tag_ids"]:
        set_tags(gallery, photo, ids(params["tag_ids"]))
    return details(gallery, call, photo, 0, "10")


@method("pwg.images.upload")
def upload(gallery: Gallery, call: Call, params: dict[str, Any]) -> Any:
    if params["format_of"] is not None:
        raise PwgError(401, "formats are disabled")
    sent = call.files.get("file")
    not_cut_off(gallery, call)
    name = params["name"] or (sent.filename if sent else None) or "file.jpg"
    chunks = gallery.store.chunks.setdefault(f"form-{name}-u{call.caller.user.id}", {})
    number, total = _number(call.requested("chunk")), _number(call.requested("chunks"))
    chunks[number] = sent.read() if sent else b""
    if total and number != total - 1:
        return None
    data = b"".join(chunks[part] for part in sorted(chunks))
    gallery.store.chunks.pop(f"form-{name}-u{call.caller.user.id}")
    album_id = params["category"][0] if params["category"] else 0
    known = [photo for photo in gallery.photos_in([album_id]) if photo.file == name] if params["update_mode"] else []
    photo = store(gallery, call, data, name, known[0].id if known else None, params["category"])
    photo.level = params["level"]
    album = gallery.store.albums.get(album_id)
    waiting = sum(album_id in other.lounge for other in gallery.store.photos.values())
    return {
        "image_id": photo.id,
        "src": derivative_url(call, photo, "thumb"),
        "square_src": derivative_url(call, photo, "square"),
        "name": photo.name,
        "category": {
            "id": album_id,
            "nb_photos": len(gallery.photos_in([album_id])) + waiting,
            "label": plain(album.name) if album else "",
        },
        "add_status": "update" if known else "add",
    }


def _number(value: Any) -> int:
    return int(value) if php.is_digits(str(value)) else 0


@method("pwg.images.addChunk")
def add_chunk(gallery: Gallery, call: Call, params: dict[str, Any]) -> Any:
    try:
        data = base64.b64decode(params["data"])
    except (binascii.Error, ValueError):
        # PHP's base64_decode leaves out what it can't read
        data = b""
    name = f"{params['original_sum']}-{params['type']}"
    gallery.store.chunks.setdefault(name, {})[_number(params["position"])] = data


@method("pwg.images.add")
def add(gallery: Gallery, call: Call, params: dict[str, Any]) -> Any:
    known = any(photo.md5sum == params["original_sum"] for photo in gallery.store.photos.values())
    if params["image_id"]:
        gallery.photo(params["image_id"])
    if params["check_uniqueness"] and known:
        raise gallery.bad_input("file already exists")
    kind = "high" if params["high_sum"] else "file"
    chunks = gallery.store.chunks.pop(f"{params['original_sum']}-{kind}", {})
    data = b"".join(chunks[number] for number in sorted(chunks))
    name = params["original_filename"] or f"{params['original_sum']}.jpg"
    photo = store(gallery, call, data, name, params["image_id"], [])
    photo.md5sum = params["original_sum"]
    set_texts(photo, params)
    photo.level = params["level"]
    album = None
    if params["categories"]:
        set_albums(gallery, photo, str(params["categories"]))
        album = gallery.store.albums.get(photo.albums[0]) if photo.albums else None
    if params["tag_ids"]:
        set_tags(gallery, photo, ids(params["tag_ids"]))
    return {"image_id": photo.id, "url": picture_url(call, photo, album)}


@method("pwg.images.addFile")
def add_file(gallery: Gallery, call: Call, params: dict[str, Any]) -> Any:
    photo = gallery.photo(params["image_id"])
    kind = "high" if params["type"] == "high" else "file"
    chunks = gallery.store.chunks.pop(f"{photo.md5sum}-{kind}", {})
    data = b"".join(chunks[number] for number in sorted(chunks))
    if len(data) > photo.size:
        photo.size, photo.modified = len(data), gallery.now()
    return True


@method("pwg.images.formats.delete")
def delete_formats(gallery: Gallery, call: Call, params: dict[str, Any]) -> Any:
    # formats are off, so no photo has any
    raise PwgError(404, "No format found for the id(s) given")


@method("pwg.images.uploadCompleted")
def upload_completed(gallery: Gallery, call: Call, params: dict[str, Any]) -> Any:
    moved = gallery.empty_lounge()
    album = gallery.store.albums.get(params["category_id"])
    return {
        "moved_from_lounge": moved,
        "category": {
            "id": params["category_id"],
            "nb_photos": str(len(gallery.photos_in([params["category_id"]]))),
            "label": " / ".join(plain(one.name) for one in gallery.above(album)) if album else "",
        },
    }


@method("pwg.images.emptyLounge")
def empty_lounge(gallery: Gallery, call: Call, params: dict[str, Any]) -> Any:
    return {"rows": gallery.empty_lounge()}
