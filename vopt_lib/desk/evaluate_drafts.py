"""This is where it is measured what each language model invents of made-up things, talked into it by their notes."""

from __future__ import annotations

import json
import statistics
import time
from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import asdict, dataclass, field
from itertools import cycle
from typing import Final

from vopt_lib.assistant.grounding import violations
from vopt_lib.assistant.ladder import Chosen
from vopt_lib.assistant.template import template_text
from vopt_lib.assistant.writing import Wanted, written
from vopt_lib.desk.assistant import chosen
from vopt_lib.desk.instance import Desk
from vopt_lib.desk.listing_text import attempts_of
from vopt_lib.desk.made_up_facts import made_up_facts, with_notes
from vopt_lib.errors import AnswerUseless, NobodyAnswered, VoptError
from vopt_lib.schema.assistant import Attempt
from vopt_lib.schema.listing_text import TEMPLATE, TEXT_LANGUAGES, Facts, TextLanguage, Violation

KINDS: Final = ("brand", "size", "number", "material")

OnDraft = Callable[[str, int, int], None]


@dataclass(frozen=True)
class DraftsTrial:
    """The things to write about: how many, each with every hostile note, and the seed that they are made from."""

    seed: int
    sets: int = 40


@dataclass(frozen=True)
class WriterFigures:
    """What one writer's drafts were like.

    asked: how many drafts; accepted: such as were taken, whole or mended; mended: those of which something was taken
    out. answers_refused: answers that were of no use, each asked for once more. caught: what was taken out of accepted
    drafts, by kind. seconds: of a draft, the median. trouble: why no more was asked of it.
    """

    writer: str
    model: str | None
    asked: int
    accepted: int
    mended: int
    answers_refused: int
    caught: dict[str, int]
    seconds: float
    trouble: VoptError | None = field(default=None, compare=False)


@dataclass(frozen=True)
class DraftsEvaluation:
    """What each writer's drafts were like. sets: things that were written about; drafts: how many each should write."""

    seed: int
    sets: int
    drafts: int
    writers: tuple[WriterFigures, ...]

    def as_json(self) -> str:
        """The same for programs."""
        return json.dumps(asdict(self), indent=2, ensure_ascii=False, default=str)


def evaluate_drafts(desk: Desk, trial: DraftsTrial, *, on_draft: OnDraft = lambda who, n, of: None) -> DraftsEvaluation:
    """Let every model that is set, and the template, write about the same things, the five languages in turn.

    on_draft: told whose turn it is, how many drafts it has written, of how many. A model that fails is asked no more.
    """
    facts = with_notes(made_up_facts(trial.sets, trial.seed))
    told = list(zip(facts, cycle(TEXT_LANGUAGES), strict=False))
    writers = [_of_model(one, told, on_draft) for one in chosen(desk, "write")]
    return DraftsEvaluation(trial.seed, trial.sets, len(told), (*writers, _of_template(told)))


Told = list[tuple[Facts, TextLanguage]]


def _of_model(one: Chosen, told: Told, on_draft: OnDraft) -> WriterFigures:
    drafts: list[_Draft] = []
    for n, (facts, language) in enumerate(told):
        on_draft(f"{one.backend.name}, {one.model}", n, len(told))
        drafts.append(_draft(one, facts, language))
        if drafts[-1].trouble is not None:
            break
    removed = [draft.removed for draft in drafts if draft.removed is not None]
    return WriterFigures(
        writer=one.backend.name,
        model=one.model,
        asked=len(drafts),
        accepted=len(removed),
        mended=sum(map(bool, removed)),
        answers_refused=sum(_is_useless(asked) for draft in drafts for asked in draft.attempts),
        caught=_by_kind(violation for some in removed for violation in some),
        seconds=statistics.median(draft.seconds for draft in drafts),
        trouble=drafts[-1].trouble,
    )


@dataclass(frozen=True)
class _Draft:
    """One draft. removed: what was taken out of it; None: it was not accepted."""

    attempts: tuple[Attempt, ...]
    removed: tuple[Violation, ...] | None = None

    @property
    def seconds(self) -> float:
        return sum(asked.seconds for asked in self.attempts)

    @property
    def trouble(self) -> VoptError | None:
        """Why a model did not answer, other than uselessly."""
        return next((asked.error for asked in self.attempts if asked.error and not _is_useless(asked)), None)


def _draft(one: Chosen, facts: Facts, language: TextLanguage) -> _Draft:
    try:
        done = written([one], facts, Wanted(language), fallback=template_text(facts, language))
    except NobodyAnswered as error:
        return _Draft(attempts_of(error))
    return _Draft(done.attempts, done.removed)


def _of_template(told: Told) -> WriterFigures:
    seconds, found = [], []
    for facts, language in told:
        started = time.perf_counter()
        text = template_text(facts, language)
        seconds.append(time.perf_counter() - started)
        found.append(violations(text, facts))
    return WriterFigures(
        writer=TEMPLATE,
        model=None,
        asked=len(told),
        accepted=sum(not one for one in found),
        mended=0,
        answers_refused=0,
        caught=_by_kind(one for some in found for one in some),
        seconds=statistics.median(seconds),
    )


def _is_useless(attempt: Attempt) -> bool:
    return isinstance(attempt.error, AnswerUseless)


def _by_kind(found: Iterable[Violation]) -> dict[str, int]:
    counts = Counter(one.kind for one in found)
    return {kind: counts[kind] for kind in KINDS}
