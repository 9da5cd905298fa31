"""This is where Ollama fetches a model beside the page that asked for it: it takes minutes.

It outlives the page, and every page shows how far it is. Where vopt ends meanwhile, Ollama goes on from where it was
when it is asked again.
"""

from __future__ import annotations

import threading
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Final

from vopt_lib.assistant.ollama import OllamaBackend
from vopt_lib.desk.assistant import pull_models
from vopt_lib.desk.assistant_health import ask_again
from vopt_lib.desk.instance import Desk
from vopt_lib.errors import AssistantFailed, VoptError
from vopt_lib.schema.assistant_page import Fetching
from vopt_lib.words import N_

NEWS_FOR: Final = timedelta(minutes=5)
"""So long is told how it ended."""

AT_ONCE_S: Final = 0.5
"""What takes no longer is done when the page goes on: it never shows that it waits."""

_NOW: Final[dict[Path, Fetching]] = {}
"""What is fetched for each vopt, or was fetched last."""

_BEGINNING: Final = threading.Lock()


def begin_fetching(desk: Desk, model: str) -> Fetching:
    """Let Ollama fetch a model, unless it fetches one already, which is given back instead."""
    with _BEGINNING:
        before = fetching(desk)
        if before is not None and not before.is_over:
            return before
        begun = _NOW[desk.paths.data] = Fetching(model)
        thread = threading.Thread(target=_fetch, args=(desk, begun), name="vopt-fetch-model", daemon=True)
        thread.start()
    thread.join(AT_ONCE_S)
    return _NOW[desk.paths.data]


def fetching(desk: Desk) -> Fetching | None:
    """What is being fetched, or was a moment ago; None: nothing."""
    now = _NOW.get(desk.paths.data)
    is_old = now is not None and now.ended_at is not None and desk.clock.now() - now.ended_at > NEWS_FOR
    return None if is_old else now


def _fetch(desk: Desk, begun: Fetching) -> None:
    trouble: VoptError | None = AssistantFailed(backend=OllamaBackend.name, why=N_("it ended without a word"))
    try:
        for _, step in pull_models(desk, begun.model):
            _NOW[desk.paths.data] = replace(begun, step=step)
        trouble = None
    except VoptError as error:
        trouble = error
    finally:
        ask_again(desk)
        _NOW[desk.paths.data] = replace(begun, ended_at=desk.clock.now(), trouble=trouble)
