"""This is where `vopt doctor` looks at the data, in a process of its own: python -m vopt_lib.desk.doctor_child LANGUAGE
CHECK…

It prints a JSON list of checks. Nothing is made, mended or locked for long, and what cannot be read is told.
"""

from __future__ import annotations

import json
import sys
from dataclasses import asdict, replace
from functools import partial
from typing import Final, cast

from vopt_lib.desk import health_checks
from vopt_lib.desk.assistant_health import health_of
from vopt_lib.desk.health import LOOKS, without_secrets
from vopt_lib.desk.instance import Desk, desk_of
from vopt_lib.desk.looks import looked_at
from vopt_lib.schema.assistant import BackendState
from vopt_lib.schema.health import Check
from vopt_lib.settings import load_settings
from vopt_lib.shop.looking import fault_of_file
from vopt_lib.words import N_, Language, Words

WITHIN_S: Final = 2.0
VERSION_S: Final = 1.0


def main(language: str, *names: str) -> None:
    """Print what these checks find."""
    desk, words = desk_of(load_settings()), Words(cast(Language, language))
    looks = {**LOOKS, "shop": shop_and_its_file, "assistant": assistant_and_its_models}
    bound = {name: partial(looks[name], desk, words) for name in names}
    found = looked_at(bound, desk.paths.data, words, within_s=WITHIN_S)
    told = [without_secrets(check, desk.settings) for check in found]
    sys.stdout.write(json.dumps([asdict(check) for check in told], ensure_ascii=False))
    sys.stdout.flush()


def shop_and_its_file(desk: Desk, words: Words) -> Check:
    """The same as on pages, and whether every page of SQLite's file is whole."""
    found = health_checks.shop(desk, words)
    if desk.settings.database_url or found.state == "bad" or not desk.paths.shop.exists():
        return found
    if fault := fault_of_file(desk.paths.shop):
        text = words.say(N_("Your shop's file is damaged: {why}."), why=fault)
        return Check("shop", "bad", text, words.say(N_("Put back a backup with `vopt restore`.")))
    return replace(found, text=found.text + " " + words.say(N_("Every page of its file is whole.")))


def assistant_and_its_models(desk: Desk, words: Words) -> Check:
    """The same as on pages, and of each backend where it is, its version and its models."""
    found = health_checks.assistant(desk, words)
    states = health_of(desk).states or ()
    lines = [_backend(state, words) for state in states if state.trouble is None]
    return replace(found, text=" ".join([found.text, *lines]))


def _backend(state: BackendState, words: Words) -> str:
    facts = {"backend": state.name, "url": state.url, "version": _version(state), "n": state.models}
    text = words.say(N_("{backend} {version} at {url} has {n} models."), **facts)
    missing = ", ".join(dict.fromkeys(one.name for one in state.wanted if one.here is None))
    return text + (" " + words.say(N_("Missing: {models}."), models=missing) if missing else "")


def _version(state: BackendState) -> str:
    """Ollama's version; nothing where it does not say."""
    from vopt_lib.desk.services import opened

    try:
        with opened(f"{state.url.rstrip('/')}/api/version", timeout_s=VERSION_S) as answer:
            return str(json.loads(answer.read(1000))["version"])[:20]
    except (OSError, ValueError, KeyError, TypeError):
        return ""


if __name__ == "__main__":
    main(*sys.argv[1:])
