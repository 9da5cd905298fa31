"""The studio: a draft begins with photos, is filled in field by field, and nothing that was written is lost."""

from __future__ import annotations

import json
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from tests.assistant.ollama_server import OllamaServer, running_ollama
from tests.assistant.serving import says
from tests.vision.pictures import thing, written
from vopt_lib.desk.assistant_use import usage
from vopt_lib.desk.instance import Desk, open_desk
from vopt_lib.desk.shop.opening import author_of, member_called, shop_of
from vopt_lib.desk.shop.studio import open_draft, studio_page
from vopt_lib.desk.shop.studio_deeds import (
    begin_draft,
    keep_fields,
    look_at_photos,
    take_suggestion,
    turn_text,
    write_draft,
)
from vopt_lib.desk.shop.studio_ready import ready_of
from vopt_lib.desk.shop.uploads import arriving
from vopt_lib.errors import NoPrice, TextTooLong, UnknownListing
from vopt_lib.schema.filters import StudioAddress
from vopt_lib.schema.inventory_page import Answered
from vopt_lib.schema.listing_text import TEMPLATE, ListingText
from vopt_lib.schema.own_states import State
from vopt_lib.schema.photo_analysis import Analysis, Seen
from vopt_lib.schema.studio_page import OpenDraft
from vopt_lib.schema.visitor import Visitor
from vopt_lib.shop import listings, studio
from vopt_lib.shop.tables import Person

ANNA = Visitor("anna", "en", role="admin")
PHOTO = written(thing(720, 960), "JPEG")
JACKET = 9_000_019
"""Donna > … > Giacche di jeans."""

RED = Seen("Rosso", {"it": "Rosso", "en": "Red"}, 0.95, "colours")
BLUE = Seen("Blu", {"it": "Blu", "en": "Blue"}, 0.92, "colours")
DENIM = Seen(JACKET, {"it": "Donna > Giacche di jeans", "en": "a women's denim jacket"}, 0.93, "alike")


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    return open_desk(data=tmp_path, ollama_url="off")


@pytest.fixture
def ollama() -> Iterator[OllamaServer]:
    with running_ollama(OllamaServer()) as running:
        yield running


def begin(desk: Desk, *photos: bytes) -> Answered:
    ids = []
    for content in photos:
        with arriving(desk, member_called(desk, None), "IMG_1.jpg") as file:
            file.write(content)
            ids.append(file.finish().id)
    return begin_draft(desk, ANNA, ids)


def begun(desk: Desk, **fields: Any) -> int:
    made = begin(desk).opens
    assert made is not None
    keep_fields(desk, ANNA, made, fields)
    return made


def draft(desk: Desk, listing_id: int) -> OpenDraft:
    return open_draft(desk, member_called(desk, None), listing_id)


def looked(desk: Desk, listing_id: int, found: Analysis) -> None:
    look_at_photos(desk, ANNA, listing_id, look=lambda *_, **__: found)


def test_photos_begin_a_draft_that_is_open_then(desk: Desk) -> None:
    made = begin(desk, PHOTO)
    assert (made.told.kind, made.told.text) == ("good", "1 photo was added.")
    assert made.opens is not None
    page = studio_page(desk, ANNA, StudioAddress(id=made.opens))
    assert page.draft is not None
    assert [len(page.draft.photos), page.draft.title, page.draft.state] == [1, "", "draft"]
    assert [row.listing_id for row in studio_page(desk, ANNA, StudioAddress()).drafts] == [made.opens]


def test_where_no_file_is_a_photo_no_draft_stays(desk: Desk) -> None:
    made = begin(desk, b"no photo at all")
    assert (made.told.kind, made.opens) == ("bad", None)
    assert studio_page(desk, ANNA, StudioAddress()).drafts == ()


def test_each_field_is_kept_at_once(desk: Desk) -> None:
    made = begun(desk, catalog_id=JACKET, brand="Levi's", colour="Blu", asked="24,50", flaws=" un bottone manca ")
    known = draft(desk, made)
    assert known.facts.catalog_id == JACKET
    assert (known.facts.brand, known.facts.colours, known.facts.flaws) == ("Levi's", ("Blu",), "un bottone manca")
    assert known.asked == Decimal("24.50")
    keep_fields(desk, ANNA, made, {"brand": ""})
    assert draft(desk, made).facts.brand is None


