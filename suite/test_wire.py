"""Requests that an HTTP library would correct or refuse to send, written to the socket byte for byte.

How they are read is mostly decided by the server in front of the gallery, or by a proxy before it. Where the RFC allows
several readings each of them passes, and a remark says who refused; the claim is always about whom the target
identifies the caller as. In other chapters: a valid and a wrong key in two headers (HDR-09), an empty header (HDR-08),
control characters inside a key (MAL-21), other callers on one connection (WHO-32).
"""

import pytest

from piwigo_contract.check import clause
from piwigo_contract.client import smuggling

OTHER = "X-Other: a"


@clause("WIRE-01")
@pytest.mark.parametrize("fold", ["\r\n ", "\r\n\t", " \r\n  \r\n\t"], ids=["blank", "tab", "twice"])
@pytest.mark.parametrize("where", ["between the halves", "in the secret"])
def test_key_in_two_lines(wire, key, expect, where, fold):
    at = len(key.pkid) + (1 if where == "between the halves" else 10)
    expect.control(wire.whoami(wire.line(key.text))).is_the_owner_of(key)
    expect(wire.whoami(wire.line(key.text[:at] + fold + key.text[at:]))).is_refused_or_guest()


@clause("WIRE-02")
@pytest.mark.parametrize("where", ["before the key", "after the key"])
def test_fold_beside_the_key(wire, key, expect, where):
    value = "\r\n " + key.text if where == "before the key" else key.text + "\r\n "
    expect.control(wire.whoami(wire.line(key.text))).is_the_owner_of(key)
    expect(wire.whoami(wire.line(value))).is_the_owner_or_refused(key)


@clause("WIRE-03")
@pytest.mark.parametrize("blank", [" ", "\t"], ids=["blank", "tab"])
@pytest.mark.parametrize("before", [[OTHER], []], ids=["after another header", "after the request line"])
def test_line_that_begins_with_a_blank(wire, key, expect, before, blank):
    expect.control(wire.whoami(*before, wire.line(key.text))).is_the_owner_of(key)
    expect(wire.whoami(*before, blank + wire.line(key.text))).is_refused_or_guest()


@clause("WIRE-04")
def test_bare_lf_at_the_end_of_each_line(wire, key, expect):
    expect.control(wire.whoami(wire.line(key.text))).is_the_owner_of(key)
    expect(wire.whoami(wire.line(key.text), line_end="\n")).is_the_owner_or_refused(key)


@clause("WIRE-04")
def test_bare_lf_after_the_key(wire, key, expect):
    expect.control(wire.whoami(wire.line(key.text), OTHER)).is_the_owner_of(key)
    expect(wire.whoami(wire.line(key.text) + "\n" + OTHER)).is_the_owner_or_refused(key)


@clause("WIRE-04")
def test_bare_lf_before_the_key(wire, key, expect):
    expect.control(wire.whoami(OTHER, wire.line(key.text))).is_the_owner_of(key)
    expect(wire.whoami(OTHER + "\n" + wire.line(key.text))).is_the_owner_or_nobody(key)


@clause("WIRE-05")
def test_bare_cr_before_the_key(wire, key, expect):
    expect.control(wire.whoami(OTHER, wire.line(key.text))).is_the_owner_of(key)
    expect(wire.whoami(OTHER + "\r" + wire.line(key.text))).is_refused_or_guest()


@clause("WIRE-05")
def test_bare_cr_after_the_key(wire, key, expect):
    expect.control(wire.whoami(wire.line(key.text), OTHER)).is_the_owner_of(key)
    expect(wire.whoami(wire.line(key.text) + "\r" + OTHER)).is_refused_or_guest()


@clause("WIRE-06")
def test_no_blank_after_the_colon(wire, key, expect):
    expect(wire.whoami(f"{wire.name}:" + key.text)).is_the_owner_of(key)


