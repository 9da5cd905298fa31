"""This is where `vopt doctor` examines settings and data: what is misspelt, unsafe, left behind or too large."""

from __future__ import annotations

import difflib
import fcntl
import os
import tempfile
import tomllib
from collections.abc import Iterable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import Final

from vopt_lib.desk.examined import Examined
from vopt_lib.desk.looks import joined
from vopt_lib.files import holder, is_held, reason
from vopt_lib.schema.health import Check
from vopt_lib.words import N_

NO_SETTINGS: Final = frozenset({"VOPT_GUARD", "VOPT_RECORDED_DATA", "VOPT_CHROMIUM", "VOPT_DEMO_DATA", "VOPT_SCREENS"})
"""Names by which vopt finds its own programs again, and that its tests read."""

NETWORK: Final = frozenset(
    {"nfs", "nfs4", "cifs", "smb", "smb3", "smbfs", "afpfs", "webdav", "9p", "fuse.sshfs", "davfs"}
)
SIMPLE: Final = frozenset({"exfat", "msdos", "vfat", "fat32", "ntfs", "fuseblk"})
"""Disks for cameras and Windows: no rights of files, no links."""

SYNCED: Final = frozenset(
    {"Dropbox", "OneDrive", "Google Drive", "GoogleDrive", "Mobile Documents", "CloudStorage", "Nextcloud"}
)

LOGS_BYTES: Final = 5 * 10**8
"""Logs are rotated below this; more means that something complains without end."""

PREFECT_BYTES: Final = 10**9
"""2,000 task runs leave 62 MB, and old ones are pruned: this much is years of them."""

SECRETS: Final = ("seller_key", "visitors_key", "shop_key", "strangers_key", "prefect_key", "shop")


def settings(one: Examined) -> Check:
    """Whether the settings can be used, and none is misspelt, in the environment and in vopt.toml."""
    say = one.words.say
    if one.trouble is not None:
        text = one.words.error(one.trouble)
        return Check("settings", "bad", text, say(N_("Until then vopt does not start, and its data is not looked at.")))
    unknown = [*_unknown(one)]
    return joined("settings", unknown, Check("settings", "good", say(N_("All settings are known."))))


def _unknown(one: Examined) -> Iterator[Check]:
    known = {f"VOPT_{name.upper()}" for name in type(one.settings).model_fields}
    for name in sorted(one.environ):
        if name.startswith("VOPT_") and name not in known | NO_SETTINGS:
            yield _misspelt(name, known, one)
    file = one.paths.data / "vopt.toml"
    with suppress(OSError, ValueError):
        for name in tomllib.loads(file.read_text(encoding="utf-8")):
            if name not in type(one.settings).model_fields:
                yield _misspelt(name, type(one.settings).model_fields, one)


def _misspelt(name: str, known: Iterable[str], one: Examined) -> Check:
    near = difflib.get_close_matches(name, list(known), 1)
    text = one.words.say(N_("vopt has no setting {name}, so it does nothing."), name=name)
    step = one.words.say(N_("Did you mean {near}?"), near=near[0]) if near else one.words.say(N_("Remove it."))
    return Check("settings", "warn", text, step)


def data(one: Examined) -> Check:
    """Whether the data folder is there, can be written to, and lies on a disk that can do what vopt needs."""
    say, folder = one.words.say, one.paths.data
    if not folder.exists():
        text = say(N_("There is no data folder {folder} yet: it is made when it is first needed."), folder=str(folder))
        return Check("data", "good", text)
    if not folder.is_dir():
        text = say(N_("The data folder {folder} is a file."), folder=str(folder))
        return Check("data", "bad", text, say(N_("Set VOPT_DATA to a folder.")))
    if not os.access(folder, os.R_OK | os.W_OK | os.X_OK):
        text = say(N_("vopt may not write to its data folder {folder}."), folder=str(folder))
        return Check("data", "bad", text, say(N_("Make the disk writable and yourself its owner, or set VOPT_DATA.")))
    found = [*_kind_of_disk(one), *_tried(one)]
    return joined("data", found, Check("data", "good", say(N_("Data folder: {folder}."), folder=str(folder))))


def _kind_of_disk(one: Examined) -> Iterator[Check]:
    say, kind = one.words.say, disk_kind(one.paths.data)
    if kind in NETWORK:
        text = say(
            N_("The data lies on a disk in the network ({kind}), where a shop's file can be damaged."), kind=kind
        )
        yield Check("data", "warn", text, say(N_("Move it to a disk of this computer, and keep backups there.")))
    if kind in SIMPLE:
        text = say(N_("The data lies on a disk made for cameras or Windows ({kind}): others could read it."), kind=kind)
        yield Check("data", "warn", text, say(N_("Move it to a disk of this computer, and keep backups there.")))
    if synced := SYNCED & set(one.paths.data.parts):
        text = say(N_("The data lies in a folder that {service} copies, which can damage it."), service=min(synced))
        yield Check("data", "warn", text, say(N_("Move it elsewhere, and let backups be copied instead.")))


def disk_kind(folder: Path) -> str:
    """What kind of disk a folder lies on, as the system calls it; nothing where that is not known."""
    import psutil

    real = folder.resolve()
    with suppress(OSError, psutil.Error):
        mounted = {Path(part.mountpoint): part.fstype for part in psutil.disk_partitions(all=True)}
        return next((mounted[place].lower() for place in (real, *real.parents) if place in mounted), "")
    return ""