def test_a_text_of_the_built_in_writer_follows_the_facts_and_hers_does_not(desk: Desk) -> None:
    made = begun(desk, catalog_id=JACKET)
    assert keep_fields(desk, ANNA, made, {"brand": "Levi's"})
    assert "Levi's" in draft(desk, made).title
    keep_fields(desk, ANNA, made, {"description": "Bella, la vendo perché non mi va più."})
    assert keep_fields(desk, ANNA, made, {"brand": "Zara"})
    known = draft(desk, made)
    assert "Zara" in known.title
    assert known.description == "Bella, la vendo perché non mi va più."
    keep_fields(desk, ANNA, made, {"title": "La mia giacca"})
    assert not keep_fields(desk, ANNA, made, {"brand": "OVS"})


def test_another_language_writes_the_built_in_text_anew(desk: Desk) -> None:
    made = begun(desk, catalog_id=JACKET, colour="Blu")
    italian = draft(desk, made).title
    keep_fields(desk, ANNA, made, {"language": "de"})
    assert "jacke" in draft(desk, made).title.casefold()
    keep_fields(desk, ANNA, made, {"language": "it"})
    assert draft(desk, made).title == italian


@pytest.mark.parametrize(
    ("name", "value", "error"),
    [("asked", "molto", NoPrice), ("title", "x" * 201, TextTooLong), ("description", "x" * 5001, TextTooLong)],
    ids=["price", "title", "description"],
)
def test_what_cannot_be_kept_is_refused_and_the_draft_stays(
    desk: Desk, name: str, value: str, error: type[Exception]
) -> None:
    made = begun(desk, title="Giacca")
    with pytest.raises(error):
        keep_fields(desk, ANNA, made, {name: value})
    assert draft(desk, made).title == "Giacca"


def test_what_photos_tell_surely_is_filled_in_where_she_said_nothing(desk: Desk) -> None:
    made = begin(desk, PHOTO).opens or 0
    keep_fields(desk, ANNA, made, {"catalog_id": 4})
    looked(desk, made, Analysis({"catalog_id": (DENIM,), "colours": (RED, BLUE)}, frozenset({"catalog_id", "colours"})))
    known = draft(desk, made)
    assert (known.facts.catalog_id, known.facts.colours) == (4, ("Rosso", "Blu"))
    assert "ross" in known.title.casefold()


def test_what_photos_do_not_tell_surely_is_only_offered(desk: Desk) -> None:
    made = begin(desk, PHOTO).opens or 0
    looked(desk, made, Analysis({"catalog_id": (DENIM,), "colours": (RED, BLUE)}))
    assert draft(desk, made).facts.colours == ()
    for told in ("catalog_id 0", "colours 1", "colours 0"):
        take_suggestion(desk, ANNA, made, told)
    known = draft(desk, made)
    assert (known.facts.catalog_id, known.facts.colours) == (JACKET, ("Blu", "Rosso"))


@pytest.mark.parametrize("told", ["colours 7", "colours", "household_id 0", "colours -1"])
def test_nothing_but_what_was_suggested_is_taken(desk: Desk, told: str) -> None:
    made = begin(desk, PHOTO).opens or 0
    looked(desk, made, Analysis({"colours": (RED,)}))
    before = draft(desk, made).facts
    take_suggestion(desk, ANNA, made, told)
    assert draft(desk, made).facts == before


def test_what_photos_told_is_remembered_as_it_was_said(desk: Desk) -> None:
    found = Analysis({"colours": (RED, BLUE)}, frozenset({"colours"}), "moondream", (), ("a", "b"), "2026-11-23")
    made = begin(desk, PHOTO).opens or 0
    looked(desk, made, found)
    assert draft(desk, made).analysis == found


def test_without_a_language_model_the_built_in_writer_writes(desk: Desk) -> None:
    made = begun(desk, catalog_id=JACKET, colour="Blu", description="Mia.")
    assert write_draft(desk, ANNA, made).by == TEMPLATE
    known = draft(desk, made)
    assert known.shown is not None
    assert (known.shown.by, known.texts[0].description) == (TEMPLATE, "Mia.")


def answer(**said: Any) -> str:
    return json.dumps({"title": "Giacca di jeans blu", "hashtags": ["giacca"], **said})


SAID = "Giacca di jeans blu, comoda e bella da portare ogni giorno. La spedisco con cura e in fretta."


