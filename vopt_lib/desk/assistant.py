"""This is where it is decided which language models vopt asks, told how they are, and fetched what is missing."""

from __future__ import annotations

import socket
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from typing import Final, cast
from urllib.parse import urlsplit

from vopt_lib.assistant.backend import CONNECT_S
from vopt_lib.assistant.ladder import Chosen, OnText, spoken
from vopt_lib.assistant.ollama import OllamaBackend
from vopt_lib.assistant.openai_compatible import OpenAIBackend
from vopt_lib.desk.assistant_use import check_allowance, note_attempts
from vopt_lib.desk.instance import Desk
from vopt_lib.desk.shop.opening import member_of
from vopt_lib.errors import AssistantError, NoAssistant, NobodyAnswered
from vopt_lib.schema.assistant import Attempt, BackendState, Fetched, Job, Message, WantedModel

CHECK_S: Final = 10.0
"""How long a backend may take to tell its models: it looks into a list, also while it answers somebody."""


@dataclass(frozen=True)
class _Set:
    """A backend that the settings name, and the model that each job has there."""

    backend: OllamaBackend | OpenAIBackend
    models: dict[Job, str]


def chosen(desk: Desk, job: Job) -> list[Chosen]:
    """Whom to ask for a job, one after another; nobody where none is set."""
    return [Chosen(one.backend, one.models[job]) for one in _set(desk) if job in one.models]


def listens(desk: Desk, job: Job) -> bool:
    """Whether anything answers where one of those is who would be asked: told in no time where nothing runs there."""
    return any(_is_open(one.backend.url) for one in chosen(desk, job))


def _is_open(url: str) -> bool:
    parts = urlsplit(url)
    try:
        port = parts.port or (443 if parts.scheme == "https" else 80)
        with socket.create_connection((parts.hostname or "", port), timeout=CONNECT_S):
            return True
    except (OSError, ValueError):  # nobody there, or an address that is none
        return False


def is_set(desk: Desk, job: Job) -> bool:
    """Whether somebody would be asked for a job; perhaps in vain."""
    return bool(chosen(desk, job))


def without_models(desk: Desk) -> Desk:
    """The same desk, at which no language model is asked."""
    return replace(desk, settings=desk.settings.model_copy(update={"ollama_url": "off", "openai_url": None}))


def backend_states(desk: Desk) -> list[BackendState]:
    """How each backend is that the settings name, and which of the models that vopt would ask it has.

    All are asked at once: it takes as long as the slowest, CHECK_S at most.
    """
    known = list(_set(desk))
    with ThreadPoolExecutor(max(len(known), 1), thread_name_prefix="vopt-assistant") as pool:
        return list(pool.map(_state, known))


def pull_models(desk: Desk, model: str | None = None) -> Iterator[tuple[str, Fetched]]:
    """Let Ollama fetch a model, else those that are missing of the ones that vopt would ask; how far each is.

    Raises: NoAssistant, where no Ollama is set; AssistantError.
    """
    ollama = next((one for one in _set(desk) if isinstance(one.backend, OllamaBackend)), None)
    if ollama is None:
        raise NoAssistant
    known = ollama.backend.models()
    missing = [one for one in dict.fromkeys(ollama.models.values()) if not any(have.is_called(one) for have in known)]
    for name in [model] if model else missing:
        for step in ollama.backend.pull(name):
            yield name, step


def asked(desk: Desk, question: str, on_text: OnText) -> tuple[Attempt, ...]:
    """Ask whoever writes, for the owner; `on_text` is told what is written so far. What it used is written down.

    Returns: who was asked; the last one answered. Raises: NoAssistant, where none is set; AllowanceSpent;
    NobodyAnswered.
    """
    writers = chosen(desk, "write")
    if not writers:
        raise NoAssistant
    owner = member_of(desk)
    check_allowance(desk, owner)
    try:
        attempts = spoken(writers, [Message("user", question)], on_text=on_text).attempts
    except NobodyAnswered as error:
        note_attempts(desk, owner, "ask", cast("tuple[Attempt, ...]", error.facts["attempts"]))
        raise
    note_attempts(desk, owner, "ask", attempts)
    return attempts


def _state(one: _Set) -> BackendState:
    begun, asked = time.monotonic(), replace(one.backend, seconds=min(one.backend.seconds, CHECK_S))
    try:
        known, trouble = asked.models(), None
    except AssistantError as error:
        known, trouble = [], error
    seconds = time.monotonic() - begun
    wanted = tuple(
        WantedModel(job, name, next((have for have in known if have.is_called(name)), None))
        for job, name in one.models.items()
    )
    return BackendState(one.backend.name, one.backend.url, wanted, len(known), trouble, seconds)


def _set(desk: Desk) -> Iterator[_Set]:
    settings = desk.settings
    seconds = settings.assistant_seconds
    if settings.ollama_url != "off":
        yield _Set(
            OllamaBackend(settings.ollama_url, seconds, turn=desk.paths.locks / "ollama.lock"),
            {
                "write": settings.ollama_text_model,
                "look": settings.ollama_vision_model,
                "compare": settings.ollama_embed_model,
            },
        )
    if settings.openai_url:
        key = settings.openai_key.get_secret_value() if settings.openai_key else ""
        named: dict[Job, str | None] = {
            "write": settings.openai_text_model,
            "look": settings.openai_vision_model,
            "compare": settings.openai_embed_model,
        }
        models = {job: name for job, name in named.items() if name}
        yield _Set(OpenAIBackend(settings.openai_url, seconds, key), models)
