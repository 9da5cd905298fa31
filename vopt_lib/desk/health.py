"""This is where vopt says whether it is well: everything is looked at beside each other, and nothing waits for long.

What is told here is shown on pages: it holds no secret and no path of this machine. `vopt doctor` tells more.
"""

from __future__ import annotations

import re
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import Future
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Final

from pydantic import SecretStr

from vopt_lib.desk import health_checks
from vopt_lib.desk.instance import Desk
from vopt_lib.errors import VoptError
from vopt_lib.schema.health import Check, State
from vopt_lib.words import N_, Words

Look = Callable[[Desk, Words], Check]

WITHIN_S: Final = 2.0
"""So long one check may take; all are asked at once, so all together take hardly more."""

STUCK_S: Final = 30.0
"""A check that hangs for so long hangs because something is broken, not because the machine is busy."""

LOOKS: Final[Mapping[str, Look]] = {
    "lake": health_checks.lake,
    "shop": health_checks.shop,
    "prefect": health_checks.prefect,
    "models": health_checks.models,
    "disk": health_checks.disk,
    "assistant": health_checks.assistant,
    "memory": health_checks.memory,
}

_PATH: Final = re.compile(r"(?<![\w:/.~])/(?:[^\s/:,;“”\"']+/)+")
"""The folders before the last name of an absolute path; an address (https://…) is none."""


@dataclass(frozen=True)
class _Asked:
    """A check under way."""

    found: Future[Check] = field(default_factory=Future)
    begun_at: float = field(default_factory=time.monotonic)


_Key = tuple[Path, str, str]

_UNDER_WAY: Final[dict[_Key, _Asked]] = {}
_ASKING: Final = threading.Lock()


def checks(desk: Desk, words: Words) -> list[Check]:
    """How the parts of vopt are, always the same ones in the same order (LOOKS), within three seconds.

    It never raises: a check that fails is itself bad, one that does not end in time says so; it goes on behind, once,
    however often it is asked for, and who asks later gets what it found.
    """
    return looked_at(LOOKS, desk, words)


def looked_at(looks: Mapping[str, Look], desk: Desk, words: Words, *, within_s: float = WITHIN_S) -> list[Check]:
    """The same for these checks, within so many seconds."""
    asked = {name: _asked(name, look, desk, words) for name, look in looks.items()}
    ends = time.monotonic() + within_s
    return [shown(_found(name, one, ends, words), desk) for name, one in asked.items()]


def worst(found: Sequence[Check]) -> State:
    """bad where anything is, else warn where anything is, else good."""
    order: tuple[State, ...] = ("good", "warn", "bad")
    return max((check.state for check in found), key=order.index, default="good")


def tried(name: str, look: Callable[[], Check], words: Words) -> Check:
    """What a check finds; where it fails, that."""
    try:
        return look()
    except VoptError as error:
        return Check(name, "bad", words.error(error), words.say(N_("`vopt doctor` looks closer.")))
    except BaseException as error:  # a panic in a library of Rust is no Exception
        sentence = N_("Looking at this failed: {why}.")
        why = " ".join(str(error).split())[:200] or type(error).__name__
        return Check(name, "bad", words.say(sentence, why=why), words.say(N_("`vopt doctor` looks closer.")))


def shown(check: Check, desk: Desk) -> Check:
    """The same without secrets, and without the folders that a path of this machine lies in."""
    return replace(check, text=_shown(check.text, desk), next_step=_shown(check.next_step, desk))


def _asked(name: str, look: Look, desk: Desk, words: Words) -> _Asked:
    key = (desk.paths.data, words.language, name)
    with _ASKING:
        known = _UNDER_WAY.get(key)
        if known is not None:
            return known
        asked = _UNDER_WAY[key] = _Asked()

    def ask() -> None:
        found = tried(name, lambda: look(desk, words), words)
        with _ASKING:
            _UNDER_WAY.pop(key, None)
        asked.found.set_result(found)

    threading.Thread(target=ask, name=f"vopt-health-{name}", daemon=True).start()
    return asked


def _found(name: str, asked: _Asked, ends: float, words: Words) -> Check:
    try:
        return asked.found.result(max(ends - time.monotonic(), 0))
    except TimeoutError:
        return late(name, time.monotonic() - asked.begun_at, words)


def late(name: str, waited_s: float, words: Words) -> Check:
    """What is told of a check that has not ended after so many seconds."""
    sentence = words.say(N_("No answer for {seconds} seconds."), seconds=words.number(waited_s))
    if waited_s > STUCK_S:
        step = N_("A disk or a server hangs: look whether they are there, then start vopt again.")
        return Check(name, "bad", sentence, words.say(step))
    return Check(name, "warn", sentence, words.say(N_("The computer may be busy: look again in a minute.")))


def _shown(text: str, desk: Desk) -> str:
    for value in vars(desk.settings).values():
        if isinstance(value, SecretStr) and value.get_secret_value():
            text = text.replace(value.get_secret_value(), "…")
    for folder in (desk.paths.lake_root, str(desk.paths.data), str(desk.paths.models), str(Path.home())):
        text = text.replace(f"{folder.rstrip('/')}/", "") if len(folder) > 1 else text
    return _PATH.sub("", text)
