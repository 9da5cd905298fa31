"""This is where folders of photos that somebody puts into the inbox become drafts, each one once.

`data/inbox/<item>/*.jpg` is one thing. What is begun is noted before anything else is done, and the shop's audit knows
the draft by the same name: killed at any moment, the next run goes on with that draft instead of making another.
"""

from __future__ import annotations

import os
import secrets
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import chain, count
from pathlib import Path
from typing import Final

from vopt_lib.commit_points import CommitPoint, reached
from vopt_lib.desk.draft_kept import KeptDraft, draft_kept_as, keep_draft, keep_photos
from vopt_lib.desk.draft_photos import Analyse, Write, drafted, looks_for, writes_for
from vopt_lib.desk.facts_typed import facts_of_lines
from vopt_lib.desk.instance import Desk, make_folders
from vopt_lib.desk.photos_prepare import ENDINGS
from vopt_lib.desk.shop.opening import member_of
from vopt_lib.errors import (
    FactsError,
    InboxError,
    InboxPhotoUnusable,
    InboxTooFull,
    InboxUnreadable,
    NotWritable,
    PhotoError,
    PhotosMissing,
    QueryError,
    VoptError,
)
from vopt_lib.files import only_one, read_json, reason, sync_folder, write_json
from vopt_lib.schema.listing_text import Facts, Tone
from vopt_lib.schema.own_photos import MOST_SHOWN
from vopt_lib.schema.own_shop import Member
from vopt_lib.schema.photo_limits import LARGEST_PHOTO
from vopt_lib.words import N_, Words

SETTLED: Final = timedelta(seconds=10)
"""A folder in which nothing changed for so long is taken to be whole: copying writes more often."""

FACTS: Final = ("facts.txt", "fatti.txt")
REASON: Final = "reason.txt"
MOST_FACTS: Final = 64 * 1024
"""Bytes that are read of facts.txt."""

TONE: Final[Tone] = "friendly"
_WORK: Final = N_("emptying the inbox")
_OF_FOLDER: Final = (InboxError, FactsError, QueryError, PhotoError, NotWritable)
"""What is wrong with a folder itself: trying again would not help."""


@dataclass(frozen=True)
class Emptied:
    """What became of one folder: the draft, or why there is none. folder: where it lies now."""

    name: str
    folder: Path
    draft: KeptDraft | None = None
    error: VoptError | None = None

    def said(self, words: Words) -> str:
        """In a sentence."""
        if self.draft is None:
            return f"{self.name}: {words.error(self.error)}" if self.error else self.name
        told = N_("{name}: kept as a draft, number {listing_id:d}, with the code {sku}.")
        return words.say(told, name=self.name, listing_id=self.draft.listing_id, sku=self.draft.sku)


@dataclass(frozen=True)
class _Inbox:
    desk: Desk
    member: Member
    analyse: Analyse
    write: Write


def empty_inbox(
    desk: Desk, *, now: datetime, analyse: Analyse | None = None, write: Write | None = None
) -> list[Emptied]:
    """Turn each folder that is whole into a draft of the household's owner, then move it to `done`.

    analyse, write: None: whoever can, within the owner's allowance.
    now: the time that the disk's files carry. One that cannot become a draft goes to `failed` with the reason in a
    file, or stays where it cannot be moved; the others go on. A folder without any file is left alone.
    Raises: AlreadyRunning, while another process does it; DataFolderUnusable; ShopError.
    """
    paths = desk.paths
    make_folders(paths, (paths.inbox, paths.inbox_done, paths.inbox_failed))
    with only_one(paths.inbox_lock, _WORK, wait_s=0):
        _forget_moved(desk)
        owner = member_of(desk)
        box = _Inbox(desk, owner, analyse or looks_for(owner), write or writes_for(owner))
        return [_emptied(box, folder) for folder in _folders(paths.inbox) if _is_whole(folder, now)]


def _emptied(box: _Inbox, folder: Path) -> Emptied:
    name = _shown(folder.name)
    try:
        draft = _draft(box, folder)
        moved = _moved(folder, box.desk.paths.inbox_done)
    except VoptError as error:
        return Emptied(name, _put_aside(box, folder, error), error=error)
    except OSError as error:
        unreadable = InboxUnreadable(why=reason(error))
        return Emptied(name, _put_aside(box, folder, unreadable), error=unreadable)
    reached(CommitPoint.INBOX_MOVED)
    _forget_moved(box.desk)
    return Emptied(name, moved, draft)


def _draft(box: _Inbox, folder: Path) -> KeptDraft:
    """The draft of this folder: that which an earlier run began, else a new one; with all its photos."""
    photos = _photos(folder)
    contents = [_content(photo, LARGEST_PHOTO + 1) for photo in photos]
    batch = _noted(box.desk, folder)
    kept = draft_kept_as(box.desk, box.member, batch)
    if kept is None:
        facts = _facts(box.desk, folder)
        made = drafted(box.desk, contents, facts, tone=TONE, analyse=box.analyse, write=box.write)
        for place, error in made.refused.items():
            file = _shown(photos[place].name)
            raise InboxPhotoUnusable(file=file, what=error.message, **error.facts) from error
        kept = keep_draft(box.desk, box.member, made, tone=TONE, batch=batch)
        reached(CommitPoint.INBOX_DRAFTED)
    for place, content in enumerate(contents):
        keep_photos(box.desk, box.member, kept.listing_id, [content])
        reached(CommitPoint.INBOX_PHOTO_IN, place)
    return kept


