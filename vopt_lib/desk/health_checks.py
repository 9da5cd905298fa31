"""This is where each part of vopt is looked at: its data, its shop, its flows, its models, and the machine."""

from __future__ import annotations

import os
import shutil
import urllib.error
from collections.abc import Iterable, Iterator
from datetime import date, timedelta
from typing import Final

from vopt_lib.desk import assistant_health, permission, up_state
from vopt_lib.desk.disk import room_on
from vopt_lib.desk.folders import folders_written
from vopt_lib.desk.instance import Desk
from vopt_lib.desk.ports import ports_of
from vopt_lib.desk.price_models import kept_models
from vopt_lib.desk.price_watch import drift_of
from vopt_lib.desk.services import opened
from vopt_lib.errors import NothingPublished
from vopt_lib.files import is_held
from vopt_lib.paths import floors_file
from vopt_lib.pricing.gate import read_floors
from vopt_lib.schema.assistant import BackendState
from vopt_lib.schema.assistant_page import first_with
from vopt_lib.schema.health import Check, State
from vopt_lib.schema.model_card import Drift, ModelCard
from vopt_lib.words import N_, Words

OLD_AFTER: Final = timedelta(days=2)
"""Listings are collected once a day: when the newest day is older, a whole day failed."""

MEMORY_WARN_BYTES: Final = 6 * 10**8
"""A flow takes 180 MB once its libraries are loaded, its data come on top, and a heavy page takes 60 MB."""

MEMORY_BAD_BYTES: Final = 2 * 10**8
"""With less, the next flow or page makes the machine swap, or ends."""

FAILING: Final = 3
"""Ends in a row that nobody asked for: one is chance, and after the second the pause is still short."""

PREFECT_S: Final = 1.5
ASSISTANT_S: Final = 1.6
"""A little less than a check may take (`health.WITHIN_S`): then it says itself what it waits for."""


def lake(desk: Desk, words: Words) -> Check:
    """Whether there is published data, its files are there, and how old its newest day is."""
    versions = desk.lake.published()
    if not versions:
        return Check("lake", "warn", words.say(NothingPublished.message))
    for name, version in versions.items():
        desk.lake.files(name, version)
    days = [one["day"] for one in desk.lake.partitions("listing_seen", versions.get("listing_seen", -1))]
    if not days:
        return Check("lake", "warn", words.say(N_("The market data holds no day yet.")), _collect(words))
    newest = date.fromisoformat(max(days))
    text = words.say(N_("The market data is whole; its newest day is {day}."), day=newest)
    is_old = desk.clock.now().date() - newest > OLD_AFTER
    if is_old and permission.is_given(desk, "it"):
        return Check("lake", "warn", text, words.say(N_("Days are missing since: `vopt status` says what stopped it.")))
    return Check("lake", "good", text)


def _collect(words: Words) -> str:
    return words.say(N_("Collect with `vopt collect`."))


def shop(desk: Desk, words: Words) -> Check:
    """Whether the shop opens, and is in the form that this vopt knows."""
    from vopt_lib.shop.looking import look_at_shop

    url = desk.settings.database_url
    found = look_at_shop(url.get_secret_value() if url else f"sqlite:///{desk.paths.shop}")
    if found.form is None:
        return Check("shop", "good", words.say(N_("Your shop is empty: it is made when it is first needed.")))
    if found.is_newer:
        text = words.say(N_("Your shop was written by a newer vopt (form {form})."), form=found.form)
        return Check("shop", "bad", text, words.say(N_("Update vopt, or restore a backup that this vopt made.")))
    if found.is_older:
        text = words.say(N_("Your shop has an earlier form ({form})."), form=found.form)
        return Check("shop", "warn", text, words.say(N_("Start vopt again: it brings it to today's form.")))
    return Check("shop", "good", words.say(N_("Your shop opens, in the form {form}."), form=found.form))


