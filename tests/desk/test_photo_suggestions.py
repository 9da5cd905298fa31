"""What a photo suggests: by sentences that compete for it, or by look-alikes and the colours that are seen."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pytest

from tests.markets import BAGS, DRESSES, small_market_data
from tests.simulator.drawn import drawn, offers_of
from vopt_lib.desk import market_embedding, photo_suggestions
from vopt_lib.desk.instance import Desk, open_desk
from vopt_lib.desk.market_embedding import embed_market
from vopt_lib.desk.photo_suggestions import suggest_by_look, suggest_by_words
from vopt_lib.desk.photo_suggestions_told import as_json, lines
from vopt_lib.errors import PhotoUnreadable, WordsNotCompared
from vopt_lib.schema.vinted_terms import catalogue_nodes, colours, patterns, seen_as
from vopt_lib.words import Words

RED, BLUE = 7, 9


@pytest.fixture(scope="module")
def photos() -> dict[int, bytes]:
    """A handbag in red and one in blue."""
    return {colour: drawn(next(offers_of(["handbag"], [colour])), size=(310, 430)).photo for colour in (RED, BLUE)}


@dataclass
class Parrot:
    """Knows words: every photo is most like sentences that hold what it is told."""

    seen: tuple[str, ...]
    name: str = "parrot-1"
    length: int = 64
    longest: int = 32
    sharpness: float = 100.0
    asked: list[str] = field(default_factory=list)

    def vectors(self, photos: Sequence[object]) -> npt.NDArray[np.float32]:
        return np.repeat(np.eye(1, self.length, dtype=np.float32), len(photos), axis=0)

    def words(self, sentences: Sequence[str]) -> npt.NDArray[np.float32]:
        self.asked += sentences
        rows = np.zeros((len(sentences), self.length), dtype=np.float32)
        for row, sentence in zip(rows, sentences, strict=True):
            alike = 0.3 if any(word in sentence for word in self.seen) else 0.2
            row[0] = alike
            row[1 + hashlib.sha256(sentence.encode()).digest()[0] % (self.length - 1)] = np.sqrt(1 - alike**2)
        return rows


@pytest.fixture
def parrot(monkeypatch: pytest.MonkeyPatch) -> Parrot:
    found = Parrot(("denim jacket", "a light blue thing", "floral"))
    monkeypatch.setattr(photo_suggestions, "words_embedder", lambda *_: found)
    return found


def test_what_a_sentence_tells_best_is_suggested_first(
    tmp_path: Path, parrot: Parrot, photos: dict[int, bytes]
) -> None:
    found = suggest_by_words(open_desk(data=tmp_path / "data"), photos[RED])
    catalogue, colour, pattern = (kind[0] for kind in (found.catalogues, found.colours, found.patterns))
    assert catalogue.labels == {
        "it": "Donna > Vestiti > Giacche e cappotti > Giubbotti di jeans",
        "en": "a women's denim jacket",
    }
    assert (catalogue.id, colour.labels["it"], pattern.id) == (9000019, "Azzurro", "flowers")
    assert colour.probability > 0.99
    assert [len(kind) for kind in (found.catalogues, found.colours, found.patterns)] == [5, 5, 5]
    assert found.model == "parrot-1"
    assert len(parrot.asked) == len(seen_as()) + len(colours()) + len(patterns())


def test_sentences_are_read_once_for_each_model_and_again_where_their_file_is_damaged(
    tmp_path: Path, parrot: Parrot, photos: dict[int, bytes]
) -> None:
    desk = open_desk(data=tmp_path / "data")
    first = suggest_by_words(desk, photos[RED])
    parrot.asked.clear()
    assert suggest_by_words(desk, photos[RED]) == first
    assert parrot.asked == []
    for file in desk.paths.photo_sentences("parrot-1").glob("*.npy"):
        file.write_bytes(file.read_bytes()[:200])
    assert suggest_by_words(desk, photos[RED]) == first
    assert len(parrot.asked) == len(seen_as()) + len(colours()) + len(patterns())


def test_every_leaf_of_the_known_tree_can_be_suggested_and_nothing_else() -> None:
    parents = {node.parent_id for node in catalogue_nodes()}
    assert set(seen_as()) == {node.catalog_id for node in catalogue_nodes()} - parents
    assert len(set(seen_as().values())) == len(seen_as())


def test_a_model_of_photos_only_is_refused(tmp_path: Path, photos: dict[int, bytes]) -> None:
    with pytest.raises(WordsNotCompared):
        suggest_by_words(open_desk(data=tmp_path / "data"), photos[RED], model="shapes-1")


@pytest.fixture(scope="module")
def market(tmp_path_factory: pytest.TempPathFactory, photos: dict[int, bytes]) -> Desk:
    """A vopt whose listings of bags show red handbags, and those of dresses blue ones."""
    desk = small_market_data(tmp_path_factory.mktemp("suggested") / "data")
    live = desk.lake.scan("listing_live", version="newest").collect()
    bags = set(live.filter(leaf_catalog_id=BAGS.id)["thumbnail_url"])
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(market_embedding, "fetch_photo", lambda client, url: photos[RED if url in bags else BLUE])
        embed_market(desk, most=100)
    return desk


def test_without_a_model_look_alikes_vote_and_colours_are_those_that_are_seen(
    market: Desk, photos: dict[int, bytes]
) -> None:
    for colour, catalogue in ((RED, BAGS), (BLUE, DRESSES)):
        found = suggest_by_look(market, photos[colour])
        assert [(one.id, one.labels["it"], one.probability) for one in found.catalogues] == [
            (catalogue.id, catalogue.title, 1.0)
        ]
        assert (found.colours[0].id, found.patterns) == (colour, ())


def test_before_any_photo_of_a_listing_colours_are_told_all_the_same(tmp_path: Path, photos: dict[int, bytes]) -> None:
    found = suggest_by_look(open_desk(data=tmp_path / "data"), photos[BLUE])
    assert (found.catalogues, found.colours[0].id) == ((), BLUE)
    told = list(lines(found, Words("en")))
    assert told[0] == "Colours, by what is seen of each:"
    assert told[-2] == "No photo of a listing is known yet. `vopt embed` fetches some."
    assert "--model clip" in told[-1]


def test_it_is_told_in_her_language_and_for_programs(tmp_path: Path, parrot: Parrot, photos: dict[int, bytes]) -> None:
    found = suggest_by_words(open_desk(data=tmp_path / "data"), photos[RED], most=1)
    told = list(lines(found, Words("it")))
    assert told[1].endswith("Donna > Vestiti > Giacche e cappotti > Giubbotti di jeans")
    assert told[3].endswith("Azzurro")
    assert as_json(found)["patterns"][0]["labels"] == {"it": "A fiori", "en": "Floral"}


def test_a_file_that_is_no_photo_is_refused(tmp_path: Path) -> None:
    with pytest.raises(PhotoUnreadable):
        suggest_by_look(open_desk(data=tmp_path / "data"), b"no photo")
