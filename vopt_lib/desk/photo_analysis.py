"""This is where it is told what the photos of a thing tell of it: all that look at them, weighed against each other.

Who looks: a language model that sees, if one is set and answers; CLIP, where its weights are; the listings that look
alike; and the colours that are seen. Whoever cannot is left out.
"""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from math import prod
from typing import Final

from PIL.Image import Image

from vopt_lib.assistant.ladder import Chosen
from vopt_lib.assistant.looking import LONGEST as SHOWN
from vopt_lib.assistant.looking import MOST_LOOKED_AT, PROMPT, look
from vopt_lib.assistant.prompts import prompt
from vopt_lib.desk.assistant import chosen
from vopt_lib.desk.instance import Desk
from vopt_lib.desk.photo_analyses_kept import Question, keep_analysis, kept_analysis
from vopt_lib.desk.photo_evidence import (
    LEAST_OFFERED,
    UNMEASURED,
    Evidence,
    by_clip,
    by_eye,
    clip_here,
)
from vopt_lib.errors import AnswerUseless, NobodyAnswered
from vopt_lib.schema.assistant import Attempt
from vopt_lib.schema.own_photos import photo_name, photo_of
from vopt_lib.schema.photo_analysis import Analysis, Field, Seen
from vopt_lib.vision.cleaning import small_jpeg, turned
from vopt_lib.vision.decode import open_photo
from vopt_lib.vision.foreground import LONGEST as SMALL

SURE: Final = 0.9
"""Confidence from which a value may be filled in by itself: nine of ten such are right."""

MOST_OFFERED: Final[Mapping[Field, int]] = {"tags": 10, "brand": 3, "condition_id": 2, "size": 2}
MOST_OF_OTHERS: Final = 5

_FILLED_IN: Final[Mapping[Field, int]] = {"colours": 2, "tags": 0}
"""How many values of a field are filled in by themselves; of any other field one. Tags are a person's own words."""

_TOGETHER: Final = frozenset({"colours", "tags"})
"""Fields that may have several values at once."""


def analyse(desk: Desk, contents: Sequence[bytes], *, names: Sequence[str] = (), market: str = "it") -> Analysis:
    """What photos of one thing (files as they came, the first counting most) tell of it; what was told of the same
    ones within a day is remembered. No photo: nothing.

    names: what each is called (`photo_name`); one that says so is turned before it is looked at.
    A remembered analysis has no attempts: nobody was asked for it.
    Raises: PhotoError; ShopError.
    """
    asked = _asked(desk, contents, names, market)
    return kept_analysis(desk, asked.question) or _made(desk, asked)


def analyse_again(desk: Desk, contents: Sequence[bytes], *, names: Sequence[str] = (), market: str = "it") -> Analysis:
    """As `analyse`, looking anew whatever is remembered."""
    return _made(desk, _asked(desk, contents, names, market))


def analyse_at_once(
    desk: Desk, contents: Sequence[bytes], *, names: Sequence[str] = (), market: str = "it"
) -> Analysis:
    """As `analyse`, but no language model is asked, which may take minutes: what one told within a day is told, else
    what can be told without any, which is not remembered."""
    asked = _asked(desk, contents, names, market)
    return kept_analysis(desk, asked.question) or _looked_at(desk, replace(asked, lookers=()))


def filled_in(found: Analysis, field: Field) -> tuple[Seen, ...]:
    """The values of a field that may be filled in by themselves: those that are sure, of colours two at most."""
    if field not in found.sure:
        return ()
    return tuple(one for one in found.fields[field][: _FILLED_IN.get(field, 1)] if one.confidence >= SURE)


@dataclass(frozen=True)
class _Asked:
    """Photos to look at, each with the quarters it is to be turned, who looks, and by what its answer is remembered."""

    contents: tuple[bytes, ...]
    quarters: tuple[int, ...]
    lookers: tuple[Chosen, ...]
    has_clip: bool
    market: str
    question: Question


