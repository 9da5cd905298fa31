"""Her closet as a source of her shop: from her profile, from what she saved, and never somebody else's."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from tests.servers import SMALL_SIMULATOR, RunningSimulator, running_simulator
from tests.simulator.small_market import ANNA, SHOP, SOLD_AT
from tests.sources.vinted.answers import envelope, svc_listing, v2_2025_listing
from vopt_lib.desk.instance import Desk, open_desk
from vopt_lib.desk.shop.opening import author_of, member_of, shop_of
from vopt_lib.desk.shop.wardrobe import Closet, closet_of, wardrobe_records
from vopt_lib.errors import ConsentNeeded, IngestError, NotAnAnswer, NotAProfileLink, NotHerCloset
from vopt_lib.schema.own_records import OwnListing
from vopt_lib.shop.tables import ChannelAccount

pytestmark = pytest.mark.timeout(120)


@pytest.fixture(scope="module")
def _running() -> Iterator[RunningSimulator]:
    with running_simulator(program=SMALL_SIMULATOR) as running:
        yield running


@pytest.fixture
def site(_running: RunningSimulator) -> RunningSimulator:
    """The small simulator when some things of Anna's are sold."""
    _running.clock.move_to(SOLD_AT)
    _running.switch_off()
    _running.forget_requests()
    return _running


@pytest.fixture
def desk(site: RunningSimulator, tmp_path: Path) -> Desk:
    """A vopt whose owner sells as Anna."""
    opened = open_desk(data=tmp_path / "data", vinted_www=site.www, vinted_api=site.api)
    add_account(opened, ANNA.login)
    return opened


def add_account(desk: Desk, login: str) -> None:
    member = member_of(desk)
    with shop_of(desk).writing(author_of(desk, member, "add account")) as session:
        own = {"household_id": member.household_id, "person_id": member.person_id}
        session.add(ChannelAccount(**own, channel="vinted", market="it", name=login))


def found(desk: Desk, where: object) -> list[int | None]:
    records = wardrobe_records(desk, member_of(desk), str(where))
    return sorted(one.external_id or 0 for one in records if isinstance(one, OwnListing))


def saved(folder: Path, body: object, name: str = "closet.json") -> Path:
    file = folder / name
    file.write_bytes(body if isinstance(body, bytes) else json.dumps(body).encode())
    return file


HERS = [10_400_000_000 + n for n in (1, 2, 3, 4, 9, 11)]


@pytest.mark.parametrize("tail", [f"-{ANNA.login}", "", f"-{ANNA.login.upper()}?tab=closet"])
def test_her_profile_gives_her_closet(desk: Desk, site: RunningSimulator, tail: str) -> None:
    link = f"{site.www}/member/{ANNA.seller_id}{tail}"
    closet = closet_of(desk, member_of(desk), link)
    assert (closet.market, closet.login.lower(), closet.user_id, closet.account_id) == (
        "it",
        ANNA.login,
        ANNA.seller_id,
        1,
    )
    assert found(desk, link) == HERS


def test_how_far_it_is_read_is_told(desk: Desk, site: RunningSimulator) -> None:
    told: list[tuple[int, int | None]] = []
    link = f"{site.www}/member/{ANNA.seller_id}-{ANNA.login}"
    list(wardrobe_records(desk, member_of(desk), link, on_page=lambda read, of: told.append((read, of))))
    assert told == [(7, 7)]


def test_somebody_elses_closet_is_refused_and_never_asked_for(desk: Desk, site: RunningSimulator) -> None:
    link = f"{site.www}/member/{SHOP.seller_id}-{SHOP.login}"
    assert closet_of(desk, member_of(desk), link) == Closet("it", SHOP.login, SHOP.seller_id, None)
    with pytest.raises(NotHerCloset, match=SHOP.login):
        found(desk, link)
    assert [one for one in site.requests() if "/wardrobe/" in one["path"]] == []


