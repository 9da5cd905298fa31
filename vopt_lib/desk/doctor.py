"""This is where vopt is examined as a doctor would: also where its libraries crash, its data is damaged or not there.

What may crash is tried in processes of its own: one that imports each library, one that looks at the data. This module
and those that examine the machine need only Python's own library to be loaded.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import TYPE_CHECKING, Final

from vopt_lib.desk import doctor_data, doctor_libraries, doctor_machine
from vopt_lib.desk.examined import Examined, Machine
from vopt_lib.desk.looks import Look, late, looked_at
from vopt_lib.schema.health import Check
from vopt_lib.words import N_, Words

if TYPE_CHECKING:
    from vopt_lib.schema.clock import Clock

WITHIN_S: Final = 31.0
"""Three seconds are enough on a quiet machine; a busy one, which may be why somebody asks, gets an answer, too."""

CHILD_S: Final = 30.0
"""A little less, so that it is the child that is told to be late."""

CLOSER: Final = ("lake", "shop", "up", "prefect", "models", "disk", "assistant", "memory")
"""What the process that looks at the data is asked for; without data, the last two."""

ALWAYS: Final[Mapping[str, Callable[[Examined], Check]]] = {
    "python": doctor_machine.python,
    "processor": doctor_machine.processor,
    "system": doctor_machine.system,
    "libraries": doctor_libraries.libraries,
    "clock": doctor_machine.clock,
    "settings": doctor_data.settings,
    "data": doctor_data.data,
}
WITH_SETTINGS: Final[Mapping[str, Callable[[Examined], Check]]] = {
    "extras": doctor_libraries.extras,
    "ports": doctor_machine.ports,
    "processes": doctor_machine.processes,
    "service": doctor_machine.service,
    "secrets": doctor_data.secrets,
    "locks": doctor_data.locks,
    "restore": doctor_data.restore,
    "logs": doctor_data.logs,
}


def examine(words: Words, *, machine: Machine | None = None, clock: Clock | None = None) -> list[Check]:
    """Everything that is found of this vopt; it never raises, and makes no data folder."""
    from vopt_lib.schema.clock import SystemClock

    one = Examined.of(words, machine or Machine.of_this(), (clock or SystemClock()).now(), os.environ)
    with ThreadPoolExecutor(1, thread_name_prefix="vopt-doctor") as beside:
        closer = beside.submit(closer_look, one)
        return looked_at(looks_at(one), "doctor", words, within_s=WITHIN_S) + closer.result()


def looks_at(one: Examined) -> dict[str, Look]:
    """What is looked at from here: less where the settings cannot be used, more on a Mac."""
    looks = {**ALWAYS, **(WITH_SETTINGS if one.trouble is None else {})}
    if one.machine.system == "Darwin":
        looks["sleep"] = doctor_machine.sleep
    return {name: partial(look, one) for name, look in looks.items()}


def closer_look(one: Examined) -> list[Check]:
    """What a process of its own finds that opens the data; where it crashes, that."""
    if one.trouble is not None:
        return []
    names = CLOSER if one.paths.data.is_dir() else CLOSER[-2:]
    command = [sys.executable, "-m", "vopt_lib.desk.doctor_child", one.words.language, *names]
    try:
        done = subprocess.run(command, capture_output=True, timeout=CHILD_S, check=False, stdin=subprocess.DEVNULL)
        return [Check(**plain) for plain in json.loads(done.stdout)]
    except subprocess.TimeoutExpired:
        return [late("health", CHILD_S, one.words)]
    except (OSError, ValueError, TypeError):
        text = one.words.say(N_("The data could not be looked at: the program that does it ended without an answer."))
        return [Check("health", "bad", text, one.words.say(N_("See what is said of the libraries.")))]
