"""From photos to the draft of a listing, without any language model."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path

import pytest

from tests.desk.drafting import BACK, LABEL, SHIRT, SHOWN, looked
from vopt_lib.desk.draft_kept import draft_kept_as, keep_draft, keep_photos
from vopt_lib.desk.draft_photos import drafted, with_seen
from vopt_lib.desk.draft_told import as_json, lines
from vopt_lib.desk.instance import Desk, open_desk
from vopt_lib.desk.shop.opening import author_of, member_of, shop_of
from vopt_lib.schema.listing_text import Facts
from vopt_lib.schema.photo_analysis import Analysis
from vopt_lib.schema.studio_page import TextKept, whole_description
from vopt_lib.shop import listings, studio
from vopt_lib.words import Words


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    return open_desk(data=tmp_path / "data")


def test_what_photos_surely_show_is_written_and_the_rest_only_offered(desk: Desk) -> None:
    made = drafted(desk, [SHIRT, BACK, LABEL], Facts(size="M"), tone="plain", analyse=looked)
    assert made.facts == Facts(catalog_id=9000019, brand="Levi's", size="M", colours=("Azzurro", "Bianco"))
    assert made.written.text.title == "Giacca di jeans Levi's da donna azzurra e bianca taglia M"
    assert made.written.by == "template"
    assert "material" in {todo.field for todo in made.completeness.todo}


def test_facts_that_are_given_win_over_what_is_seen() -> None:
    given = Facts(brand="Wrangler", colours=("Nero",))
    assert with_seen(given, SHOWN) == Facts(catalog_id=9000019, brand="Wrangler", colours=("Nero",))


def test_a_photo_that_cannot_be_opened_is_left_out_and_told(desk: Desk) -> None:
    shown: list[Sequence[bytes]] = []

    def looking(desk: Desk, contents: Sequence[bytes]) -> Analysis:
        shown.append(contents)
        return Analysis()

    made = drafted(desk, [b"<html>", SHIRT], Facts(), analyse=looking)
    assert shown[-1] == [SHIRT]
    assert list(made.refused) == [0]
    assert len(made.photos) == 1


def test_without_any_model_a_draft_is_made_of_what_is_given(desk: Desk) -> None:
    made = drafted(desk, [SHIRT], Facts(brand="Zara", catalog_id=9000028))
    assert made.written.text.title == "Gonna Zara da donna"
    assert {one.source for seen in made.analysis.fields.values() for one in seen} <= {"colours"}


def test_a_draft_is_told_with_what_is_seen_its_text_and_what_is_missing(desk: Desk) -> None:
    told = "\n".join(lines(drafted(desk, [SHIRT], Facts(), analyse=looked), Words("en")))
    assert "  Category: Giubbotti di jeans, 95%, by a language model that sees\n" in told
    assert "  Material: perhaps denim, 40%, by a language model that sees\n" in told
    assert "Price:\n  Not enough evidence: no price model is trained yet." in told
    assert "Written without a model:\n  Giacca di jeans Levi's da donna azzurra e bianca\n" in told
    assert "#giaccadijeans" in told
    assert "  - Choose its condition. Vinted demands it." in told


def test_a_draft_of_nothing_says_what_to_tell(desk: Desk) -> None:
    told = list(lines(drafted(desk, [SHIRT], Facts(), analyse=lambda desk, contents: Analysis()), Words("en")))
    assert any(line.startswith("Nothing can be written yet: say what it is") for line in told)


def test_programs_get_plain_values(desk: Desk) -> None:
    plain = json.loads(json.dumps(as_json(drafted(desk, [SHIRT], Facts(), analyse=looked))))
    assert plain["facts"]["brand"] == "Levi's"
    assert plain["seen"]["brand"][0]["sure"] is True
    assert plain["price"] == {"asked_eur": None, "worth_eur": None, "lack": "no_model"}


def test_a_draft_that_is_kept_waits_in_the_studio_with_all_that_is_known(desk: Desk) -> None:
    member = member_of(desk)
    facts = Facts(pattern="stripes", flaws="una macchia", condition_id=2)
    made = drafted(desk, [SHIRT, BACK], facts, tone="lively", analyse=looked)
    kept = keep_draft(desk, member, made, tone="lively", batch="abc")
    keep_photos(desk, member, kept.listing_id, [SHIRT, BACK, SHIRT])
    assert draft_kept_as(desk, member, "abc") == kept
    assert draft_kept_as(desk, member, "xyz") is None
    with shop_of(desk).reading() as session:
        [(listing, _)] = studio.drafts_of(session, member)
        assert (listing.title, listing.brand, listing.colour, listing.second_colour) == (
            made.written.text.title,
            "Levi's",
            "Azzurro",
            "Bianco",
        )
        assert [photo.sha256 for photo in listing.item.photos] == [photo.sha256 for photo in made.photos]
        beside = studio.remembered(session, listing)
        assert (beside.language, beside.tone) == ("it", "lively")
        assert beside.facts == {"pattern": "stripes", "flaws": "una macchia"}
        assert beside.texts["written"] == [TextKept.of(made.written).as_json()]
        assert listing.description == whole_description(made.written.text)


def test_a_draft_that_she_threw_away_is_not_found_again(desk: Desk) -> None:
    member = member_of(desk)
    kept = keep_draft(desk, member, drafted(desk, [SHIRT], Facts(), analyse=looked), tone="plain", batch="abc")
    with shop_of(desk).writing(author_of(desk, member, "delete")) as session:
        listings.delete(session, listings.find(session, member, kept.listing_id))
    assert draft_kept_as(desk, member, "abc") is None
