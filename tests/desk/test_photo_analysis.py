"""What photos of a thing tell: who looks, how they are weighed against each other, and what is remembered for a day."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from tests.assistant.ollama_server import OllamaServer, fails, running_ollama
from tests.assistant.serving import says
from tests.desk.described import describe, listings_of
from tests.markets import BAGS, DRESSES
from tests.simulator.drawn import drawn, offers_of
from vopt_lib.assistant import looking
from vopt_lib.assistant.prompts import Prompt
from vopt_lib.desk import photo_analysis, photo_evidence
from vopt_lib.desk.instance import Desk, open_desk
from vopt_lib.desk.photo_analysis import SURE, analyse, analyse_again, analyse_at_once, filled_in, weighed
from vopt_lib.desk.photo_evidence import UNMEASURED
from vopt_lib.errors import AnswerUseless, AssistantFailed, ModelMissing, PhotoUnreadable
from vopt_lib.schema.own_photos import photo_name
from vopt_lib.schema.photo_analysis import Analysis, Field, Seen, Source

RED, BLUE = 7, 9
START = datetime(2026, 11, 12, 12, tzinfo=UTC)
SAID = json.dumps({"category": "handbag", "brand": {"value": "Furla", "text": "FURLA", "confidence": 0.9}})


@dataclass
class MovedClock:
    """A clock that a test moves."""

    at: datetime = field(default=START)

    def now(self) -> datetime:
        return self.at

    def sleep(self, seconds: float) -> None:
        """Nobody waits."""


@pytest.fixture(scope="module")
def photos() -> dict[int, bytes]:
    """A handbag in red and one in blue."""
    return {colour: drawn(next(offers_of(["handbag"], [colour])), size=(310, 430)).photo for colour in (RED, BLUE)}


@pytest.fixture
def clock() -> MovedClock:
    return MovedClock()


@pytest.fixture
def alone(tmp_path: Path, clock: MovedClock) -> Desk:
    """A vopt that knows no listing and no model."""
    return open_desk(clock=clock, data=tmp_path / "data", ollama_url="off")


@pytest.fixture
def ollama() -> Iterator[OllamaServer]:
    with running_ollama(OllamaServer(said=[says(SAID)])) as running:
        yield running


@pytest.fixture
def asking(tmp_path: Path, clock: MovedClock, ollama: OllamaServer) -> Desk:
    """A vopt with a model that sees, and no listing."""
    return open_desk(clock=clock, data=tmp_path / "data", ollama_url=ollama.address)


@pytest.fixture
def market(alone: Desk, photos: dict[int, bytes], monkeypatch: pytest.MonkeyPatch) -> Desk:
    """A vopt whose 40 listings of bags show red handbags, and those of dresses blue ones."""
    listed = [(photos[RED], BAGS.id), (photos[BLUE], DRESSES.id)]
    describe(alone, [photo for photo, _ in listed])
    listings = listings_of(listed * 40)
    monkeypatch.setattr(
        photo_evidence, "described_listings", lambda desk, name: listings if name == "it" else listings.clear()
    )
    return alone


def values(found: Analysis) -> dict[str, list[int | str]]:
    return {name: [one.value for one in seen] for name, seen in found.fields.items()}


def seen(value: int | str, confidence: float, source: Source = "alike") -> Seen:
    return Seen(value, {"it": str(value), "en": str(value)}, confidence, source)


def test_without_model_and_listings_colours_alone_are_told(alone: Desk, photos: dict[int, bytes]) -> None:
    found = analyse(alone, [photos[RED]])
    assert found.fields.keys() == {"colours"}
    assert found.fields["colours"][0].value == "Rosso"
    assert (found.by, found.attempts, found.made_at) == (None, (), START.isoformat())
    assert len(found.photos) == 1


def test_without_a_photo_nothing_is_told(alone: Desk, asking: Desk, ollama: OllamaServer) -> None:
    assert values(analyse(alone, [])) == values(analyse(asking, [])) == {}
    assert ollama.chats == []


def test_look_alikes_vote_and_a_market_of_two_catalogues_makes_nobody_sure(
    market: Desk, photos: dict[int, bytes]
) -> None:
    for colour, catalogue in ((RED, BAGS), (BLUE, DRESSES)):
        [only] = analyse(market, [photos[colour]]).fields["catalog_id"]
        assert (only.value, only.confidence, only.source) == (catalogue.id, UNMEASURED, "alike")
        assert only.labels["it"] == catalogue.title
    assert "catalog_id" not in analyse(market, [photos[RED]]).sure


def test_the_first_photo_counts_most(market: Desk, photos: dict[int, bytes]) -> None:
    found = analyse(market, [photos[RED], photos[BLUE]])
    assert [one.value for one in found.fields["catalog_id"]] == [BAGS.id, DRESSES.id]
    assert [one.confidence for one in found.fields["catalog_id"]] == pytest.approx([2 / 3, 1 / 3], abs=0.01)
    assert analyse(market, [photos[BLUE], photos[RED]]).fields["catalog_id"][0].value == DRESSES.id


def test_a_market_that_is_not_known_has_no_vote(market: Desk, photos: dict[int, bytes]) -> None:
    assert analyse(market, [photos[RED]], market="fr").fields.keys() == {"colours"}


def test_what_a_model_sees_is_told_with_who_it_was(asking: Desk, photos: dict[int, bytes]) -> None:
    found = analyse(asking, [photos[RED]])
    assert values(found)["brand"] == ["Furla"]
    assert found.fields["brand"][0].confidence == pytest.approx(0.9 * UNMEASURED)
    assert (found.by, [one.error for one in found.attempts]) == ("moondream", [None])
    assert found.sure <= {"colours"}


@pytest.mark.parametrize(
    ("said", "error"),
    [(fails("loading"), AssistantFailed), (says("I see a bag"), AnswerUseless), (None, ModelMissing)],
    ids=["fails", "nonsense", "missing"],
)
def test_a_model_that_does_not_answer_is_left_out_and_its_attempts_are_told(
    asking: Desk, ollama: OllamaServer, photos: dict[int, bytes], said: object, error: type[Exception]
) -> None:
    ollama.said = [said]  # type: ignore[list-item]
    ollama.models = {} if said is None else ollama.models
    found = analyse(asking, [photos[RED]])
    assert (found.by, found.fields.keys()) == (None, {"colours"})
    assert isinstance(found.attempts[0].error, error)


def test_a_photo_is_looked_at_as_it_is_turned(asking: Desk, ollama: OllamaServer, photos: dict[int, bytes]) -> None:
    upright, sideways = (photo_name("0" * 64, quarters) for quarters in (0, 1))
    found = [analyse(asking, [photos[RED]], names=[name]) for name in (upright, sideways)]
    assert [one.photos for one in found] == [(upright,), (sideways,)]
    first, second = (one["messages"][0]["images"] for one in ollama.chats)
    assert first != second


def test_a_file_that_is_no_photo_is_refused(alone: Desk) -> None:
    with pytest.raises(PhotoUnreadable):
        analyse(alone, [b"no photo"])


def test_what_was_told_is_remembered_for_a_day(
    asking: Desk, ollama: OllamaServer, clock: MovedClock, photos: dict[int, bytes]
) -> None:
    first = analyse(asking, [photos[RED]])
    clock.at += timedelta(hours=23, minutes=59)
    again = analyse(asking, [photos[RED]])
    assert (again.fields, again.sure, again.by, again.made_at) == (first.fields, first.sure, first.by, first.made_at)
    assert (again.attempts, len(ollama.chats)) == ((), 1)
    clock.at += timedelta(minutes=1)
    assert analyse(asking, [photos[RED]]).made_at == clock.at.isoformat()
    assert len(ollama.chats) == 2


def test_it_is_looked_anew_when_that_is_asked_and_the_new_is_remembered(
    asking: Desk, ollama: OllamaServer, photos: dict[int, bytes]
) -> None:
    analyse(asking, [photos[RED]])
    ollama.said = [says('{"brand": {"value": "Zara", "text": "ZARA"}}')]
    assert values(analyse_again(asking, [photos[RED]]))["brand"] == ["Zara"]
    assert values(analyse(asking, [photos[RED]]))["brand"] == ["Zara"]
    assert len(ollama.chats) == 2


def test_at_once_no_model_is_asked_but_what_it_told_is_told(
    asking: Desk, ollama: OllamaServer, photos: dict[int, bytes]
) -> None:
    found = analyse_at_once(asking, [photos[RED]])
    assert (found.fields.keys(), found.attempts, ollama.chats) == ({"colours"}, (), [])
    analyse(asking, [photos[RED]])
    assert values(analyse_at_once(asking, [photos[RED]]))["brand"] == ["Furla"]
    assert len(ollama.chats) == 1


def test_another_order_of_photos_model_or_prompt_is_looked_at_anew(
    asking: Desk, ollama: OllamaServer, photos: dict[int, bytes], monkeypatch: pytest.MonkeyPatch
) -> None:
    analyse(asking, [photos[RED], photos[BLUE]])
    analyse(asking, [photos[BLUE], photos[RED]])
    assert len(ollama.chats) == 2
    ollama.models["llava"] = 1
    other = open_desk(
        clock=asking.clock, data=asking.paths.data, ollama_url=ollama.address, ollama_vision_model="llava"
    )
    assert analyse(other, [photos[RED], photos[BLUE]]).by == "llava"
    for module in (looking, photo_analysis):
        monkeypatch.setattr(module, "prompt", lambda name: Prompt("Look!", "2"))
    analyse(asking, [photos[RED], photos[BLUE]])
    assert len(ollama.chats) == 4


@pytest.mark.parametrize("said", [fails("loading"), None], ids=["fails", "missing"])
def test_what_failed_for_a_passing_reason_is_not_remembered(
    asking: Desk, ollama: OllamaServer, photos: dict[int, bytes], said: object
) -> None:
    models = ollama.models
    ollama.said, ollama.models = [said], {} if said is None else models  # type: ignore[list-item]
    analyse(asking, [photos[RED]])
    ollama.said, ollama.models = [says(SAID)], models
    assert analyse(asking, [photos[RED]]).by == "moondream"


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b'{"form": 1, "fields": {"brand": [{"val',
        b'{"form": 0, "fields": {}, "sure": [], "by": null, "made_at": "2026-11-12T12:00:00Z"}',
        b'{"form": 1, "fields": {"price": []}, "sure": [], "by": null, "made_at": "2026-11-12T12:00:00Z"}',
        b'{"form": 1, "fields": {}, "sure": ["brand"], "by": null, "made_at": "2026-11-12T12:00:00Z"}',
        b'{"form": 1, "fields": {}, "sure": [], "by": null, "made_at": "2026-11-12T12:00:00"}',
        b"\x00\xff[]",
    ],
    ids=["empty", "cut", "older", "foreign", "sure of nothing", "no zone", "bytes"],
)
def test_a_file_that_is_not_what_was_written_is_not_believed(
    alone: Desk, photos: dict[int, bytes], content: bytes
) -> None:
    first = analyse(alone, [photos[RED]])
    [file] = alone.paths.thumbnails.iterdir()
    file.write_bytes(content)
    assert analyse(alone, [photos[RED]]) == first
    assert json.loads(file.read_bytes())["fields"]


def test_old_ones_and_what_a_killed_process_left_are_removed(
    alone: Desk, clock: MovedClock, photos: dict[int, bytes]
) -> None:
    analyse(alone, [photos[RED]])
    [old] = alone.paths.thumbnails.iterdir()
    (alone.paths.thumbnails / f".{old.name}.x1.tmp").write_bytes(b'{"form"')
    other = alone.paths.thumbnails / f"{'0' * 64}-240.jpg"
    other.write_bytes(b"a small photo")
    clock.at += timedelta(hours=25)
    analyse(alone, [photos[BLUE]])
    left = {one.name[:64] for one in alone.paths.thumbnails.iterdir()}
    assert old.name[:64] not in left
    assert len(left) == 2
    assert other.exists()


def test_a_remembered_analysis_holds_no_photo_and_goes_with_the_first(alone: Desk, photos: dict[int, bytes]) -> None:
    found = analyse(alone, [photos[RED], photos[BLUE]])
    [file] = alone.paths.thumbnails.iterdir()
    assert file.name.startswith(found.photos[0])
    assert file.stat().st_size < 2_000


def test_where_nothing_can_be_written_it_is_told_all_the_same(alone: Desk, photos: dict[int, bytes]) -> None:
    alone.paths.thumbnails.write_bytes(b"in the way")
    assert analyse(alone, [photos[RED]]).fields


@pytest.mark.parametrize(
    ("evidence", "ranked"),
    [
        ([("alike", 1, 0.8)], [(1, 0.8)]),
        ([("alike", 1, 0.8), ("model", 1, 0.6)], [(1, 0.92)]),
        ([("alike", 1, 0.8), ("alike", 1, 0.6)], [(1, 0.8)]),
        ([("alike", 1, 0.9), ("model", 2, 0.6)], [(1, 0.6), (2, 0.4)]),
        ([("model", 1, 0.6), ("alike", 2, 0.2), ("alike", 3, 0.05)], [(1, 0.6), (2, 0.2)]),
        ([("model", 1, 0.75), ("clip", 1, 0.75), ("clip", 2, 0.0625)], [(1, 0.9375)]),
    ],
    ids=["one", "agree", "one source once", "disagree", "too unsure", "two that were not measured"],
)
def test_sources_that_agree_make_surer_and_those_that_do_not_less_sure(
    evidence: list[tuple[Source, int, float]], ranked: list[tuple[int, float]]
) -> None:
    found = weighed([("catalog_id", seen(value, share, source)) for source, value, share in evidence])
    told = [(one.value, one.confidence) for one in found.fields["catalog_id"]]
    assert told == [(value, pytest.approx(share)) for value, share in ranked]
    assert found.sure == ({"catalog_id"} if ranked[0][1] >= SURE else set())


def test_a_field_of_which_too_little_is_known_is_not_there() -> None:
    assert weighed([("brand", seen("Zara", 0.05))]) == Analysis()


def test_two_colours_may_be_right_at_once_and_only_sure_ones_are_filled_in() -> None:
    told: list[tuple[Field, Seen]] = [
        ("colours", seen("Nero", 0.96, "colours")),
        ("colours", seen("Bianco", 0.95, "model")),
        ("colours", seen("Rosso", 0.95, "clip")),
        ("tags", seen("cappuccio", 1.0, "model")),
        ("brand", seen("Zara", 0.5, "label")),
    ]
    found = weighed(told)
    assert found.sure == {"colours"}
    assert [one.value for one in filled_in(found, "colours")] == ["Nero", "Bianco"]
    assert filled_in(found, "tags") == filled_in(found, "brand") == filled_in(found, "size") == ()
    less = weighed([("colours", seen("Nero", 0.96, "colours")), ("colours", seen("Bianco", 0.4, "colours"))])
    assert [one.value for one in filled_in(less, "colours")] == ["Nero"]
