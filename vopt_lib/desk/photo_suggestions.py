"""This is where a photo suggests what the thing on it is, in the catalogue's words: where it belongs, colours, pattern.

With a CLIP model, sentences about every catalogue, colour and pattern compete for the photo. Without one, the listings
that look most alike vote for their catalogue, and colours are those that are seen; patterns are then not told.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Final, Literal, TypeVar

import numpy as np
import numpy.typing as npt
import polars as pl

from vopt_lib.desk.instance import Desk, make_folders
from vopt_lib.desk.similar import similar
from vopt_lib.errors import IndexMissing
from vopt_lib.files import written_aside
from vopt_lib.schema.listing_text import TextLanguage
from vopt_lib.schema.photo_suggestions import Guess, PhotoSuggestions
from vopt_lib.schema.similar import SimilarFilters
from vopt_lib.schema.vinted_terms import Colour, Pattern, catalogue_nodes, colours, patterns, seen_as
from vopt_lib.vision.clip_weights import SHORT as CLIP
from vopt_lib.vision.colour_names import colour_shares
from vopt_lib.vision.decode import open_photo
from vopt_lib.vision.descriptor import NAME as SHAPES
from vopt_lib.vision.embedder import WordsEmbedder, words_embedder
from vopt_lib.vision.foreground import LONGEST
from vopt_lib.vision.vectors import Matrix

MOST: Final = 5

VOTERS: Final = 30
"""Look-alikes that vote for their catalogue, as many as make a price band."""

LEAST_SHARE: Final = 0.05
"""Share of the thing's surface below which a colour is a shadow or a button."""

SEEN_NOT: Final = frozenset({13, 14, 15, 32})
"""Colours that no patch of a photo has: silver, gold, multi and clear."""

Labels = Mapping[Literal["it", "en"], str]
T = TypeVar("T")


def suggest_by_words(desk: Desk, photo: bytes, *, model: str = CLIP, most: int = MOST) -> PhotoSuggestions:
    """What sentences tell best what is on a photo, by a model that knows words.

    Raises: PhotoError; UnknownEmbedder; ClipError, WordsNotCompared for a model of photos only.
    """
    made_by = words_embedder(model, desk.paths.weights)
    [seen] = made_by.vectors([open_photo(photo, longest=made_by.longest)])

    def ranked(things: Sequence[T], sentence: Callable[[T], str], guess: Callable[[T, float], Guess]) -> list[Guess]:
        likeness = _sentences(desk, made_by, [f"a photo of {sentence(thing)}" for thing in things]) @ seen
        chances = _softmax(made_by.sharpness * likeness.astype(np.float64))
        best = np.argsort(-chances, kind="stable")[:most]
        return [guess(things[place], float(chances[place])) for place in best]

    return PhotoSuggestions(
        model=made_by.name,
        catalogues=tuple(ranked(list(seen_as()), lambda one: seen_as()[one], _catalogue)),
        colours=tuple(ranked(colours(), _coloured, lambda one, chance: Guess(one.id, _read(one.labels), chance))),
        patterns=tuple(ranked(patterns(), _patterned, lambda one, chance: Guess(one.name, _read(one.labels), chance))),
    )


def suggest_by_look(desk: Desk, photo: bytes, *, market: str = "it", most: int = MOST) -> PhotoSuggestions:
    """What listings that look like a photo are, and what colours are seen on it; without any model to fetch.

    Returns: no catalogue while no photo of a listing is described; no pattern.
    Raises: PhotoError; LikenessError; ShopError.
    """
    try:
        voters = similar(desk, photo, filters=SimilarFilters(market), most=VOTERS).market
    except IndexMissing:
        voters = pl.DataFrame(schema={"catalog_id": pl.Int64})
    votes = voters["catalog_id"].drop_nulls().value_counts(sort=True).head(most).rows()
    counted = max(voters["catalog_id"].drop_nulls().len(), 1)
    return PhotoSuggestions(
        model=SHAPES,
        catalogues=tuple(_catalogue(catalog_id, n / counted) for catalog_id, n in votes),
        colours=tuple(_seen_colours(photo))[:most],
    )


def _seen_colours(photo: bytes) -> Iterable[Guess]:
    known = [one for one in colours() if one.id not in SEEN_NOT]
    shares = colour_shares(open_photo(photo, longest=LONGEST), [one.hex for one in known])
    best = np.argsort(-shares, kind="stable")
    return (Guess(known[at].id, _read(known[at].labels), float(shares[at])) for at in best if shares[at] >= LEAST_SHARE)


def _catalogue(catalog_id: int, chance: float) -> Guess:
    path = next((node.path for node in catalogue_nodes() if node.catalog_id == catalog_id), str(catalog_id))
    return Guess(catalog_id, {"it": path, "en": seen_as().get(catalog_id, path)}, chance)


def _read(labels: Mapping[TextLanguage, str]) -> Labels:
    return {"it": labels["it"], "en": labels["en"]}


def _coloured(colour: Colour) -> str:
    said = {15: "multicoloured", 32: "transparent"}.get(colour.id, colour.labels["en"].lower())
    return f"a {said} thing"


def _patterned(pattern: Pattern) -> str:
    return f"cloth {pattern.seen}"


def _softmax(numbers: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    raised = np.exp(numbers - numbers.max())
    return np.asarray(raised / raised.sum())


def _sentences(desk: Desk, made_by: WordsEmbedder, sentences: Sequence[str]) -> Matrix:
    """(sentences, length); made once for each model, since a hundred take seconds."""
    folder = desk.paths.photo_sentences(made_by.name)
    file = folder / f"{hashlib.sha256('|'.join(sentences).encode()).hexdigest()[:16]}.npy"
    try:
        kept: Matrix = np.load(file, allow_pickle=False)
        if kept.shape == (len(sentences), made_by.length) and kept.dtype == np.float32:
            return kept
    except (OSError, EOFError, ValueError):  # not there yet, or not whole
        pass
    made = made_by.words(sentences)
    make_folders(desk.paths, (folder,))
    with written_aside(file) as aside, aside.open("wb") as opened:
        np.save(opened, made, allow_pickle=False)
    return made
