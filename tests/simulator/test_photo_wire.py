from urllib.parse import urlsplit

from hypothesis import given
from hypothesis import strategies as st

from vopt_lib.simulator.photo_wire import FULL_SIZE, ImageUrls, Photo

IMAGES = ImageUrls("http://images1.vinted.localhost:8421", seed=3)


@given(st.integers(1, 2**63 - 1), st.integers(1, 20))
def test_a_photo_id_leads_back_to_its_photo(listing_id, number):
    assert IMAGES.photo(IMAGES.photo_id(Photo(listing_id, number))) == Photo(listing_id, number)


def test_a_photo_id_does_not_show_its_listing():
    assert "10051317969" not in IMAGES.photo_id(Photo(10051317969, 1))
    assert len(IMAGES.photo_id(Photo(10051317969, 1))) == len("06_0082b_FgHcZi296vwTGmKyGM3kBxsu")


@given(st.text(max_size=40))
def test_a_strange_id_is_no_photo(text):
    assert IMAGES.photo(text) is None


def test_an_id_of_another_seed_is_no_photo():
    assert IMAGES.photo(ImageUrls("http://images1.vinted.localhost", seed=4).photo_id(Photo(7, 1))) is None


def test_a_signature_fits_one_address_only():
    url = urlsplit(IMAGES.url("06_0082b_x", "310x430", "7d959cfd.webp"))
    signature = url.query.removeprefix("s=")
    assert url.path == "/t/06_0082b_x/310x430/7d959cfd.webp"
    assert len(signature) == 40
    assert IMAGES.is_signed(url.path, signature)
    assert not IMAGES.is_signed(url.path.replace("310x430", "f800"), signature)
    assert not IMAGES.is_signed(url.path, "é")


def test_the_full_size_has_an_address_of_its_own_form():
    assert urlsplit(IMAGES.url("06_x", FULL_SIZE, "1.webp")).path == "/tc/06_x/1.webp"
