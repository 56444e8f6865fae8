"""What clients send from their first call to their last: to the end with a good key, and no further with one that ends.

The journeys themselves are data, a file a client (specs/journeys/). What a key made, and whether anything is left
half-made, is read by the webmaster of the gallery and by visitors.
"""

import pytest

from piwigo_contract.check import ApiCall, Text, clause
from piwigo_contract.provision.exhibition import photos_told
from piwigo_contract.provision.uploading import given

INFO, IMAGES = "pwg.images.getInfo", "pwg.categories.getImages"
VISITORS = pytest.mark.usefixtures("open_to_visitors")


@pytest.mark.parametrize(
    "journey",
    [
        pytest.param("lightroom", marks=clause("JRN-01")),
        pytest.param("wordpress-sidebar", marks=clause("JRN-04")),
        pytest.param("curl", marks=clause("JRN-07")),
        pytest.param("lightroom-predecessor", marks=clause("JRN-10")),
        pytest.param("wordpress", marks=clause("JRN-13")),
        pytest.param("drupal", marks=clause("JRN-16")),
        pytest.param("samwilson-cli", marks=clause("JRN-19")),
        pytest.param("ios", marks=clause("JRN-22")),
        pytest.param("flutter", marks=clause("JRN-25")),
        pytest.param("darktable", marks=clause("JRN-28")),
        pytest.param("digikam", marks=clause("JRN-31")),
        pytest.param("python-httpx", marks=clause("JRN-34")),
        pytest.param("python-requests", marks=clause("JRN-37")),
    ],
    indirect=True,
)
def test_journey_with_a_good_key(walk, client_s_key):
    walk(client_s_key).to_its_end()


@pytest.mark.parametrize(
    "journey",
    [
        pytest.param("lightroom", marks=clause("JRN-02")),
        pytest.param("wordpress-sidebar", marks=clause("JRN-05")),
        pytest.param("curl", marks=clause("JRN-08")),
        pytest.param("lightroom-predecessor", marks=clause("JRN-11")),
        pytest.param("wordpress", marks=clause("JRN-14")),
        pytest.param("drupal", marks=clause("JRN-17")),
        pytest.param("samwilson-cli", marks=clause("JRN-20")),
        pytest.param("ios", marks=clause("JRN-23")),
        pytest.param("flutter", marks=clause("JRN-26")),
        pytest.param("darktable", marks=clause("JRN-29")),
        pytest.param("digikam", marks=clause("JRN-32")),
        pytest.param("python-httpx", marks=clause("JRN-35")),
        pytest.param("python-requests", marks=clause("JRN-38")),
    ],
    indirect=True,
)
def test_journey_with_a_key_revoked_half_way(walk, keys, client_s_key):
    key = keys.new(keys.owner_of(client_s_key))
    walk(key).half_way(keys.revoke, "revoked", client_s_key)


@pytest.mark.parametrize(
    "journey",
    [
        pytest.param("lightroom", marks=clause("JRN-03")),
        pytest.param("wordpress-sidebar", marks=clause("JRN-06")),
        pytest.param("curl", marks=clause("JRN-09")),
        pytest.param("lightroom-predecessor", marks=clause("JRN-12")),
        pytest.param("wordpress", marks=clause("JRN-15")),
        pytest.param("drupal", marks=clause("JRN-18")),
        pytest.param("samwilson-cli", marks=clause("JRN-21")),
        pytest.param("ios", marks=clause("JRN-24")),
        pytest.param("flutter", marks=clause("JRN-27")),
        pytest.param("darktable", marks=clause("JRN-30")),
        pytest.param("digikam", marks=clause("JRN-33")),
        pytest.param("python-httpx", marks=clause("JRN-36")),
        pytest.param("python-requests", marks=clause("JRN-39")),
    ],
    indirect=True,
)
def test_journey_with_a_key_expired_half_way(walk, keys, client_s_key):
    key = keys.new(keys.owner_of(client_s_key))
    walk(key).half_way(keys.expire, "expired", client_s_key)


# --- what clients then load


@clause("JRN-51")
def test_addresses_begin_with_the_one_that_was_asked(gallery, published, expect):
    for asked, (method, params) in published.calls.items():
        with expect.each(asked):
            expect(gallery.call(method, published.key, params=params)).tells_addresses_under(gallery.url)


@clause("JRN-52")
def test_addresses_are_not_written_for_html(gallery, published, expect):
    for asked, (method, params) in published.calls.items():
        with expect.each(asked):
            expect(gallery.call(method, published.key, params=params)).tells_addresses_as_they_are()


@clause("JRN-53")
@VISITORS
def test_addresses_of_pictures_lead_to_them(gallery, published, expect):
    expect(gallery.call(INFO, image_id=published.id)).tells_addresses_under(gallery.url)
    for place, address in published.addresses.items():
        with expect.each(place):
            expect(gallery.page(address)).is_a_picture()


@clause("JRN-54")
@VISITORS
def test_stranger_does_not_decide_the_addresses(gallery, published, expect):
    forwarded = (("X-Forwarded-Host", Text.of("elsewhere.example")),)
    for asked, (method, params) in published.calls.items():
        with expect.each(asked):
            answer = gallery.send(ApiCall(method, given(params), headers=forwarded))
            expect(answer).tells_addresses_under(gallery.url)


# --- what becomes of a photo


@clause("JRN-55")
@VISITORS
def test_photo_is_seen_as_the_rights_of_its_album_say(
    gallery, sandbox, publish, webmaster, throw_away_webmaster, users, expect
):
    public, private = publish(sandbox.public_album), publish(sandbox.album)
    for photo, seen in {public: True, private: False}.items():
        listed = {"cat_id": photo.album.id}
        to_webmaster = gallery.call(IMAGES, webmaster.session, params=listed)
        expect.control(to_webmaster).equals("whether it is listed", photo.number in photos_told(to_webmaster), True)
        to_visitor = gallery.call(IMAGES, params=listed)
        expect(to_visitor).equals("whether it is listed to a visitor", photo.number in photos_told(to_visitor), seen)
    info = gallery.call(INFO, image_id=public.id)
    told, owner = expect(info).succeeds(), users.id_of(throw_away_webmaster)
    expect(info).equals("whether the key's owner added it", str(told.get("added_by")) == str(int(owner)), True)
    expect.control(gallery.call(INFO, webmaster.session, image_id=private.id)).succeeds()
    expect(gallery.call(INFO, image_id=private.id)).is_refused_with(401, 403, 404)


@clause("JRN-56")
@VISITORS
def test_deleted_photo_is_told_and_served_to_nobody(gallery, sandbox, publish, who_deletes, expect):
    photo = publish(sandbox.public_album)
    expect.control(gallery.call(INFO, image_id=photo.id)).tells_addresses_under(gallery.url)
    files = {place: address for place, address in photo.addresses.items() if place.endswith("element_url")}
    for address in files.values():
        expect.control(gallery.page(address)).is_a_picture()
    photo.delete(by=who_deletes)
    expect(gallery.call(INFO, image_id=photo.id)).fails_with(404)
    listed = gallery.call(IMAGES, cat_id=photo.album.id)
    expect(listed).equals("the photos of the album", photos_told(listed), set())
    for place, address in files.items():
        with expect.each(place):
            answer = gallery.page(address)
            expect(answer).that(answer.status >= 400, "no file any more", f"there is one: HTTP {answer.status}")
