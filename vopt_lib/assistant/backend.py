"""This is where it is said what any backend of language models can do."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final, Protocol

import numpy as np
import numpy.typing as npt

from vopt_lib.errors import AnswerUseless
from vopt_lib.schema.assistant import Fetched, LanguageModel, Message, Piece
from vopt_lib.words import N_

CONNECT_S: Final = 3.0
"""How long a backend may take to be reached: it is on this computer, or in the same house."""

MOST_TOKENS: Final = 1_000
"""Tokens of an answer: a long listing has 300; a small model that was given a schema may write spaces for ever."""

TEMPERATURE: Final = 0.2
"""Low, since facts are to be told as they are given."""

Schema = Mapping[str, Any]


class Backend(Protocol):
    """Something that answers with language models, on this computer or another.

    name: as people know it. url: where it is. seconds: the longest that one answer may take, its silences too.
    Every call raises AssistantError, by its kind; none ever falls silent.
    """

    @property
    def name(self) -> str: ...

    @property
    def url(self) -> str: ...

    def models(self) -> list[LanguageModel]:
        """The models it has, by name."""
        ...

    def chat(
        self, messages: Sequence[Message], *, model: str, schema: Schema | None = None, most_tokens: int = MOST_TOKENS
    ) -> Iterator[Piece]:
        """The answer, as it is written. schema: the JSON schema that it must fulfil."""
        ...

    def embed(self, texts: Sequence[str], *, model: str) -> npt.NDArray[np.float32]:
        """One vector of length 1 for each text: (texts, length)."""
        ...

    def pull(self, model: str) -> Iterator[Fetched]:
        """Let it fetch a model, saying how far it is."""
        ...


def unit_rows(vectors: Sequence[Sequence[float]], *, backend: str, model: str) -> npt.NDArray[np.float32]:
    """The vectors that a model told, brought to length 1: (vectors, length). Raises: AnswerUseless."""
    try:
        rows = np.asarray(vectors, dtype=np.float32)
        lengths = np.linalg.norm(rows, axis=1, keepdims=True)
        if rows.ndim != 2 or not np.isfinite(rows).all() or not (lengths > 0).all():
            raise ValueError("no vectors")
    except ValueError as error:
        raise AnswerUseless(backend=backend, model=model, why=N_("these are no vectors")) from error
    return np.asarray(rows / lengths, dtype=np.float32)
