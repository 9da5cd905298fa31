"""This is where we say what is asked of a language model and what it answers, whoever runs it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, Literal

from vopt_lib.errors import VoptError
from vopt_lib.words import N_

Job = Literal["write", "look", "compare"]
"""What a model is asked for: to write, to look at photos, or to say how alike texts are."""

JOBS: Final[Mapping[Job, str]] = {
    "write": N_("writes"),
    "look": N_("looks at photos"),
    "compare": N_("compares texts"),
}


@dataclass(frozen=True)
class Message:
    """One turn of a conversation. images: files of photos (JPEG, PNG), for a model that sees."""

    role: Literal["system", "user", "assistant"]
    text: str
    images: tuple[bytes, ...] = ()


@dataclass(frozen=True)
class Usage:
    """Tokens that were read and written, as the backend counts them; None where it does not say."""

    read: int | None = None
    written: int | None = None


@dataclass(frozen=True)
class Piece:
    """The next words of an answer. usage: with its last piece, where the backend tells."""

    text: str = ""
    usage: Usage | None = None


@dataclass(frozen=True)
class LanguageModel:
    """A model that a backend has. size: bytes on its disk; None where it does not say."""

    name: str
    size: int | None = None

    def is_called(self, name: str) -> bool:
        """Whether this is the model of a name: without a tag, Ollama means the latest."""
        return self.name in (name, f"{name}:latest")


@dataclass(frozen=True)
class Fetched:
    """How far a model has been fetched: what is being done, and bytes (here of all); None where it does not say."""

    what: str
    here: int | None = None
    of: int | None = None


@dataclass(frozen=True)
class WantedModel:
    """A model that vopt would ask. here: what the backend has of that name; None: it has none."""

    job: Job
    name: str
    here: LanguageModel | None

    @property
    def label(self) -> str:
        """What it is asked for, as a marked sentence."""
        return JOBS[self.job]


@dataclass(frozen=True)
class BackendState:
    """How a backend is. models: how many it has. trouble: why it cannot be asked. seconds: until it told."""

    name: str
    url: str
    wanted: tuple[WantedModel, ...]
    models: int = 0
    trouble: VoptError | None = None
    seconds: float | None = None


@dataclass(frozen=True)
class Attempt:
    """That a model of a backend was asked: how long it took, what it used, and why its answer was not taken."""

    backend: str
    model: str
    seconds: float
    usage: Usage
    error: VoptError | None = None