def _folders(inbox: Path) -> list[Path]:
    """The folders themselves, by name: no links, nothing hidden, and not those that vopt puts there."""
    with os.scandir(inbox) as entries:
        found = [Path(one.path) for one in entries if one.is_dir(follow_symlinks=False)]
    return sorted(one for one in found if not one.name.startswith(".") and one.name not in ("done", "failed"))


def _is_whole(folder: Path, now: datetime) -> bool:
    """Whether a file is in it, and nothing changed for SETTLED. A copy may keep a file's old mtime, never its ctime."""
    try:
        with os.scandir(folder) as entries:
            within = [one.stat(follow_symlinks=False) for one in entries if not one.name.startswith(".")]
        newest = max(max(one.st_mtime, one.st_ctime) for one in (folder.lstat(), *within))
    except FileNotFoundError:
        return False
    except OSError:
        return True  # It cannot be looked into: whoever takes it in says why.
    return bool(within) and now - datetime.fromtimestamp(newest, UTC) >= SETTLED


def _photos(folder: Path) -> list[Path]:
    """Its photos in the order of their names; links are none. Raises: PhotosMissing; InboxTooFull; OSError."""
    with os.scandir(folder) as entries:
        found = [
            Path(one.path)
            for one in entries
            if one.is_file(follow_symlinks=False)
            and not one.name.startswith(".")
            and Path(one.name).suffix.lower() in ENDINGS
        ]
    if not found:
        raise PhotosMissing(folder=_shown(folder.name))
    if len(found) > MOST_SHOWN:
        raise InboxTooFull(n=len(found), most=MOST_SHOWN)
    return sorted(found)


def _content(file: Path, most: int) -> bytes:
    """Its first so many bytes; a link that took its place since is not followed. Raises: OSError."""
    handle = os.open(file, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK)
    with os.fdopen(handle, "rb") as opened:
        return opened.read(most)


def _facts(desk: Desk, folder: Path) -> Facts:
    """What its facts.txt says; nothing where there is none. Raises: as `facts_of_lines`; OSError."""
    for name in FACTS:
        file = folder / name
        if file.is_file() and not file.is_symlink():
            return facts_of_lines(desk, _content(file, MOST_FACTS).decode("utf-8", errors="replace"))
    return Facts()


def _noted(desk: Desk, folder: Path) -> str:
    """The name under which the draft of this folder is kept, noted now if it is new."""
    known = _begun(desk)
    key = str(folder.lstat().st_ino)
    if key not in known:
        known[key] = secrets.token_hex(16)
        write_json(desk.paths.inbox_begun, known)
        reached(CommitPoint.INBOX_NOTED)
    return known[key]


def _begun(desk: Desk) -> dict[str, str]:
    """The name of each folder's draft, by the folder's number on the disk, which a new folder of its name has not."""
    return {key: str(name) for key, name in (read_json(desk.paths.inbox_begun) or {}).items()}


def _forget_moved(desk: Desk) -> None:
    """Forget what was noted of folders that left the inbox."""
    known = _begun(desk)
    there = {str(folder.lstat().st_ino) for folder in _folders(desk.paths.inbox)} if known else set()
    if known.keys() - there:
        write_json(desk.paths.inbox_begun, {key: name for key, name in known.items() if key in there})
        reached(CommitPoint.INBOX_FORGOTTEN)


def _put_aside(box: _Inbox, folder: Path, error: VoptError) -> Path:
    """Move a folder to `failed` with the reason in a file. It stays where trying again may help, or where it must."""
    if not isinstance(error, _OF_FOLDER) or _has_draft(box, folder):
        return folder
    with suppress(OSError):
        _tell_reason(folder, Words(box.desk.settings.language or "it").error(error))
    try:
        moved = _moved(folder, box.desk.paths.inbox_failed)
    except OSError:
        return folder
    _forget_moved(box.desk)
    return moved


def _has_draft(box: _Inbox, folder: Path) -> bool:
    batch = _begun(box.desk).get(str(folder.lstat().st_ino))
    return batch is not None and draft_kept_as(box.desk, box.member, batch) is not None


def _tell_reason(folder: Path, told: str) -> None:
    """Write it into the folder; a link of that name is replaced, never followed. Raises: OSError."""
    file = folder / REASON
    file.unlink(missing_ok=True)
    with os.fdopen(os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="utf-8") as opened:
        opened.write(f"{told}\n")


def _moved(folder: Path, into: Path) -> Path:
    """Move it there, as NAME, or NAME-2 and so on where that is taken. Raises: OSError."""
    names = chain([folder.name], (f"{folder.name}-{number}" for number in count(2)))
    target = next(path for path in (into / name for name in names) if not os.path.lexists(path))
    folder.rename(target)
    sync_folder(into)
    sync_folder(folder.parent)
    return target


def _shown(name: str) -> str:
    """A name as it can be written down: without control characters and bytes that are no letters."""
    return "".join(sign if sign.isprintable() else "�" for sign in name)
