"""This is where we say what the page of language models shows: how they are, what is being fetched, what was used."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

from vopt_lib.errors import VoptError
from vopt_lib.schema.assistant import BackendState, Fetched, Job
from vopt_lib.schema.own_assistant import Allowance, AssistantUsage
from vopt_lib.schema.searches import Acts, Told


@dataclass(frozen=True)
class Health:
    """How the backends are, the first one asked first; states: None while they are still being asked."""

    states: tuple[BackendState, ...] | None = ()


@dataclass(frozen=True)
class Fetching:
    """A model that Ollama fetches, or fetched. step: how far it is; ended_at: None while it goes on."""

    model: str
    step: Fetched | None = None
    ended_at: datetime | None = None
    trouble: VoptError | None = None

    @property
    def is_over(self) -> bool:
        """Whether it ended, well or not."""
        return self.ended_at is not None

    @property
    def share(self) -> float | None:
        """How much of it is here, 0 to 1; None: nobody knows."""
        step = self.step
        return step.here / step.of if step and step.of and step.here is not None else None


@dataclass(frozen=True)
class AssistantMoment:
    """What one visitor's page remembers between two looks. seen: the mark of what it was drawn after."""

    told: Told | None = None
    seen: str = ""


@dataclass(frozen=True)
class AssistantNow:
    """What happens now. mark changes when the page has to be drawn anew."""

    fetching: Fetching | None
    is_asking: bool
    mark: str

    @property
    def is_moving(self) -> bool:
        """Whether there will be something new to see soon."""
        return self.is_asking or bool(self.fetching and not self.fetching.is_over)


@dataclass(frozen=True)
class AssistantPage:
    """Everything the page shows. usage: of the last days: everybody's for who sees all, else her own.

    acts: what may be pressed: "fetch" for a model that is missing, "again" for the whole page.
    """

    health: Health = Health(None)
    usage: AssistantUsage | None = None
    allowance: Allowance | None = None
    sees_all: bool = False
    acts: Acts = field(default_factory=dict)
    told: Told | None = None
    trouble: VoptError | None = None


def first_with(states: Sequence[BackendState], job: Job) -> tuple[BackendState, str] | None:
    """Who does a job now, and with which model: the first that answers and has it. None: none of them."""
    for state in states:
        for wanted in state.wanted if state.trouble is None else ():
            if wanted.job == job and wanted.here is not None:
                return state, wanted.name
    return None
