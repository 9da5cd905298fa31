"""This is where we say what the ledger of language models tells: who used which, how much, and what may still be used.

Tokens are what the backend counts; what it does not count is told as not counted, and never guessed.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Final, Literal, get_args

from vopt_lib.schema.assistant import Job
from vopt_lib.schema.own_figures import Period

UseJob = Literal[Job, "ask"]
"""What a model was asked for; `ask`: a word with it, to try it."""

USES: Final[tuple[UseJob, ...]] = get_args(UseJob)


@dataclass(frozen=True)
class AssistantUsed:
    """One request to a model, as the ledger keeps it. cost: EUR; tokens, cost: None where nobody knows.

    trouble: the class of the error because of which its answer was not taken.
    """

    job: UseJob
    backend: str
    model: str
    seconds: float
    tokens_read: int | None = None
    tokens_written: int | None = None
    cost: Decimal | None = None
    trouble: str | None = None


@dataclass(frozen=True)
class UseSum:
    """What one person used of one model. person: None: of people who were erased.

    answers, failures: requests whose answer was taken, and the others; uncounted: answers whose tokens nobody told;
    cost: EUR, of those requests that tell it; unpriced: how many do not; last_at: when it was asked last.
    """

    person_id: int | None
    person: str | None
    backend: str
    model: str
    answers: int
    failures: int
    uncounted: int
    tokens_read: int
    tokens_written: int
    seconds: float
    cost: Decimal
    unpriced: int
    last_at: datetime

    @property
    def tokens(self) -> int:
        """Read and written."""
        return self.tokens_read + self.tokens_written


@dataclass(frozen=True)
class AssistantUsage:
    """What was used in some days: by person and model, and tokens of each day, the oldest first."""

    period: Period
    sums: tuple[UseSum, ...] = ()
    by_day: tuple[int, ...] = ()


@dataclass(frozen=True)
class Allowance:
    """How many tokens somebody may use in a day of the shop's, and how many she has used today."""

    tokens_a_day: int
    tokens_used: int

    @property
    def tokens_left(self) -> int:
        """How many are left; none where she used more, because an answer that has begun is not cut off."""
        return max(self.tokens_a_day - self.tokens_used, 0)

    @property
    def is_spent(self) -> bool:
        """Whether no model is asked for her any more today."""
        return self.tokens_left == 0
