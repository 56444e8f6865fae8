"""The server's own endpoint, beside the gallery: makes a key expire now, for tests of expiry."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from werkzeug.wrappers import Response

from piwigo_contract.reference.call import Call
from piwigo_contract.reference.expire import EXPIRE_PATH as EXPIRE_PATH

if TYPE_CHECKING:
    from piwigo_contract.reference.gallery import Gallery


def expire(gallery: Gallery, call: Call) -> Response:
    """`POST /_reference/expire` with `pkid`: 204, or 404 where there is no such key."""
    if call.verb != "POST":
        return Response("POST only\n", 405, content_type="text/plain")
    key = gallery.store.keys.get(str(call.post.get("pkid", "")))
    if key is None:
        return Response("no such key\n", 404, content_type="text/plain")
    key.expired_on = gallery.now() - timedelta(seconds=1)
    return Response(status=204)
