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
            expect(gallery.send(reading.sent("POST", *who))).has_the_shape(shapes[reading.name])
    if unknown:
        expect.remark(f"of another shape than is known, or none: {', '.join(unknown)}")


@clause("SHAPE-01")
def test_what_a_webmasters_key_reads(gallery, every_method, things, shapes, webmaster_key, expect):
    expect.control(gallery.whoami(webmaster_key)).is_the_owner_of(webmaster_key)
    has_the_shape(gallery, every_method.readings(things), shapes, expect, webmaster_key)


@clause("SHAPE-02")
def test_what_an_ordinary_users_key_reads(gallery, every_method, what_there_is, shapes, key, expect):
    expect.control(gallery.whoami(key)).is_the_owner_of(key)
    readings = every_method.readings(what_there_is, for_administrators=False)
    has_the_shape(gallery, readings, shapes, expect, key)


@clause("SHAPE-03")
def test_what_anybody_reads(gallery, every_method, what_there_is, shapes, expect):
    has_the_shape(gallery, every_method.readings(what_there_is, for_administrators=False), shapes, expect)


@clause("SHAPE-04")
def test_what_a_key_reads_has_nothing_new(gallery, every_method, what_there_is, shapes, somebodys_key, expect):
    expect.control(gallery.whoami(somebodys_key)).is_the_owner_of(somebodys_key)
    for reading in every_method.readings(what_there_is):
        if reading.name in shapes:
            with expect.each(reading.name):
                answer = gallery.send(reading.sent("POST", somebodys_key))
                expect(answer).has_no_fields_beside(shapes[reading.name])


@clause("SHAPE-05")
def test_errors_are_numbers_and_messages(gallery, every_method, somebodys_key, without_a_key, expect):
    expect.control(gallery.whoami(somebodys_key)).is_the_owner_of(somebodys_key)
    for method in every_method.that_need_more():
        with expect.each(method.name):
            expect(gallery.call(method.name, somebodys_key)).is_an_error_and_nothing_else(without_a_key)