def test_a_model_writes_and_its_words_come_as_it_sends_them(tmp_path: Path, ollama: OllamaServer) -> None:
    told = answer(description=SAID)
    ollama.said = [says(told[:60], told[60:120], told[120:])]
    desk = open_desk(data=tmp_path, ollama_url=ollama.address)
    made = begun(desk, catalog_id=JACKET, colour="Blu")
    seen: list[ListingText] = []
    write_draft(desk, ANNA, made, on_text=seen.append)
    known = draft(desk, made)
    assert known.shown is not None
    assert (known.shown.by, known.shown.model) == ("Ollama", "phi3:mini")
    assert known.title == "Giacca di jeans blu"
    assert known.description == f"{SAID}\n\n#giacca"
    assert seen[0].title == "Giacca di jeans blu"
    used = usage(desk, member_called(desk, None), 1)
    assert [(one.backend, one.model) for one in used.sums] == [("Ollama", "phi3:mini")]


def test_she_can_go_back_to_any_text_and_her_own_changes_are_not_lost(tmp_path: Path, ollama: OllamaServer) -> None:
    ollama.said = [says(answer(description=SAID))]
    desk = open_desk(data=tmp_path, ollama_url=ollama.address)
    made = begun(desk, catalog_id=JACKET, colour="Blu")
    first = draft(desk, made).description
    write_draft(desk, ANNA, made)
    keep_fields(desk, ANNA, made, {"description": "Scritta da me."})
    turn_text(desk, ANNA, made, -1)
    assert draft(desk, made).description == first
    turn_text(desk, ANNA, made, 1)
    assert draft(desk, made).description.startswith(SAID)
    turn_text(desk, ANNA, made, 1)
    assert draft(desk, made).description == "Scritta da me."


def test_a_model_is_shown_how_she_writes_in_the_language_of_the_draft(tmp_path: Path, ollama: OllamaServer) -> None:
    ollama.said = [says(answer(description=SAID))]
    desk = open_desk(data=tmp_path, ollama_url=ollama.address)
    hers = (
        "Ciao a tutte! Vendo questa gonna che non metto da anni, è come nuova e la spedisco in giornata con cura. " * 2
    )
    english = (
        "I am selling this skirt that I have not worn for years; it is like new and I will post it the same day. " * 2
    )
    for told in (hers, english):
        with shop_of(desk).writing(author_of(desk, member_called(desk, None), "test")) as session:
            sold = listings.create(session, member_called(desk, None), {"title": "Gonna", "description": told})
            listings.change_state(session, sold, State.PUBLISHED)
    write_draft(desk, ANNA, begun(desk, catalog_id=JACKET, colour="Blu"))
    [asked] = ollama.chats
    told = json.dumps(asked["messages"], ensure_ascii=False)
    assert "Vendo questa gonna" in told
    assert "I am selling" not in told


def test_when_the_tokens_of_the_day_are_used_up_no_model_is_asked(tmp_path: Path, ollama: OllamaServer) -> None:
    desk = open_desk(data=tmp_path, ollama_url=ollama.address, assistant_tokens_a_day=0)
    made = begun(desk, catalog_id=JACKET)
    assert write_draft(desk, ANNA, made).by == TEMPLATE
    assert ollama.chats == []


def test_somebody_elses_draft_is_not_there(desk: Desk) -> None:
    made = begun(desk, title="Giacca")
    with shop_of(desk).writing(author_of(desk, None, "test")) as session:
        session.add(Person(household_id=1, name="Ben", role="member"))
    ben = Visitor("ben", "en", member=2)
    assert studio_page(desk, ben, StudioAddress()).drafts == ()
    assert isinstance(studio_page(desk, ben, StudioAddress(id=made)).trouble, UnknownListing)
    with pytest.raises(UnknownListing):
        keep_fields(desk, ben, made, {"title": "mia"})


def test_a_draft_says_what_it_lacks_and_what_its_text_tells_that_no_field_does(desk: Desk) -> None:
    made = begun(desk, catalog_id=JACKET, title="Giacca Gucci", description="Una giacca di Gucci.")
    known = ready_of(desk, ANNA, draft(desk, made))
    assert known is not None
    assert not known.complete.is_publishable
    assert {one.kind for one in known.unproven} == {"brand"}
    assert known.package.title == "Giacca Gucci"


def test_a_draft_of_an_earlier_form_that_remembers_nothing_opens(desk: Desk) -> None:
    member = member_called(desk, None)
    with shop_of(desk).writing(author_of(desk, member, "test")) as session:
        made = listings.create(session, member, {"title": "Abito"}).id
        assert studio.remembered(session, listings.find(session, member, made)) == studio.Remembered()
    assert draft(desk, made).texts == ()
