"""The writes: every method that changes something has one, and nothing of it is left behind."""

import struct
import zlib

from hypothesis import given
from hypothesis import strategies as st

from piwigo_contract.client.multipart import Upload, encoded
from piwigo_contract.client.vault import Secret, Text
from piwigo_contract.methods.data import method_data
from piwigo_contract.provision.picture import picture
from piwigo_contract.provision.writes import albums, groups, own, permissions, photos, tags, uploads, users, writes_of
from tests.serving import gallery

EVERYTHING = writes_of(albums, groups, own, permissions, photos, tags, uploads, users)


def test_every_method_that_can_be_put_back_has_a_write():
    assert {write.method for write in EVERYTHING} == {
        n for n, known in method_data().items() if known.effect == "writes"
    }


def test_no_two_writes_have_one_name():
    assert len({str(write) for write in EVERYTHING}) == len(EVERYTHING)


def what_is_there(front):
    store = front.gallery.gallery.store
    kinds = ("users", "albums", "photos", "tags", "groups", "chunks")
    return {kind: set(getattr(store, kind)) for kind in kinds}


def test_nothing_is_left_behind(run, contract):
    with gallery() as front:
        before = what_is_there(front)
        done = run(*front.options("webmaster"), "-k", "WRITE or METH-14 or SHAPE-01 or PHO or WHO-5", "-p", "no:html")
        assert done.code == 0, done.out
        writes = {name for name in contract.clauses if name.startswith("WRITE-")}
        assert done.with_outcome("pass") >= {*writes, "METH-14", "SHAPE-01"}
        assert what_is_there(front) == before
        assert "left behind" not in done.out


def test_nothing_is_left_behind_by_a_gallery_that_does_not_what_it_says(run):
    """What was refused or not done, and what was done twice, is looked for and not stumbled over."""

    def fault(request, pass_on):
        answer = pass_on()
        if request.form.get("method") in ("pwg.groups.merge", "pwg.tags.delete", "pwg.images.addSimple"):
            answer.set_data(b'{"stat":"fail","err":500,"message":"no"}')
        return answer

    with gallery(fault) as front:
        before = what_is_there(front)
        done = run(*front.options("webmaster"), "-k", "WRITE-02 or WRITE-04 or WRITE-05", "-p", "no:html")
        assert done.with_outcome("fail") == {"WRITE-02", "WRITE-04", "WRITE-05"}
        assert what_is_there(front) == before
        # the run's tags are deleted there, and the gallery denies it: a second look shows it
        assert done.target()["left_behind"] == []


def test_form_with_a_file():
    secret = Text.of(Secret("NAME", "caf\N{LATIN SMALL LETTER E WITH ACUTE}"))
    media_type, body = encoded([("name", secret)], [('a"b', Upload("x.png", b"\r\n--", "image/png"))])
    boundary = media_type.partition("boundary=")[2]
    assert body.decode("latin-1") == (
        f'--{boundary}\r\nContent-Disposition: form-data; name="name"\r\n\r\ncaf\xc3\xa9\r\n'
        f'--{boundary}\r\nContent-Disposition: form-data; name="a%22b"; filename="x.png"\r\n'
        f"Content-Type: image/png\r\n\r\n\r\n--\r\n--{boundary}--\r\n"
    )


def chunks_of(png):
    """The chunks of a PNG file (RFC 2083), by their kind."""
    assert png.startswith(b"\x89PNG\r\n\x1a\n")
    found, at = {}, 8
    while at < len(png):
        (length,) = struct.unpack_from(">I", png, at)
        kind, data = png[at + 4 : at + 8], png[at + 8 : at + 8 + length]
        assert struct.unpack_from(">I", png, at + 8 + length) == (zlib.crc32(kind + data),)
        found[kind] = data
        at += 12 + length
    return found


@given(st.text(st.characters(min_codepoint=1, max_codepoint=0xFF)))
def test_no_two_pictures_are_alike(words):
    """Each is a picture whose own words can be read in it."""
    found = chunks_of(picture(words))
    assert list(found) == [b"IHDR", b"tEXt", b"IDAT", b"IEND"]
    width, height, depth, *_ = struct.unpack(">IIBBBBB", found[b"IHDR"])
    assert len(zlib.decompress(found[b"IDAT"])) == height * (1 + width * depth // 8)
    assert found[b"tEXt"] == b"Comment\0" + words.encode("latin-1")
