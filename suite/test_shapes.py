"""Results fit the JSON Schemas that were learned from real galleries (specs/shapes/).

A field that may be null or missing may be so; one that is gone or of another type is reported with its path.
"""

from piwigo_contract.check import clause


def has_the_shape(gallery, readings, shapes, expect, *who):
    unknown = {}
    for reading in readings:
        if reading.name not in shapes:
            unknown[reading.name] = None
            continue
        with expect.each(reading.name):
            expect(gallery.send_once(reading.sent("POST", *who))).has_the_shape(shapes[reading.name])
    if unknown:
        expect.remark(f"of another shape than is known, or none: {', '.join(unknown)}")


@clause("SHAPE-01")
def test_what_a_webmasters_key_reads(gallery, every_method, things, shapes, webmaster_key, expect):
    expect.control(gallery.whoami(webmaster_key)).is_the_owner_of(webmaster_key)
    has_the_shape(gallery, every_method.readings(things), shapes, expect, webmaster_key)


@clause("SHAPE-02")
def test_what_an_ordinary_users_key_reads(gallery, every_method, existing_things, shapes, key, expect):
    expect.control(gallery.whoami(key)).is_the_owner_of(key)
    readings = every_method.readings(existing_things, for_administrators=False)
    has_the_shape(gallery, readings, shapes, expect, key)


@clause("SHAPE-03")
def test_what_anybody_reads(gallery, every_method, existing_things, shapes, expect):
    has_the_shape(gallery, every_method.readings(existing_things, for_administrators=False), shapes, expect)


@clause("SHAPE-04")
def test_what_a_key_reads_has_nothing_new(gallery, every_method, existing_things, shapes, strongest_key, expect):
    expect.control(gallery.whoami(strongest_key)).is_the_owner_of(strongest_key)
    for reading in every_method.readings(existing_things):
        if reading.name in shapes:
            with expect.each(reading.name):
                answer = gallery.send_once(reading.sent("POST", strongest_key))
                expect(answer).has_no_fields_beside(shapes[reading.name])


@clause("SHAPE-05")
def test_errors_are_numbers_and_messages(gallery, every_method, strongest_key, without_a_key, expect):
    expect.control(gallery.whoami(strongest_key)).is_the_owner_of(strongest_key)
    for method in every_method.that_need_more():
        with expect.each(method.name):
            expect(gallery.call(method.name, strongest_key)).is_an_error_and_nothing_else(without_a_key)


TEXTS = ("007", "12", "1.50", "1e3", "-0", "0x1A", "99999999999999999999", "INF", "true", "null")


def as_typed(told, wanted):
    """What was told in place of what was typed, and that; both empty where all is as it was typed."""
    return sorted(told - wanted, key=str), sorted(wanted - told, key=str)


@clause("SHAPE-11")
def test_text_that_looks_like_something_else(gallery, sandbox, webmaster_key, expect):
    outer = sandbox.new_album()
    for text in TEXTS:
        sandbox.new_album(outer, name=text, comment=text)
    wanted = {(text, text) for text in TEXTS}
    expect.control(gallery.whoami(webmaster_key)).is_the_owner_of(webmaster_key)
    for format in ("json", "php", "xmlrpc"):
        answer = gallery.call("pwg.categories.getAdminList", webmaster_key, format=format, cat_id=outer.id)
        rows = [row for row in expect(answer).succeeds()["categories"] if str(row["id"]) != outer.id.reveal()]
        told = {(row["name"], row["comment"]) for row in rows}
        with expect.each(format):
            expect(answer).equals("the names and comments of albums", *as_typed(told, wanted))


@clause("SHAPE-11")
def test_name_of_a_key_that_looks_like_something_else(gallery, users, keys, expect):
    owner = users.new()  # with whom the keys go
    for text in TEXTS:
        keys.manage(owner, "create", key_name=text, duration=30)
    for format in ("json", "php", "xmlrpc"):
        answer = gallery.manage("get", owner.session, format=format)
        names = {row["apikey_name"] for row in expect(answer).succeeds()}
        with expect.each(format):
            expect(answer).equals("the names of keys", *as_typed(names, set(TEXTS)))
