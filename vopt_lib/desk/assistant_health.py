"""This is where pages learn how the language models are without waiting for them: they are asked beside the page.

Remembered for a moment, for everybody: nothing of a person is in it.
"""

from __future__ import annotations

import threading
import time
from concurrent.futures import Future
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from vopt_lib.desk.assistant import backend_states
from vopt_lib.desk.instance import Desk
from vopt_lib.schema.assistant import BackendState
from vopt_lib.schema.assistant_page import Health
from vopt_lib.settings import Settings

FRESH_S: Final = 30.0
"""So long what was told is good: whoever starts Ollama meanwhile sees it soon enough, or presses a button."""

AT_ONCE_S: Final = 0.25
"""What takes no longer is there when the page appears; a backend that is reached at all answers in some ms."""


@dataclass
class _Asked:
    """States that were asked for. ended_at: when they were told, by the monotonic clock; None: they are not yet."""

    states: Future[list[BackendState]] = field(default_factory=Future)
    ended_at: float | None = None

    @property
    def is_old(self) -> bool:
        return self.ended_at is not None and time.monotonic() - self.ended_at > FRESH_S


_Key = tuple[Path, Settings]

_LAST: Final[dict[_Key, _Asked]] = {}
_ASKING: Final = threading.Lock()


def health_of(desk: Desk, *, wait_s: float = AT_ONCE_S) -> Health:
    """How the backends are, as far as they have told; they are asked anew where that is older than FRESH_S.

    It takes `wait_s` at most; what is then still being asked is told by a later call.
    """
    try:
        return Health(tuple(_asked(desk).states.result(wait_s)))
    except TimeoutError:
        return Health(None)


def ask_again(desk: Desk) -> None:
    """Let the next look ask them anew, because something was changed."""
    with _ASKING:
        _LAST.pop(_key(desk), None)


def _asked(desk: Desk) -> _Asked:
    with _ASKING:
        known = _LAST.get(_key(desk))
        if known is not None and not known.is_old:
            return known
        asked = _LAST[_key(desk)] = _Asked()
        threading.Thread(target=_ask, args=(desk, asked), name="vopt-assistant-health", daemon=True).start()
        return asked


def _ask(desk: Desk, asked: _Asked) -> None:
    try:
        asked.states.set_result(backend_states(desk))
    except BaseException as error:  # whoever waits must not wait for ever
        asked.states.set_exception(error)
    finally:
        asked.ended_at = time.monotonic()


def _key(desk: Desk) -> _Key:
    return desk.paths.data, desk.settings
