"""The address of a listing is found in what somebody pasted, and nothing else is taken for one."""

from __future__ import annotations

from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vopt_lib.errors import NotAListingLink
from vopt_lib.sources.vinted.listing_links import ListingLink, listing_in
from vopt_lib.words import Words


@pytest.mark.parametrize(
    ("pasted", "market"),
    [
        ("https://www.vinted.it/items/123456-giacca-jeans", "it"),
        ("https://www.vinted.it/items/123456", "it"),
        ("https://www.vinted.it/items/123456/", "it"),
        ("https://www.vinted.co.uk/items/123456-jacket?referrer=catalog&homepage=1#x", "co.uk"),
        ("www.vinted.fr/items/123456-veste", "fr"),
        ("  vinted.de/items/123456-jacke  ", "de"),
        ("HTTPS://WWW.VINTED.ES/items/123456-chaqueta", "es"),
        ("https://www.vinted.it/items/123456-giacca/edit", "it"),
        ("https://www.vinted.it/items/123456-per-l%27estate", "it"),
        ("Guarda su Vinted! https://www.vinted.it/items/123456-giacca?utm_source=share. Ciao", "it"),
        ("«https://www.vinted.it/items/123456-giacca», (https://www.vinted.it/items/123456)", "it"),
        ("http://www.vinted.localhost:8470/items/123456-giacca", "nl"),
    ],
)
def test_an_address_is_found(pasted: str, market: str) -> None:
    assert listing_in(pasted, default_market="nl") == ListingLink(market, 123456)


@pytest.mark.parametrize(
    ("pasted", "told"),
    [
        ("", "There is no address of a listing in this."),
        ("123456", "There is no address of a listing in this."),
        ("https://www.vinted.it/", "There is no address of a listing in this."),
        ("https://www.vinted.it/catalog/123456", "There is no address of a listing in this."),
        ("https://www.vinted.it/member/items/123456", "There is no address of a listing in this."),
        ("https://www.vinted.it/items/0123", "There is no address of a listing in this."),
        ("https://www.vinted.it/items/12345678901234567890", "There is no address of a listing in this."),
        ("https://www.vinted.it@evil.example/items/123456", "There is no address of a listing in this."),
        ("https://www.vinted.it:x/items/123456", "There is no address of a listing in this."),
        ("javascript:alert(1)//www.vinted.it/items/1", "There is no address of a listing in this."),
        ("https://www.vinted.it/items/new", "This is the address of the form, not of the listing."),
        ("https://www.vinted.it/items/1 https://www.vinted.it/items/2", "These are addresses of several listings."),
        ("https://www.vinted.evil/items/1", "This is the address of another site"),
        ("https://vinted.it.evil.example/items/1", "This is the address of another site"),
        ("https://evil.example/?https://www.vinted.it/items/1", "This is the address of another site"),
    ],
)
def test_what_is_none_is_told_with_what_to_do(pasted: str, told: str) -> None:
    with pytest.raises(NotAListingLink) as refused:
        listing_in(pasted)
    said = Words("en").error(refused.value)
    assert said.startswith(told)
    assert said.endswith("Open your new listing on Vinted, and copy its address: it holds /items/ and a number.")


@given(st.text(max_size=80).map(lambda text: f"{text}//www.vinted.it/items/{text}"))
def test_whatever_is_pasted_is_an_address_or_refused(pasted: str) -> None:
    with suppress(NotAListingLink):
        assert listing_in(pasted).number > 0
