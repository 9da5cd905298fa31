"""This is where reading goes on beside the page that began it: a large file, a closet, a mailbox take minutes.

It outlives the page, and whoever opens the page anew finds it again. One person's are done one after the other.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from pathlib import Path
from typing import Final

from vopt_lib.desk.instance import Desk
from vopt_lib.desk.shop.importing import Progress
from vopt_lib.schema.imports_page import Chosen, LookedInto, UnderWay
from vopt_lib.schema.own_shop import Member
from vopt_lib.schema.searches import Told

AT_ONCE_S: Final = 0.5
"""What takes no longer is done when the page goes on: it never shows that it waits."""

_GOING_ON: Final[dict[tuple[Path, int], tuple[UnderWay, threading.Thread]]] = {}
_BEGINNING: Final = threading.Lock()

Doing = Callable[[Progress], LookedInto | Told]


def begin(desk: Desk, member: Member, chosen: Chosen, doing: Doing, *, broken: Told) -> UnderWay:
    """Begin this for her, unless something of hers goes on, which is given back instead.

    broken: what is told where it ends without a word; why stands in the log.
    """
    with _BEGINNING:
        before = under_way(desk, member)
        if before is not None:
            return before
        work = UnderWay(chosen)
        thread = threading.Thread(target=_do, args=(work, doing, broken), name="vopt-import", daemon=True)
        _GOING_ON[_key(desk, member)] = work, thread
        thread.start()
    thread.join(AT_ONCE_S)
    return work


def under_way(desk: Desk, member: Member) -> UnderWay | None:
    """What goes on for her now; None: nothing."""
    work, thread = _GOING_ON.get(_key(desk, member), (None, None))
    return work if work and thread and thread.is_alive() and work.outcome is None else None


def _do(work: UnderWay, doing: Doing, broken: Told) -> None:
    outcome: LookedInto | Told = broken

    def progress(done: int) -> None:
        work.done = done

    try:
        outcome = doing(progress)
    finally:
        work.outcome = outcome


def _key(desk: Desk, member: Member) -> tuple[Path, int]:
    return desk.paths.data, member.person_id
