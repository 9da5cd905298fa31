"""A person's words become a query: by heart, and from the site itself only where it may be asked."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

import pytest

from tests.servers import RunningSimulator
from vopt_lib.desk.instance import Desk, open_desk
from vopt_lib.desk.wanted import Wanted, price_band, query_from
from vopt_lib.errors import BadPrice, LinkAndWords, QueryError, UnknownTerm
from vopt_lib.schema.queries import CatalogueQuery, Term
from vopt_lib.sources.vinted.site import MARKETPLACE


@pytest.fixture
def real(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Desk:
    """A vopt that knows the real Vinted and was never allowed to visit it."""
    for name in ("VOPT_VINTED_WWW", "VOPT_VINTED_API"):
        monkeypatch.delenv(name, raising=False)
    return open_desk(data=tmp_path / "data")


@pytest.mark.parametrize(
    ("words", "band"),
    [
        (None, (None, None)),
        ("5-30", (Decimal(5), Decimal(30))),
        (" 5,50 - ", (Decimal("5.50"), None)),
        ("-30", (None, Decimal(30))),
    ],
)
def test_a_price_band_is_understood(words: str | None, band: tuple[Decimal | None, Decimal | None]) -> None:
    assert price_band(words) == band


@pytest.mark.parametrize("words", ["", "-", "cheap", "5", "5-30-40", "5.555-", "--5", "1e3-", "5–30€"])
def test_anything_else_is_no_price_band(words: str) -> None:
    with pytest.raises(BadPrice):
        price_band(words)


def test_words_become_a_query_without_asking_anyone(real: Desk) -> None:
    wanted = Wanted(
        catalog="donna>VESTITI",
        brands=["zara", "h&m"],
        sizes=["m"],
        conditions=["très bon état"],
        price="5-30",
        text="lino",
    )
    query = query_from(real, wanted)
    assert query.catalog == Term(4, "Donna > Vestiti")
    assert [term.title for term in (*query.brands, *query.sizes, *query.conditions)] == ["Zara", "H&M", "M", "Ottime"]
    assert (query.price_from, query.price_to, query.search_text) == (Decimal(5), Decimal(30), "lino")


def test_a_link_is_read_with_its_own_market(real: Desk) -> None:
    query = query_from(real, Wanted("https://www.vinted.fr/catalog?catalog[]=4&brand_ids[]=12"))
    assert (query.market, query.catalog, [brand.id for brand in query.brands]) == (
        "fr",
        Term(4, "Donna > Vestiti"),
        [12],
    )


@pytest.mark.parametrize("more", [{"catalog": "Donna"}, {"brands": ("Zara",)}, {"price": "5-"}, {"text": "lino"}])
def test_a_link_stands_alone(real: Desk, more: dict[str, object]) -> None:
    with pytest.raises(LinkAndWords):
        query_from(real, Wanted("https://www.vinted.it/catalog?catalog[]=4", **more))  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("wanted", "near"),
    [
        (Wanted(catalog="Donna > Vestti"), "Donna > Vestiti"),
        (Wanted(brands=("Zarra",)), "Zara"),
        (Wanted(catalog="Donna > Vestiti", sizes=("XLarge",)), "XL"),
        (Wanted(conditions=("bello",)), "Ottime"),
    ],
)
def test_without_consent_what_is_near_by_heart_is_offered(real: Desk, wanted: Wanted, near: str) -> None:
    with pytest.raises(UnknownTerm) as refused:
        query_from(real, wanted)
    assert near in str(refused.value.facts["near"])
    assert not [path for path in real.paths.host_state(MARKETPLACE).glob("**/*") if "budget" in path.name]


def test_what_only_the_simulator_has_is_unknown_to_the_real_vinted(real: Desk, desk: Desk) -> None:
    wanted = Wanted(catalog="Donna > Borse > Borse a tracolla")
    assert query_from(desk, wanted).catalog == Term(9_000_050, "Donna > Borse > Borse a tracolla")
    with pytest.raises(UnknownTerm):
        query_from(real, wanted)


def test_what_is_not_known_by_heart_is_asked_of_the_site(desk: Desk, market: RunningSimulator) -> None:
    market.forget_requests()
    with pytest.raises(UnknownTerm):
        query_from(desk, Wanted(brands=("Qqqqxyz",)))
    assert any("brand" in str(asked).lower() for asked in market.requests())


@pytest.mark.parametrize(
    "wanted", [Wanted(catalog="Donna > Borse", price="30-5"), Wanted(market="xx", text="lino")], ids=["price", "market"]
)
def test_a_query_that_makes_no_sense_is_refused(real: Desk, wanted: Wanted) -> None:
    with pytest.raises(QueryError):
        query_from(real, wanted)


def test_a_query_of_nothing_is_a_query(real: Desk) -> None:
    assert query_from(real, Wanted(text="  ")) == CatalogueQuery("it", search_text="  ")
