"""This is where we speak with Ollama, on this computer or another, through its official client."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import numpy.typing as npt
from pydantic import ValidationError

from vopt_lib.assistant.backend import CONNECT_S, MOST_TOKENS, TEMPERATURE, Schema, unit_rows
from vopt_lib.errors import (
    AlreadyRunning,
    AnswerCutOff,
    AssistantBusy,
    AssistantFailed,
    AssistantTooSlow,
    AssistantUnreachable,
    ModelMissing,
    ModelTooLarge,
)
from vopt_lib.files import only_one
from vopt_lib.schema.assistant import Fetched, LanguageModel, Message, Piece, Usage
from vopt_lib.words import N_

if TYPE_CHECKING:
    import ollama

KEEP_ALIVE: Final = "15m"
"""How long a model stays in memory after an answer: an old computer needs a minute to load one, and a person who makes
a listing asks several times."""

CONTEXT: Final = 4096
"""Tokens that a model keeps in mind, its answer too; Ollama's own default, said so that no other setting changes it."""

_NO_MEMORY: Final = ("requires more system memory", "out of memory", "unable to allocate")
"""How Ollama, and the runner of its models, say that a model is too large. Source: what users of it report."""


_OTHER: Final = N_("what answers there does not speak as it does")


@dataclass(frozen=True)
class OllamaBackend:
    """Ollama at an address. seconds: the longest that one answer may take.

    turn: the lock of whose turn it is; an old computer has memory for one model at a time, and patience for one answer.
    """

    url: str
    seconds: float
    turn: Path | None = None
    name: str = "Ollama"

    def models(self) -> list[LanguageModel]:
        """The models it has, by name. Raises: AssistantError."""
        with self._told():
            known = self._client.list().models
        return sorted((LanguageModel(one.model or "", one.size) for one in known), key=lambda one: one.name)

    def chat(
        self, messages: Sequence[Message], *, model: str, schema: Schema | None = None, most_tokens: int = MOST_TOKENS
    ) -> Iterator[Piece]:
        """The answer, as it is written. Raises: AssistantError; ModelMissing; AnswerCutOff."""
        done = False
        with self._its_turn(model):
            ends_at = time.monotonic() + self.seconds
            for part in self._client.chat(
                model,
                [{"role": one.role, "content": one.text, "images": list(one.images)} for one in messages],
                stream=True,
                format=dict(schema) if schema is not None else None,
                options={"temperature": TEMPERATURE, "num_ctx": CONTEXT, "num_predict": most_tokens},
                keep_alive=KEEP_ALIVE,
            ):
                done = bool(part.done)
                usage = Usage(part.prompt_eval_count, part.eval_count) if done else None
                yield Piece(part.message.content or "", usage)
                if not done and time.monotonic() > ends_at:
                    raise AssistantTooSlow(backend=self.name, model=model, seconds=self.seconds)
        if not done:
            raise AnswerCutOff(backend=self.name)

    def embed(self, texts: Sequence[str], *, model: str) -> npt.NDArray[np.float32]:
        """One vector of length 1 for each text: (texts, length). Raises: AssistantError."""
        with self._its_turn(model):
            found = self._client.embed(model, list(texts), keep_alive=KEEP_ALIVE).embeddings
        return unit_rows(found, backend=self.name, model=model)

    def pull(self, model: str) -> Iterator[Fetched]:
        """Let it fetch a model, saying how far it is. Raises: AssistantError; ModelMissing, for a name nobody has."""
        with self._told(model):
            for part in self._client.pull(model, stream=True):
                yield Fetched(part.status or "", part.completed, part.total)

    @cached_property
    def _client(self) -> ollama.Client:
        import httpx
        import ollama

        timeout = httpx.Timeout(self.seconds, connect=CONNECT_S)
        # Photos and facts go where the owner said, and nowhere else: through no proxy, after no redirect.
        return ollama.Client(self.url, timeout=timeout, trust_env=False, follow_redirects=False)

    @contextmanager
    def _its_turn(self, model: str) -> Iterator[None]:
        """Wait until nobody else is answered. Raises: AssistantBusy; as `_told`."""
        with ExitStack() as held, self._told(model):
            if self.turn is not None:
                try:
                    held.enter_context(only_one(self.turn, self.name, wait_s=self.seconds))
                except AlreadyRunning as error:
                    raise AssistantBusy(backend=self.name) from error
            yield

    @contextmanager
    def _told(self, model: str = "") -> Iterator[None]:
        """What goes wrong while it is asked, as our own errors."""
        import httpx
        import ollama

        try:
            yield
        except (httpx.ConnectError, httpx.ConnectTimeout, httpx.UnsupportedProtocol, ConnectionError) as error:
            raise AssistantUnreachable(backend=self.name, url=self.url) from error
        except httpx.TimeoutException as error:
            raise AssistantTooSlow(backend=self.name, model=model, seconds=self.seconds) from error
        except httpx.HTTPError as error:
            raise AnswerCutOff(backend=self.name) from error
        except (json.JSONDecodeError, ValidationError, UnicodeDecodeError) as error:
            raise AssistantFailed(backend=self.name, why=_OTHER) from error
        except (ValueError, httpx.InvalidURL) as error:  # this is no address
            raise AssistantUnreachable(backend=self.name, url=self.url) from error
        except ollama.ResponseError as error:
            raise self._refusal(error, model) from error

    def _refusal(self, error: ollama.ResponseError, model: str) -> Exception:
        said = str(error.error)
        facts: dict[str, Any] = {"backend": self.name, "model": model}
        if not model:
            return AssistantFailed(backend=self.name, why=_OTHER)
        if error.status_code == 404 or "not found" in said or "file does not exist" in said:
            return ModelMissing(**facts)
        if any(words in said for words in _NO_MEMORY):
            return ModelTooLarge(**facts)
        return AssistantFailed(backend=self.name, why=said[:300])
