"""This is where it is decided who is asked next: a model once more, with what was wrong, then the next backend."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Final, Generic, TypeVar

from pydantic import BaseModel, ValidationError

from vopt_lib.assistant.backend import MOST_TOKENS, Backend, Schema
from vopt_lib.errors import AnswerUseless, AssistantError, NobodyAnswered
from vopt_lib.schema.assistant import Attempt, Message, Usage
from vopt_lib.words import N_

TRIES: Final = 2
"""How often one model is asked for an answer: what was wrong is told it once, and who is wrong again stays so."""

_COMPLAINT: Final = (
    "That cannot be used: {why}. Answer again, with nothing but JSON that fulfils this JSON schema:\n{schema}"
)

T = TypeVar("T", bound=BaseModel)
V = TypeVar("V")

OnText = Callable[[str], None]
"""Is told all that has been written so far; it begins anew where somebody else does."""


@dataclass(frozen=True)
class Chosen:
    """A model of a backend that is to be asked."""

    backend: Backend
    model: str


@dataclass(frozen=True)
class Answered(Generic[V]):
    """An answer, and everybody who was asked; the last one gave it."""

    value: V
    attempts: tuple[Attempt, ...]

    @property
    def by(self) -> Attempt:
        """Whose answer it is."""
        return self.attempts[-1]


@dataclass(frozen=True)
class _Question(Generic[V]):
    """What is asked. read: what the answer says; it raises ValueError for one that is of no use."""

    messages: Sequence[Message]
    read: Callable[[str], V]
    schema: Schema | None = None
    most_tokens: int = MOST_TOKENS
    on_text: OnText = lambda text: None

    def again(self, said: str, why: str) -> _Question[V]:
        """The same, after an answer that was of no use."""
        complaint = _COMPLAINT.format(why=why, schema=json.dumps(self.schema)) if self.schema else why
        told = (Message("assistant", said), Message("user", complaint))
        return replace(self, messages=(*self.messages, *told))


def spoken(
    chosen: Sequence[Chosen],
    messages: Sequence[Message],
    *,
    most_tokens: int = MOST_TOKENS,
    on_text: OnText = lambda text: None,
) -> Answered[str]:
    """What the first who can says. Raises: NobodyAnswered, with why each did not."""
    return _first(chosen, _Question(messages, _words, most_tokens=most_tokens, on_text=on_text))


def answered(
    chosen: Sequence[Chosen],
    messages: Sequence[Message],
    form: type[T],
    *,
    most_tokens: int = MOST_TOKENS,
    on_text: OnText = lambda text: None,
) -> Answered[T]:
    """An answer of this form, by the first who gives one. Raises: NobodyAnswered, with why each did not."""
    return checked(chosen, messages, form, lambda value: value, most_tokens=most_tokens, on_text=on_text)


def checked(
    chosen: Sequence[Chosen],
    messages: Sequence[Message],
    form: type[T],
    check: Callable[[T], V],
    *,
    most_tokens: int = MOST_TOKENS,
    on_text: OnText = lambda text: None,
) -> Answered[V]:
    """What `check` makes of an answer of this form, by the first whose answer it takes.

    check: raises ValueError, with words for the model, for an answer that must not be used: it is asked once more with
    them, then the next.
    Raises: NobodyAnswered, with why each did not.
    """

    def read(text: str) -> V:
        return check(form.model_validate_json(_json_in(text)))

    return _first(chosen, _Question(messages, read, form.model_json_schema(), most_tokens, on_text))


def _first(chosen: Sequence[Chosen], question: _Question[V]) -> Answered[V]:
    attempts: list[Attempt] = []
    for one in chosen:
        asked = question
        for _ in range(TRIES):
            attempt, text = _ask(one, asked)
            attempts.append(attempt)
            if attempt.error is not None:
                break
            try:
                return Answered(asked.read(text), tuple(attempts))
            except ValueError as error:
                why = _why(error)
                refusal = AnswerUseless(backend=one.backend.name, model=one.model, why=why)
                attempts[-1] = replace(attempt, error=refusal)
                asked = question.again(text, why)
    raise NobodyAnswered(attempts=tuple(attempts), n=len(chosen))


def _ask(one: Chosen, question: _Question[V]) -> tuple[Attempt, str]:
    """What it said, all of it, or how far it came before it failed."""
    started, text, usage, trouble = time.monotonic(), "", Usage(), None
    try:
        for piece in one.backend.chat(
            question.messages, model=one.model, schema=question.schema, most_tokens=question.most_tokens
        ):
            usage = piece.usage or usage
            if piece.text:
                text += piece.text
                question.on_text(text)
    except AssistantError as error:
        trouble = error
    return Attempt(one.backend.name, one.model, time.monotonic() - started, usage, trouble), text


def _words(text: str) -> str:
    if not text.strip():
        raise ValueError(N_("it is empty"))
    return text.strip()


def _json_in(text: str) -> str:
    """The object in an answer: small models put words or a fence around it."""
    first, last = text.find("{"), text.rfind("}")
    return text[first : last + 1] if 0 <= first < last else text


def _why(error: ValueError) -> str:
    if not isinstance(error, ValidationError):
        return str(error)
    told = [f"{'.'.join(map(str, one['loc'])) or 'JSON'}: {one['msg']}" for one in error.errors(include_url=False)[:3]]
    return "; ".join(told)