def _tried(one: Examined) -> Iterator[Check]:
    """What the disk cannot do that vopt needs, tried in a folder that is removed again."""
    place = one.paths.state if one.paths.state.is_dir() else one.paths.data
    try:
        with tempfile.TemporaryDirectory(prefix=".doctor-", dir=place) as folder:
            for what in unable(Path(folder)):
                text = one.words.say(N_("The disk of the data cannot do this: {what}."), what=one.words.say(what))
                yield Check("data", "bad", text, one.words.say(N_("Move the data to a disk of this computer.")))
    except OSError as error:
        text = one.words.say(N_("Nothing can be written to the data folder: {why}."), why=reason(error))
        yield Check("data", "bad", text, one.words.say(N_("Make room on its disk, or make it writable.")))


def unable(folder: Path) -> Iterator[str]:
    """What of all that vopt does with files does not work in this folder, as marked sentences."""
    file = folder / "one"
    file.write_bytes(b"vopt")
    with file.open("r+b") as held:
        try:
            fcntl.flock(held, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            yield N_("locking a file")
    try:
        (folder / "link").symlink_to(file)
    except OSError:
        yield N_("links to files")
    try:
        os.link(file, folder / "two")
    except OSError:
        yield N_("a second name for a file")
    file.chmod(0o600)
    if file.stat().st_mode & 0o077:
        yield N_("files that only their owner reads")


def secrets(one: Examined) -> Check:
    """Whether only she can read what is secret."""
    otherwise = Check("secrets", "good", one.words.say(N_("Only you can read keys, settings and your shop.")))
    return joined("secrets", list(_readable(one)), otherwise)


def _readable(one: Examined) -> Iterator[Check]:
    from pydantic import SecretStr

    files = [getattr(one.paths, name) for name in SECRETS]
    held = any(isinstance(value, SecretStr) for value in vars(one.settings).values())
    files += [one.paths.data / "vopt.toml"] if held else []
    for path, right in [*((file, 0o600) for file in files), (one.paths.state, 0o700)]:
        with suppress(OSError):
            if path.stat().st_mode & 0o077:
                facts = {"path": str(path), "right": f"{right:o}"}
                text = one.words.say(N_("Others on this computer can read {path}."), **facts)
                yield Check("secrets", "warn", text, one.words.say(N_("`chmod {right} '{path}'` ends that."), **facts))


def locks(one: Examined) -> Check:
    """Which work is under way, and which lock is held though who took it is dead."""
    held = [lock for lock in sorted(one.paths.locks.glob("*.lock")) if is_held(lock)]
    under_way = ", ".join(lock.stem for lock in held)
    text = (
        one.words.say(N_("Under way: {what}."), what=under_way) if held else one.words.say(N_("No work is under way."))
    )
    return joined("locks", list(_orphaned(held, one)), Check("locks", "good", text))


def _orphaned(held: list[Path], one: Examined) -> Iterator[Check]:
    import psutil

    for lock in held:
        pid = holder(lock)
        if pid and not psutil.pid_exists(pid):
            facts = {"lock": lock.stem, "pid": str(pid)}
            text = one.words.say(N_("The work “{lock}” is held though its program ({pid}) has ended."), **facts)
            step = N_("A program that it started still runs: wait for it, or start the computer again.")
            yield Check("locks", "warn", text, one.words.say(step))


def restore(one: Examined) -> Check:
    """Whether a restore was interrupted."""
    if not one.paths.restore_plan.exists():
        return Check("restore", "good", one.words.say(N_("No restore was interrupted.")))
    if is_held(one.paths.restore_lock):
        return Check("restore", "good", one.words.say(N_("A backup is being put back just now.")))
    text = one.words.say(N_("A restore was interrupted while it put things in place."))
    return Check("restore", "warn", text, one.words.say(N_("Any command ends it, for instance `vopt status`.")))


def logs(one: Examined) -> Check:
    """Whether logs can be written, and how large they and Prefect's database are."""
    if one.paths.logs.is_dir() and not os.access(one.paths.logs, os.W_OK | os.X_OK):
        text = one.words.say(N_("vopt cannot write its logs into {folder}."), folder=str(one.paths.logs))
        step = N_("Make yourself the owner of that folder: until then nobody can see why a program ended.")
        return Check("logs", "warn", text, one.words.say(step))
    size = sum(_size(file) for file in one.paths.logs.rglob("*"))
    prefect = sum(_size(one.paths.homes / "prefect" / f"prefect.db{more}") for more in ("", "-wal"))
    return logs_told(size, prefect, one)


def logs_told(size: int, prefect: int, one: Examined) -> Check:
    """What is told of so many bytes of logs, and of Prefect's database."""
    say, number = one.words.say, one.words.number
    facts = {"logs": number(size / 10**6), "prefect": number(prefect / 10**6)}
    text = say(N_("The logs take {logs} MB, Prefect's database {prefect} MB."), **facts)
    steps = []
    if size > LOGS_BYTES:
        steps.append(say(N_("See in data/logs what complains without end, and remove old ones.")))
    if prefect > PREFECT_BYTES:
        steps.append(say(N_("Let `vopt up` run at night: it removes Prefect's old runs.")))
    return Check("logs", "warn" if steps else "good", text, " ".join(steps))


def _size(file: Path) -> int:
    with suppress(OSError):
        return file.lstat().st_size
    return 0