@clause("WIRE-07")
@pytest.mark.parametrize(("before", "after"), [("    ", ""), (" ", "   "), ("   ", "   ")])
def test_blanks_around_the_key(wire, key, expect, before, after):
    expect(wire.whoami(f"{wire.name}:{before}" + key.text + after)).is_the_owner_of(key)


@clause("WIRE-08")
@pytest.mark.parametrize(("before", "after"), [("\t", ""), (" ", "\t"), (" \t ", " \t ")])
def test_tabs_around_the_key(wire, key, expect, before, after):
    expect.control(wire.whoami(wire.line(key.text))).is_the_owner_of(key)
    expect(wire.whoami(f"{wire.name}:{before}" + key.text + after)).is_the_owner_or_refused(key)


@clause("WIRE-09")
@pytest.mark.parametrize("blank", [" ", "\t"], ids=["blank", "tab"])
def test_blank_before_the_colon(wire, key, expect, blank):
    expect.control(wire.whoami(wire.line(key.text))).is_the_owner_of(key)
    expect(wire.whoami(f"{wire.name}{blank}: " + key.text)).is_refused_or_guest()


@clause("WIRE-10")
@pytest.mark.parametrize("character", ["_", ".", "+"])
def test_another_character_for_the_hyphens(wire, key, expect, character):
    expect.control(wire.whoami(wire.line(key.text))).is_the_owner_of(key)
    expect(wire.whoami(f"{wire.name.replace('-', character)}: " + key.text)).is_refused_or_guest()


@clause("WIRE-11")
def test_same_key_twice(wire, key, expect):
    expect.control(wire.whoami(wire.line(key.text))).is_the_owner_of(key)
    expect(wire.whoami(wire.line(key.text), wire.line(key.text))).is_the_owner_or_refused(key)


@clause("WIRE-12")
@pytest.mark.parametrize("order", ["one way", "the other way"])
def test_keys_of_two_users(wire, key, key_of_another_user, expect, order):
    lines = [wire.line(key.text), wire.line(key_of_another_user.text)]
    expect.control(wire.whoami(lines[0])).is_the_owner_of(key)
    expect.control(wire.whoami(lines[1])).is_the_owner_of(key_of_another_user)
    answer = wire.whoami(*(lines if order == "one way" else lines[::-1]))
    expect(answer).is_the_owner_or_refused(key, key_of_another_user)


@clause("WIRE-13")
def test_key_in_a_trailer(chunked_wire, key, expect):
    line = chunked_wire.line(key.text)
    expect.control(chunked_wire.whoami_chunked(line)).is_the_owner_of(key)
    expect(chunked_wire.whoami_chunked(f"Trailer: {chunked_wire.name}", trailer=line)).is_refused_or_guest()


@clause("WIRE-13")
def test_key_beside_the_size_of_a_chunk(chunked_wire, key, expect):
    line = chunked_wire.line(key.text)
    expect.control(chunked_wire.whoami_chunked(line)).is_the_owner_of(key)
    expect(chunked_wire.whoami_chunked(extension=line)).is_refused_or_guest()


BYTES = {  # one byte each: blanks in Latin-1, a letter in it, and bytes that begin or go on a character in UTF-8
    "no-break space": "\udca0",
    "next line": "\udc85",
    "soft hyphen": "\udcad",
    "e acute": "\udce9",
    "80": "\udc80",
    "c2": "\udcc2",
    "ff": "\udcff",
}


@clause("WIRE-14")
@pytest.mark.parametrize("where", ["before", "inside", "after"])
@pytest.mark.parametrize("byte", BYTES.values(), ids=BYTES)
def test_byte_that_is_not_ascii(wire, key, expect, byte, where):
    at = {"before": 0, "inside": len(key.text) - 5, "after": len(key.text)}[where]
    expect.control(wire.whoami(wire.line(key.text))).is_the_owner_of(key)
    expect(wire.whoami(wire.line(key.text[:at] + byte + key.text[at:]))).is_refused_or_guest()