def test_a_login_that_is_not_that_of_the_number_is_seen_through(desk: Desk, site: RunningSimulator) -> None:
    with pytest.raises(NotHerCloset, match=SHOP.login):
        found(desk, f"{site.www}/member/{SHOP.seller_id}-{ANNA.login}")


def test_a_real_site_is_not_visited_without_consent(desk: Desk, tmp_path: Path) -> None:
    real = open_desk(data=tmp_path / "real", clock=desk.clock)
    add_account(real, "anna_r")
    with pytest.raises(ConsentNeeded):
        found(real, "https://www.vinted.it/member/123-anna_r")


@pytest.mark.parametrize("address", ["member/{id}-{login}", "api/v2/wardrobe/{id}/items?per_page=96"])
def test_what_she_saved_of_it_is_read_without_any_visit(
    desk: Desk, site: RunningSimulator, tmp_path: Path, address: str
) -> None:
    path = address.format(id=ANNA.seller_id, login=ANNA.login)
    file = saved(tmp_path, site.ask(f"/{path}", headers=site.guest()).body)
    site.forget_requests()
    on_sale = [number for number in HERS if number != 10_400_000_004]
    assert found(desk, file) == (on_sale if path.startswith("member") else HERS)
    assert site.requests() == []


def test_a_saved_page_of_one_listing_is_read(desk: Desk, site: RunningSimulator, tmp_path: Path) -> None:
    file = saved(tmp_path, site.ask("/items/10400000003-abito").body, "Abito blu.html")
    (listing,) = wardrobe_records(desk, member_of(desk), str(file))
    assert isinstance(listing, OwnListing)
    assert (listing.external_id, listing.description, listing.is_sold) == (
        10_400_000_003,
        "Abito blu, mai indossato",
        False,
    )


def test_a_saved_closet_of_somebody_else_is_refused(desk: Desk, site: RunningSimulator, tmp_path: Path) -> None:
    with pytest.raises(NotHerCloset, match=SHOP.login):
        found(desk, saved(tmp_path, site.ask(f"/member/{SHOP.seller_id}").body))


def test_a_page_of_several_sellers_is_no_closet(desk: Desk, tmp_path: Path) -> None:
    several = envelope(svc_listing(1), svc_listing(2, user={"id": 5, "login": "luisa", "business": False}))
    with pytest.raises(NotAnAnswer, match="several sellers"):
        found(desk, saved(tmp_path, several))


def test_an_edit_form_that_names_nobody_is_of_her_only_account(desk: Desk, tmp_path: Path) -> None:
    form = {key: value for key, value in v2_2025_listing(9001).items() if key != "user"} | {"is_draft": False}
    file = saved(tmp_path, {"item": form, "code": 0})
    assert found(desk, file) == [9001]
    add_account(desk, "anna.seconda")
    with pytest.raises(NotAnAnswer, match="whose closet"):
        found(desk, file)


@pytest.mark.parametrize(
    "where", ["https://www.vinted.it/items/7-abito", "https://evil.com/member/7-anna", "/member/x"]
)
def test_an_address_that_is_no_profile_is_said_to_be_so(desk: Desk, where: str) -> None:
    with pytest.raises(NotAProfileLink):
        found(desk, where)


@pytest.mark.parametrize("body", [b"", b"<html>ciao</html>", b'{"items": 3}', b"\x00" * 100])
def test_a_file_that_is_no_closet_is_said_to_be_so(desk: Desk, tmp_path: Path, body: bytes) -> None:
    with pytest.raises(NotAnAnswer):
        found(desk, saved(tmp_path, body))


def test_a_file_that_there_is_not_is_said_to_be_so(desk: Desk) -> None:
    with pytest.raises(IngestError, match="does not exist"):
        found(desk, "closet.json")


def test_a_closet_is_asked_for_again_the_next_day(desk: Desk, site: RunningSimulator) -> None:
    link = f"{site.www}/member/{ANNA.seller_id}-{ANNA.login}"
    found(desk, link)
    site.clock.move_to(SOLD_AT + timedelta(days=1))
    found(desk, link)
    assert len([one for one in site.requests() if "/wardrobe/" in one["path"]]) == 2