def _asked(desk: Desk, contents: Sequence[bytes], names: Sequence[str], market: str) -> _Asked:
    hashes = [hashlib.sha256(one).hexdigest() for one in contents]
    called = [photo_of(one) for one in names or hashes]
    quarters = tuple(one[1] if one else 0 for one in called)
    lookers, clip = tuple(chosen(desk, "look")), clip_here(desk)
    models = [f"{one.backend.name} {one.backend.url} {one.model}" for one in lookers]
    question = Question(
        photos=tuple(photo_name(one, turn) for one, turn in zip(hashes, quarters, strict=True)),
        names=tuple(names) or tuple(hashes),
        by=(*models, f"{clip}", prompt(PROMPT).version, market),
    )
    return _Asked(tuple(contents), quarters, lookers, clip is not None, market, question)


def _made(desk: Desk, asked: _Asked) -> Analysis:
    """A new analysis, remembered unless a model failed for a reason that may pass."""
    found = _looked_at(desk, asked)
    if asked.contents and all(isinstance(one.error, AnswerUseless | None) for one in found.attempts):
        keep_analysis(desk, asked.question, found)
    return found


def _looked_at(desk: Desk, asked: _Asked) -> Analysis:
    opened = _opened(asked)
    shown = [small_jpeg(one, SHOWN) for one in opened] if asked.lookers or asked.has_clip else []
    seen, by, attempts = _by_model(asked.lookers, shown)
    if opened:
        seen += by_eye(desk, opened, market=asked.market)
        seen += by_clip(desk, shown) if asked.has_clip else []
    made_at = desk.clock.now().isoformat()
    return replace(weighed(seen), by=by, attempts=attempts, photos=asked.question.names, made_at=made_at)


def _opened(asked: _Asked) -> list[Image]:
    """The first photos, no larger than whoever looks needs them."""
    longest = SHOWN if asked.lookers or asked.has_clip else SMALL
    some = zip(asked.contents[:MOST_LOOKED_AT], asked.quarters[:MOST_LOOKED_AT], strict=True)
    return [turned(open_photo(content, longest=longest), quarters) for content, quarters in some]


def _by_model(
    lookers: Sequence[Chosen], shown: Sequence[bytes]
) -> tuple[list[Evidence], str | None, tuple[Attempt, ...]]:
    """What a model saw, which one, and who was asked. How sure it says it is counts, up to what is believed of any."""
    if not lookers or not shown:
        return [], None, ()
    try:
        found = look(lookers, shown)
    except NobodyAnswered as error:
        attempts: tuple[Attempt, ...] = error.facts["attempts"]  # type: ignore[assignment]
        return [], None, attempts
    believed = [(field, replace(one, confidence=one.confidence * UNMEASURED)) for field, one in found.seen]
    return believed, found.by, found.attempts


def weighed(evidence: Iterable[Evidence]) -> Analysis:
    """What all evidence together tells: values that several name are surer, those that exclude each other less sure."""
    by_field: dict[Field, list[Seen]] = defaultdict(list)
    for field, one in evidence:
        by_field[field].append(one)
    fields = {field: tuple(_ranked(field, seen)) for field, seen in by_field.items()}
    fields = {field: seen for field, seen in fields.items() if seen}
    sure = {field for field, seen in fields.items() if field != "tags" and seen[0].confidence >= SURE}
    return Analysis(fields=fields, sure=frozenset(sure))


def _ranked(field: Field, seen: Sequence[Seen]) -> Iterator[Seen]:
    """Each value once, the surest first. Where only one can be right their confidences are no more than 1 together."""
    named: dict[int | str, list[Seen]] = defaultdict(list)
    for one in seen:
        named[one.value].append(one)
    joined = [_joined(several) for several in named.values()]
    total = 1.0 if field in _TOGETHER else max(1.0, sum(one.confidence for one in joined))
    shared = [replace(one, confidence=one.confidence / total) for one in joined]
    offered = [one for one in shared if one.confidence >= LEAST_OFFERED]
    ranked = sorted(offered, key=lambda one: -one.confidence)
    yield from ranked[: MOST_OFFERED.get(field, MOST_OF_OTHERS)]


def _joined(several: Sequence[Seen]) -> Seen:
    """One value that several sources name: it is wrong only if all of them are. A source counts once."""
    surest: dict[str, Seen] = {}
    for one in several:
        if one.source not in surest or one.confidence > surest[one.source].confidence:
            surest[one.source] = one
    best = max(surest.values(), key=lambda one: one.confidence)
    others = (1.0 - one.confidence for one in surest.values() if one is not best)
    return replace(best, confidence=1.0 - (1.0 - best.confidence) * prod(others)) if len(surest) > 1 else best