@clause("WIRE-15")
def test_bytes_that_are_not_ascii_in_another_header(wire, key, expect):
    expect.control(wire.whoami(OTHER, wire.line(key.text))).is_the_owner_of(key)
    expect(wire.whoami(OTHER + "".join(BYTES.values()), wire.line(key.text))).is_the_owner_or_refused(key)


CUTS = {
    "in the name": lambda line, _: (line[:5], line[5:]),
    "before the colon": lambda line, name: (line[: len(name)], line[len(name) :]),
    "before the key": lambda line, name: (line[: len(name) + 2], line[len(name) + 2 :]),
    "in the key, twice": lambda line, name: (line[: len(name) + 20], line[len(name) + 20 : -20], line[-20:]),
    "before the line's end": lambda line, _: (line[:-2], line[-2:]),
    "between CR and LF": lambda line, _: (line[:-1], line[-1:]),
    "everywhere": lambda line, _: tuple(line[at : at + 1] for at in range(len(line))),
}


@clause("WIRE-16")
@pytest.mark.parametrize("cut", CUTS.values(), ids=CUTS)
def test_key_in_tcp_segments(wire, key, expect, cut):
    expect(wire.whoami_in_segments(*cut(wire.line(key.text) + "\r\n", wire.name))).is_the_owner_of(key)


@clause("WIRE-17")
@pytest.mark.parametrize("cut", [-3, 0, 1, 30, 80], ids=lambda cut: f"cut at {cut:+}")
def test_two_requests_in_one_segment(wire, key, expect, cut):
    first, second, third, last = wire.whoami_in_a_row([wire.line(key.text)], [], [wire.line(key.text)], [], cut=cut)
    expect.control(first).is_the_owner_of(key)
    expect(second).is_a_guest()
    expect(third).is_the_owner_of(key)
    expect(last).is_a_guest()


@clause("WIRE-18")
def test_http_1_0(wire, key, expect):
    expect.control(wire.whoami(wire.line(key.text))).is_the_owner_of(key)
    expect(wire.whoami(wire.line(key.text), version="HTTP/1.0")).is_the_owner_or_refused(key)


@clause("WIRE-19")
def test_next_request_of_a_connection_of_http_1_0(wire, key, expect):
    expect.control(wire.whoami(wire.line(key.text))).is_the_owner_of(key)
    first, second = wire.whoami_in_a_row([wire.line(key.text)], [], version="HTTP/1.0")
    expect(first).is_the_owner_or_refused(key)
    expect(second).is_refused_or_guest()


@clause("WIRE-20")
@pytest.mark.parametrize("ambiguous", smuggling.LENGTHS, ids=str)
def test_lengths(wire, key, expect, ambiguous):
    expect.control(wire.whoami(wire.line(key.text))).is_the_owner_of(key)
    for answer in wire.smuggle(ambiguous, key):
        expect(answer).is_refused_or_guest()


@clause("WIRE-21")
@pytest.mark.parametrize("ambiguous", smuggling.BOTH, ids=str)
def test_length_and_coding(wire, key, expect, ambiguous):
    expect.control(wire.whoami(wire.line(key.text))).is_the_owner_of(key)
    for answer in wire.smuggle(ambiguous, key):
        expect(answer).is_refused_or_guest()


@clause("WIRE-22")
@pytest.mark.parametrize("ambiguous", smuggling.CODINGS, ids=str)
def test_codings(wire, key, expect, ambiguous):
    expect.control(wire.whoami(wire.line(key.text))).is_the_owner_of(key)
    for answer in wire.smuggle(ambiguous, key):
        expect(answer).is_refused_or_guest()


@clause("WIRE-23")
@pytest.mark.parametrize("ambiguous", smuggling.REQUESTS, ids=str)
def test_next_callers(wire, key, expect, ambiguous):
    wire.smuggle(ambiguous, key)
    expect.control(wire.whoami(wire.line(key.text))).is_the_owner_of(key)
    for _ in range(4):
        expect(wire.whoami()).is_a_guest()