def prefect(desk: Desk, words: Words) -> Check:
    """Whether Prefect answers where it should. Its health needs no password."""
    port, wanted = ports_of(desk.paths).get("prefect"), is_held(desk.paths.up_lock)
    answer = _health_of(port) if port else None
    step = words.say(N_("It is started again by itself; if it stays so, logs/prefect.log says why.")) if wanted else ""
    if answer == b"true":
        return Check("prefect", "good", words.say(N_("Prefect answers at port {port}."), port=str(port)))
    if answer is not None:
        text = words.say(N_("At port {port}, where Prefect should be, another program answers."), port=str(port))
        return Check("prefect", "bad" if wanted else "warn", text, words.say(N_("End that one, then `vopt up` again.")))
    if not wanted:
        text = words.say(N_("Prefect is not started, so nothing runs by itself: `vopt up` starts it."))
        return Check("prefect", "good", text)
    if port is None or _starts(desk):
        return Check("prefect", "warn", words.say(N_("Prefect is not started yet.")), step)
    return Check("prefect", "bad", words.say(N_("Prefect does not answer at port {port}."), port=str(port)), step)


def _starts(desk: Desk) -> bool:
    """Whether `vopt up` has begun to start it, and it has not failed yet."""
    found = up_state.running(desk.paths)
    server = found.program("prefect") if found else None
    return server is not None and server.state != "up" and not server.failures


def up(desk: Desk, words: Words) -> Check:
    """Whether the programs run that `vopt up` keeps running."""
    found = up_state.running(desk.paths)
    if found is None:
        return Check("up", "good", words.say(N_("`vopt up` does not run: nothing is started again that ends.")))
    often = [one for one in found.programs if one.failures >= FAILING]
    failing = [one for one in often if one.state != "up"]
    down = [one for one in found.programs if one.state != "up"]
    if failing:
        facts = {"names": _names(failing), "n": max(one.failures for one in failing)}
        text = words.say(N_("These programs end again and again: {names} ({n} times in a row)."), **facts)
        return Check("up", "bad", text, words.say(N_("Their logs in data/logs say why.")))
    if down:
        text = words.say(N_("These programs do not run at this moment: {names}."), names=_names(down))
        return Check("up", "warn", text, words.say(N_("They are started by themselves: look again in a minute.")))
    if often:
        text = words.say(N_("These programs ended several times, and run now: {names}."), names=_names(often))
        return Check("up", "warn", text, words.say(N_("Their logs in data/logs say why.")))
    names = _names(found.programs)
    return Check("up", "good", words.say(N_("`vopt up` keeps these running: {names}."), names=names))


def _names(programs: Iterable[up_state.UpProgram]) -> str:
    return ", ".join(one.name for one in programs)


def _health_of(port: int) -> bytes | None:
    """What it says; None: nobody does."""
    try:
        with opened(f"http://127.0.0.1:{port}/api/health", timeout_s=PREFECT_S) as answer:
            return answer.read(100).strip()
    except urllib.error.HTTPError as error:
        return str(error.code).encode()
    except OSError:
        return None


def models(desk: Desk, words: Words) -> Check:
    """Which price model is in use or why none is, how it fares lately, and whether the floors can be read."""
    read_floors(floors_file(), "vinted" if desk.site("it").is_real else "simulator")
    kept = kept_models(desk, "it")
    used = next((one for one in kept if one.is_published), None)
    if used is not None and used.card is None:
        text = words.error(used.trouble) if used.trouble else used.version
        return Check("models", "bad", text, words.say(N_("Train another one with `vopt train`.")))
    if used is not None and used.card is not None:
        return _in_use(used.card, drift_of(desk, "it"), words)
    refused = next((one.card for one in kept if one.card and one.card.refused), None)
    if refused is None:
        text = words.say(N_("No price model was trained yet: prices are told from comparable listings only."))
    else:
        first = refused.refused[0]
        sentence = N_("No price model is in use: the newest was refused. {why}")
        text = words.say(sentence, why=words.say(first.what, **first.facts))
    return Check("models", "warn", text, words.say(N_("Once there are some weeks of data, `vopt train` makes one.")))


