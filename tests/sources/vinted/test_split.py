import pytest
from hypothesis import given
from hypothesis import strategies as st

from vopt_lib.schema.queries import Term
from vopt_lib.sources.vinted.crawl_state import Part
from vopt_lib.sources.vinted.navigation import Facet
from vopt_lib.sources.vinted.split import MOST_TERMS, ROOM, by_price, by_terms, halves


def bands(part, prices=()):
    split = by_price(part, prices)
    return split and [(half.price_from, half.price_to) for half in split]


def test_prices_are_cut_at_the_median_of_those_met():
    assert bands(Part(), [500, 700, 900, 1100]) == [(None, 700), (701, None)]


def test_every_second_cut_is_in_the_middle_of_the_band():
    assert bands(Part(1000, 2000, depth=1), [1001, 1002]) == [(1000, 1500), (1501, 2000)]


def test_an_open_band_is_cut_at_its_double_so_that_it_ends():
    assert bands(Part(5000, None, depth=1)) == [(5000, 10_000), (10_001, None)]


@pytest.mark.parametrize("part", [Part(500, 500), Part(10_000_000, None), Part(None, 0)])
def test_a_single_price_is_not_cut(part):
    assert by_price(part, [500]) is None


@given(
    lowest=st.one_of(st.none(), st.integers(1, 10**6)),
    width=st.one_of(st.none(), st.integers(1, 10**6)),
    depth=st.integers(0, 9),
    prices=st.lists(st.integers(-10, 2 * 10**6), max_size=20),
)
def test_two_bands_neither_overlap_nor_leave_a_gap(lowest, width, depth, prices):
    highest = None if width is None else (lowest or 0) + width
    cheaper, dearer = by_price(Part(lowest, highest, depth=depth), prices)
    assert (cheaper.price_from, dearer.price_to) == (lowest, highest)
    assert dearer.price_from == cheaper.price_to + 1
    assert cheaper.price_to >= (lowest or 0)
    assert highest is None or dearer.price_from <= highest


def facet(key, count):
    return Facet(Term(key, f"brand {key}"), count)


def test_terms_share_a_part_as_long_as_there_is_room():
    parts = by_terms(
        Part(500, 500), "brands", [facet(1, 700), facet(2, 60), facet(3, 300), facet(4, 0), facet(5, 2000)]
    )
    assert [[term.id for term in part.terms["brands"]] for part in parts] == [[5], [1, 2], [3]]
    assert {(part.price_from, part.price_to) for part in parts} == {(500, 500)}


@given(st.lists(st.integers(0, 3000), max_size=300))
def test_every_term_with_listings_is_in_exactly_one_part(counts):
    parts = by_terms(Part(), "brands", [facet(key, count) for key, count in enumerate(counts)])
    groups = [[term.id for term in part.terms["brands"]] for part in parts]
    assert sorted(key for group in groups for key in group) == [key for key, count in enumerate(counts) if count]
    assert all(len(group) <= MOST_TERMS for group in groups)
    assert all(len(group) == 1 or sum(counts[key] for key in group) <= ROOM for group in groups)


def test_a_part_of_several_terms_can_be_halved_and_one_of_one_cannot():
    terms = tuple(Term(key, str(key)) for key in range(3))
    split = halves(Part(500, 500, {"brands": terms}, crowd=0))
    assert [part.terms["brands"] for part in split] == [terms[:1], terms[1:]]
    assert [part.crowd for part in split] == [0, 0]
    assert halves(Part(500, 500, {"brands": terms[:1]})) is None
