"""One request, read the way PHP reads it, and the cookies of its answer."""

from __future__ import annotations

import io
from typing import Any

from werkzeug.datastructures import FileStorage, Headers
from werkzeug.http import parse_options_header
from werkzeug.wrappers import Request

from piwigo_contract.reference import php
from piwigo_contract.reference.model import Caller, PwgError

MAX_BODY = 256 * 2**20
CLOSE = "piwigo_reference.close"
"""Key of the WSGI environment: true where the connection can't be used for another request."""

RAW_HEADERS = "piwigo_reference.raw_headers"
"""Key of the WSGI environment: the request's headers, names and values as they came, which WSGI itself loses."""
CONNECTION = "werkzeug.socket"
"""Key of the WSGI environment: the connection that the request came on."""


class _Request(Request):
    """No limit on the size of one form field: clients send chunks of photos in base64."""

    max_form_memory_size = MAX_BODY
    max_form_parts = 100_000
    max_content_length = MAX_BODY


def _complete(environ: dict[str, Any]) -> bool:
    """Put the end that it lacks to a form with files, as PHP does. Returns whether it lacked it."""
    media_type, options = parse_options_header(environ.get("CONTENT_TYPE"))
    length = environ.get("CONTENT_LENGTH", "")
    if media_type != "multipart/form-data" or not php.is_digits(length) or int(length) > MAX_BODY:
        return False
    body = environ["wsgi.input"].read(int(length))
    end = f"--{options.get('boundary', '')}--".encode()
    lacking = end not in body
    if lacking:
        body += b"\r\n" + end + b"\r\n"
    environ.update({"wsgi.input": io.BytesIO(body), "CONTENT_LENGTH": str(len(body))})
    return lacking


class Call:
    """A request to the gallery.

    get, post: PHP's `$_GET` and `$_POST`. path: inside the gallery, e.g. `/ws.php`.
    cookies_set: cookies of the answer by name; None deletes one. cut_off: whether its form ends within its last file.
    caller: who asks; set once the gallery has found out. refusal: what was wrong with the call, as it was answered.
    """

    caller: Caller
    format_in_body = True
    """Whether a format among the form fields is read; real releases don't."""

    def __init__(self, environ: dict[str, Any], base: str) -> None:
        self.cut_off = _complete(environ)
        request = _Request(environ)
        self.environ = environ
        self.verb: str = request.method
        self.full_path = request.path
        self.path = request.path.removeprefix(base) or "/"
        self.get = php.fields(request.args.items(multi=True))
        self.post = php.fields(request.form.items(multi=True))
        self.files: dict[str, FileStorage] = dict(request.files.items())
        # a body left unread would be taken for the next request of a connection that is kept open
        request.get_data(cache=False)
        self.cookies = dict(request.cookies)
        self.headers: Headers = request.headers
        self.root = request.host_url.rstrip("/") + base + "/"
        self.cookies_set: dict[str, str | None] = {}
        self.refusal: PwgError | None = None

    def requested(self, name: str) -> Any:
        """PHP's `$_REQUEST`: the body goes before the query. None where it is in neither."""
        return self.post.get(name, self.get.get(name))

    @property
    def format(self) -> str:
        """The answer format: of the query, else of the body, as the wiki page's example has it; else XML."""
        return str(self.get.get("format", self.post.get("format", "rest") if self.format_in_body else "rest"))
