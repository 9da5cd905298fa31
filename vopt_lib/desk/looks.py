"""This is where checks are made beside each other: what fails is told as bad, what hangs is not waited for.

It needs no library but Python's own, so that `vopt doctor` can say which are missing.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Hashable, Mapping, Sequence
from concurrent.futures import Future
from dataclasses import dataclass, field
from typing import Final

from vopt_lib.errors import VoptError
from vopt_lib.schema.health import Check, State
from vopt_lib.words import N_, Words

Look = Callable[[], Check]

STUCK_S: Final = 30.0
"""A check that hangs for so long hangs because something is broken, not because the machine is busy."""

LONGEST_REASON: Final = 200


@dataclass(frozen=True)
class _Asked:
    """A check under way."""

    found: Future[Check] = field(default_factory=Future)
    begun_at: float = field(default_factory=time.monotonic)


_Key = tuple[Hashable, str, str]

_UNDER_WAY: Final[dict[_Key, _Asked]] = {}
_ASKING: Final = threading.Lock()


def looked_at(looks: Mapping[str, Look], whose: Hashable, words: Words, *, within_s: float) -> list[Check]:
    """What each check finds, in their order, within so many seconds; it never raises.

    One that is not done in time goes on behind, once, however often it is asked for of the same one (`whose`); who asks
    later gets what it found.
    """
    asked = {name: _asked((whose, words.language, name), look, words) for name, look in looks.items()}
    ends = time.monotonic() + within_s
    return [_found(name, one, ends, words) for name, one in asked.items()]


def worst(states: Sequence[State]) -> State:
    """bad where any is, else warn where any is, else good."""
    order: tuple[State, ...] = ("good", "warn", "bad")
    return max(states, key=order.index, default="good")


def joined(name: str, found: Sequence[Check], otherwise: Check) -> Check:
    """Several findings as one check, the most pressing first; otherwise: what is told where there are none."""
    if not found:
        return otherwise
    sorted_ = sorted(found, key=lambda one: ("bad", "warn", "good").index(one.state))
    texts = dict.fromkeys(one.text for one in sorted_)
    steps = dict.fromkeys(one.next_step for one in sorted_ if one.next_step)
    return Check(name, worst([one.state for one in found]), " ".join(texts), " ".join(steps))


def tried(name: str, look: Look, words: Words) -> Check:
    """What a check finds; where it fails, that."""
    try:
        return look()
    except VoptError as error:
        return Check(name, "bad", words.error(error))
    except BaseException as error:  # a panic in a library of Rust is no Exception
        why = " ".join(str(error).split())[:LONGEST_REASON] or type(error).__name__
        return Check(name, "bad", words.say(N_("Looking at this failed: {why}."), why=why))


def late(name: str, waited_s: float, words: Words) -> Check:
    """What is told of a check that has not ended after so many seconds."""
    sentence = words.say(N_("No answer for {seconds} seconds."), seconds=words.number(waited_s))
    if waited_s > STUCK_S:
        step = N_("A disk or a server hangs: look whether they are there, then start vopt again.")
        return Check(name, "bad", sentence, words.say(step))
    return Check(name, "warn", sentence, words.say(N_("The computer may be busy: look again in a minute.")))


def _asked(key: _Key, look: Look, words: Words) -> _Asked:
    with _ASKING:
        known = _UNDER_WAY.get(key)
        if known is not None:
            return known
        asked = _UNDER_WAY[key] = _Asked()

    def ask() -> None:
        found = tried(key[-1], look, words)
        with _ASKING:
            _UNDER_WAY.pop(key, None)
        asked.found.set_result(found)

    threading.Thread(target=ask, name=f"vopt-look-{key[-1]}", daemon=True).start()
    return asked


def _found(name: str, asked: _Asked, ends: float, words: Words) -> Check:
    try:
        return asked.found.result(max(ends - time.monotonic(), 0))
    except TimeoutError:
        return late(name, time.monotonic() - asked.begun_at, words)
