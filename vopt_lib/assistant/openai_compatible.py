"""This is where we speak with any endpoint that speaks OpenAI's protocol, through OpenAI's official client."""

from __future__ import annotations

import base64
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from vopt_lib.assistant.backend import CONNECT_S, MOST_TOKENS, TEMPERATURE, Schema, unit_rows
from vopt_lib.errors import (
    AnswerCutOff,
    AssistantError,
    AssistantFailed,
    AssistantRefused,
    AssistantTooSlow,
    AssistantUnreachable,
    ModelMissing,
    PullNotOffered,
)
from vopt_lib.schema.assistant import Fetched, LanguageModel, Message, Piece, Usage

if TYPE_CHECKING:
    import openai


@dataclass(frozen=True)
class OpenAIBackend:
    """An endpoint at an address (up to and with /v1). key: what opens it. seconds: the longest an answer may take."""

    url: str
    seconds: float
    key: str = field(default="", repr=False)
    name: str = "OpenAI-compatible"

    def models(self) -> list[LanguageModel]:
        """The models it has, by name. Raises: AssistantError."""
        with self._told():
            return sorted((LanguageModel(one.id) for one in self._client.models.list()), key=lambda one: one.name)

    def chat(
        self, messages: Sequence[Message], *, model: str, schema: Schema | None = None, most_tokens: int = MOST_TOKENS
    ) -> Iterator[Piece]:
        """The answer, as it is written. Raises: AssistantError; ModelMissing; AnswerCutOff."""
        ends_at = time.monotonic() + self.seconds
        done = False
        with self._told(model):
            for part in self._asked(messages, model, schema, most_tokens):
                usage = Usage(part.usage.prompt_tokens, part.usage.completion_tokens) if part.usage else None
                for choice in part.choices[:1]:
                    done = done or choice.finish_reason is not None
                    yield Piece(choice.delta.content or "")
                if usage:
                    yield Piece(usage=usage)
                if time.monotonic() > ends_at:
                    raise AssistantTooSlow(backend=self.name, model=model, seconds=self.seconds)
        if not done:
            raise AnswerCutOff(backend=self.name)

    def embed(self, texts: Sequence[str], *, model: str) -> npt.NDArray[np.float32]:
        """One vector of length 1 for each text: (texts, length). Raises: AssistantError."""
        with self._told(model):
            found = self._client.embeddings.create(model=model, input=list(texts), encoding_format="float").data
        rows = [one.embedding for one in sorted(found, key=lambda one: one.index)]
        return unit_rows(rows, backend=self.name, model=model)

    def pull(self, model: str) -> Iterator[Fetched]:
        """Raises: PullNotOffered: whoever runs the endpoint chooses its models."""
        raise PullNotOffered(backend=self.name, model=model)

    @cached_property
    def _client(self) -> openai.OpenAI:
        import openai

        timeout = openai.Timeout(self.seconds, connect=CONNECT_S)
        # Photos and facts go where the owner said, and nowhere else: through no proxy, after no redirect.
        network = openai.DefaultHttpxClient(trust_env=False, follow_redirects=False, timeout=timeout)
        return openai.OpenAI(
            base_url=self.url, api_key=self.key or "none", timeout=timeout, max_retries=0, http_client=network
        )

    def _asked(self, messages: Sequence[Message], model: str, schema: Schema | None, most_tokens: int) -> Iterator[Any]:
        """The parts of an answer. Not every endpoint knows schemas: one that refuses is asked again without."""
        import openai

        asked: dict[str, Any] = {
            "model": model,
            "messages": [_turn(one) for one in messages],
            "stream": True,
            "stream_options": {"include_usage": True},
            "temperature": TEMPERATURE,
            "max_tokens": most_tokens,
        }
        form = {"name": "answer", "schema": schema}
        shaped = {"response_format": {"type": "json_schema", "json_schema": form}} if schema is not None else {}
        create: Any = self._client.chat.completions.create  # its types know no dict of arguments
        try:
            return iter(create(**asked, **shaped))
        except openai.BadRequestError:
            if not shaped:
                raise
            return iter(create(**asked))

    @contextmanager
    def _told(self, model: str = "") -> Iterator[None]:
        """What goes wrong while it is asked, as our own errors."""
        import httpx2
        import openai

        try:
            yield
        except openai.APITimeoutError as error:
            raise AssistantTooSlow(backend=self.name, model=model, seconds=self.seconds) from error
        except openai.APIConnectionError as error:
            raise AssistantUnreachable(backend=self.name, url=self.url) from error
        except openai.APIStatusError as error:
            raise self._refusal(error, model) from error
        except httpx2.TimeoutException as error:
            raise AssistantTooSlow(backend=self.name, model=model, seconds=self.seconds) from error
        except httpx2.HTTPError as error:
            raise AnswerCutOff(backend=self.name) from error
        except (openai.OpenAIError, ValueError, TypeError) as error:
            raise AssistantFailed(backend=self.name, why=str(error)[:300]) from error

    def _refusal(self, error: openai.APIStatusError, model: str) -> AssistantError:
        if error.status_code in (401, 403):
            return AssistantRefused(backend=self.name)
        if error.status_code == 404 and model:
            return ModelMissing(backend=self.name, model=model)
        return AssistantFailed(backend=self.name, why=f"{error.status_code}: {error.message}"[:300])


def _turn(message: Message) -> dict[str, Any]:
    if not message.images:
        return {"role": message.role, "content": message.text}
    seen = [
        {"type": "image_url", "image_url": {"url": f"data:image/jpeg;base64,{base64.b64encode(image).decode('ascii')}"}}
        for image in message.images
    ]
    return {"role": message.role, "content": [{"type": "text", "text": message.text}, *seen]}
