"""This is where `python -m vopt_lib.server.publishing` starts: it writes pages into a folder, as files to give away."""

from __future__ import annotations

import argparse
import sys
import tempfile
from collections.abc import Iterable, Sequence
from pathlib import Path

import orjson

from vopt_lib.desk.instance import open_desk
from vopt_lib.desk.shop.opening import member_called
from vopt_lib.errors import CannotWrite, FolderNotOurs, VoptError
from vopt_lib.files import reason, sync_files, sync_folder
from vopt_lib.schema.static_pages import Published, StaticPage
from vopt_lib.schema.visitor import Visitor, language_of
from vopt_lib.server.static_pages import files
from vopt_lib.words import N_, Words, reader_language

MARK = "published-by-vopt.json"
"""The file by which a folder is known again, with the names of what was written there: nothing else is replaced."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Write the pages that are asked for; returns the exit status."""
    parser = argparse.ArgumentParser("python -m vopt_lib.server.publishing")
    parser.add_argument("pages", nargs="+", type=StaticPage, help="which pages")
    parser.add_argument("--output", type=Path, required=True, help="folder to write, or to replace")
    parser.add_argument("--person", default=None, help="whose closet and sales; without it, the owner's")
    parser.add_argument("--language", default=None, help="language of the pages")
    asked = parser.parse_args(arguments)
    words = Words(reader_language())
    try:
        desk = open_desk()
        member = member_called(desk, asked.person)
        visitor = Visitor("", language_of(asked.language, words.language), role=member.role, member=member.person_id)
        done = publish(files(desk, visitor, asked.pages), asked.output.absolute())
    except VoptError as error:
        sys.stderr.write(words.error(error) + "\n")
        return 1
    told = words.count(
        N_("{n} file is in {folder}."), N_("{n} files are in {folder}."), len(done.files), folder=done.folder
    )
    opened = words.say(N_("Open index.html there, or give the whole folder away; nothing in it needs vopt."))
    sys.stdout.write(f"{told} {opened}\n")
    return 0


def publish(made: Iterable[tuple[str, bytes]], folder: Path) -> Published:
    """Write the files into this folder, all of them or none; what an earlier call wrote there is replaced.

    Raises: FolderNotOurs, where something else lies there; CannotWrite; whatever stands in the way of a page.
    """
    if (folder.exists() or folder.is_symlink()) and not _is_ours(folder):
        raise FolderNotOurs(folder=str(folder))
    try:
        with tempfile.TemporaryDirectory(prefix=f".{folder.name}.", dir=folder.parent) as aside:
            new, old = Path(aside) / "new", Path(aside) / "old"
            done = _write(made, new, folder)
            if folder.exists():
                folder.rename(old)
            new.rename(folder)
        sync_folder(folder.parent)
    except OSError as error:
        raise CannotWrite(file=str(folder), why=reason(error)) from error
    return done


def _write(made: Iterable[tuple[str, bytes]], new: Path, folder: Path) -> Published:
    new.mkdir()
    sizes = {}
    for name, content in made:
        (new / name).write_bytes(content)
        sizes[name] = len(content)
    (new / MARK).write_bytes(orjson.dumps({"files": list(sizes)}))
    sync_files(new / name for name in (*sizes, MARK))
    return Published(folder, tuple(sizes), sum(sizes.values()))


def _is_ours(folder: Path) -> bool:
    """Whether nothing lies there but what an earlier call wrote."""
    try:
        known = {MARK, *orjson.loads((folder / MARK).read_bytes())["files"]}
        return not folder.is_symlink() and {path.name for path in folder.iterdir()} <= known
    except (OSError, ValueError, KeyError, TypeError):
        return folder.is_dir() and not any(folder.iterdir())


if __name__ == "__main__":
    sys.exit(main())