def _in_use(card: ModelCard, drift: Drift | None, words: Words) -> Check:
    text = words.say(N_("Prices are told by the model {version} of {day}."), version=card.version, day=card.last_day)
    if drift is not None and drift.version == card.version and drift.reasons:
        first = drift.reasons[0]
        step = words.say(first.what, **first.facts) + " " + words.say(N_("Train another one with `vopt train`."))
        return Check("models", "warn", text, step)
    return Check("models", "good", text)


def disk(desk: Desk, words: Words) -> Check:
    """How much is free where vopt writes, and whether it may; the fullest of its disks is told."""
    free, of, is_writable = min(_disks(desk), key=lambda one: (one[2], one[0]))
    if is_writable:
        return disk_told(free, of, words)
    text = words.say(N_("vopt cannot write to its data folder."))
    return Check("disk", "bad", text, words.say(N_("See to it that the disk is there and you may write to it.")))


def disk_told(free: int, of: int, words: Words) -> Check:
    """What is told of a disk that has so many bytes free, of so many."""
    facts = {"free": words.number(free / 10**9, 1), "share": words.percent(free / of if of else 0)}
    text = words.say(N_("{free} GB are free, {share} of the disk."), **facts)
    state = room_on(free, of)
    step = words.say(N_("Make room: remove old backups, or move them to another disk.")) if state != "good" else ""
    return Check("disk", state, text, step)


def _disks(desk: Desk) -> Iterator[tuple[int, int, bool]]:
    """Bytes that are free, of how many, and whether vopt may write there."""
    for folder in folders_written(desk.paths):
        usage = shutil.disk_usage(folder)
        yield usage.free, usage.total, os.access(folder, os.W_OK | os.X_OK)


def assistant(desk: Desk, words: Words) -> Check:
    """Whether a language model answers; vopt does without, so that none is no harm."""
    states = assistant_health.health_of(desk, wait_s=ASSISTANT_S).states
    if states is None:
        text = words.say(N_("The language models have not answered yet."))
        return Check("assistant", "warn", text, words.say(N_("Look again in a minute.")))
    if not states:
        return Check("assistant", "good", words.say(N_("No language model is set: vopt does without.")))
    return _assistant(states, words)


def _assistant(states: tuple[BackendState, ...], words: Words) -> Check:
    writer = first_with(states, "write")
    if writer is not None:
        state, model = writer
        text = words.say(N_("{model} of {backend} answers."), model=model, backend=state.name)
        return Check("assistant", "good", text)
    trouble = next((one.trouble for one in states if one.trouble), None)
    if trouble is None:
        text = words.say(N_("The language model that writes is missing: texts come from templates."))
        return Check("assistant", "warn", text, words.say(N_("`vopt assistant pull` fetches it.")))
    step = N_("Texts come from templates meanwhile; `vopt assistant status` looks again.")
    return Check("assistant", "warn", words.error(trouble), words.say(step))


def memory(desk: Desk, words: Words) -> Check:
    """How much memory programs can still get, and how much this one has."""
    import psutil

    return memory_told(psutil.virtual_memory().available, psutil.Process().memory_info().rss, words)


def memory_told(free: int, own: int, words: Words) -> Check:
    """What is told where programs can still get so many bytes, and this one has so many."""
    facts = {"free": words.number(free / 10**6), "own": words.number(own / 10**6)}
    text = words.say(N_("{free} MB of memory are free; this program uses {own} MB."), **facts)
    state: State = "bad" if free < MEMORY_BAD_BYTES else "warn" if free < MEMORY_WARN_BYTES else "good"
    step = words.say(N_("Close other programs, or let heavy work run at night.")) if state != "good" else ""
    return Check("memory", state, text, step)
