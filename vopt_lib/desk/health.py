"""This is where vopt says whether it is well: everything is looked at beside each other, and nothing waits for long.

What is told here is shown on pages: it holds no secret and no path of this machine. `vopt doctor` tells more.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Final

from vopt_lib.desk import health_checks
from vopt_lib.desk.instance import Desk
from vopt_lib.desk.looks import looked_at
from vopt_lib.desk.masking import masked, secrets_of
from vopt_lib.schema.health import Check
from vopt_lib.settings import Settings
from vopt_lib.words import N_, Words

HealthLook = Callable[[Desk, Words], Check]

WITHIN_S: Final = 2.0
"""So long one check may take; all are asked at once, so all together take hardly more."""

LOOKS: Final[Mapping[str, HealthLook]] = {
    "lake": health_checks.lake,
    "shop": health_checks.shop,
    "up": health_checks.up,
    "prefect": health_checks.prefect,
    "models": health_checks.models,
    "disk": health_checks.disk,
    "assistant": health_checks.assistant,
    "memory": health_checks.memory,
}

_PATH: Final = re.compile(r"(?<![\w:/.~])/(?:[^\s/:,;“”\"']+/)+")
"""The folders before the last name of an absolute path; an address (https://…) is none."""


def checks(
    desk: Desk, words: Words, *, looks: Mapping[str, HealthLook] = LOOKS, within_s: float = WITHIN_S
) -> list[Check]:
    """How the parts of vopt are, always the same ones in the same order (LOOKS), within three seconds.

    It never raises: a check that fails is itself bad, one that does not end in time says so.
    """
    bound = {name: partial(look, desk, words) for name, look in looks.items()}
    found = looked_at(bound, desk.paths.data, words, within_s=within_s)
    return [shown(_with_next_step(check, words), desk) for check in found]


def shown(check: Check, desk: Desk) -> Check:
    """The same without secrets, and without the folders that a path of this machine lies in."""
    told = without_secrets(check, desk.settings)
    return replace(told, text=_without_folders(told.text, desk), next_step=_without_folders(told.next_step, desk))


def _with_next_step(check: Check, words: Words) -> Check:
    if check.state != "bad" or check.next_step:
        return check
    return replace(check, next_step=words.say(N_("`vopt doctor` looks closer.")))


def without_secrets(check: Check, settings: Settings) -> Check:
    """The same without the values of settings that are secret."""
    secrets = secrets_of(settings)
    return replace(check, text=masked(check.text, secrets), next_step=masked(check.next_step, secrets))


def _without_folders(text: str, desk: Desk) -> str:
    for folder in (desk.paths.lake_root, str(desk.paths.data), str(desk.paths.models), str(Path.home())):
        text = text.replace(f"{folder.rstrip('/')}/", "") if len(folder) > 1 else text
    return _PATH.sub("", text)
