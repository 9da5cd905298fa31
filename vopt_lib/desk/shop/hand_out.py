"""This is where a person's whole data is written into one zip file: what the shop knows of her, her photos and labels.

Rows pass through one by one, photos are copied as they are: however much there is, little of it is in memory at once.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import IO, Final
from zipfile import ZIP_DEFLATED, ZIP_STORED, ZipFile

from vopt_lib import __version__
from vopt_lib.desk.instance import Desk
from vopt_lib.desk.shop.opening import shop_of
from vopt_lib.errors import NotAllowed
from vopt_lib.files import whole_file
from vopt_lib.schema.own_people import OwnPerson
from vopt_lib.schema.own_shop import Member
from vopt_lib.shop.erasing import files_of
from vopt_lib.shop.handed_out import Row, everything_of
from vopt_lib.words import N_

CONTENTS = "contents.json"
"""The file of the archive that says what is in the others: how many rows, or how many bytes."""

_SIGNS: Final = (
    (b"\xff\xd8\xff", 0, ".jpg"),
    (b"\x89PNG\r\n", 0, ".png"),
    (b"WEBP", 8, ".webp"),
    (b"%PDF-", 0, ".pdf"),
)
"""How files begin: their bytes, from which place on, and the ending of such files."""


def hand_out(desk: Desk, by: Member, person: OwnPerson, output: Path) -> dict[str, int]:
    """Write all that is this person's into a zip file, complete or not at all. Returns: {file in it: rows, or bytes}.

    An admin may take everybody's, a member her own. Raises: NotAllowed; CannotWrite.
    """
    with whole_file(output) as aside, aside.open("wb") as stream:
        return write_everything(desk, by, person, stream)


def write_everything(desk: Desk, by: Member, person: OwnPerson, stream: IO[bytes]) -> dict[str, int]:
    """The same, into an open file. Raises: NotAllowed."""
    if not by.is_admin and by.person_id != person.id:
        raise NotAllowed(admins=N_("an admin"))
    contents: dict[str, int] = {}
    with shop_of(desk).reading() as session, ZipFile(stream, "w", ZIP_DEFLATED) as archive:
        for table, rows in everything_of(session, person.id):
            name = f"{table}.json"
            with archive.open(name, "w", force_zip64=True) as file:
                contents[name] = _write_rows(file, rows)
        files = files_of(session, person.id)
        for folder, hashes in ((desk.paths.photos, files.photos), (desk.paths.labels, files.labels)):
            for path in filter(Path.is_file, (folder / sha256 for sha256 in sorted(hashes))):
                name = f"{folder.name}/{path.name}{_ending(path)}"
                archive.write(path, name, compress_type=ZIP_STORED)
                contents[name] = path.stat().st_size
        told = {"person": person.name, "written_at": desk.clock.now().isoformat(), "vopt": __version__}
        archive.writestr(CONTENTS, json.dumps({**told, "files": contents}, ensure_ascii=False, indent=1))
    return contents


def archive_name(desk: Desk, person: OwnPerson) -> str:
    """What the file is called: vopt-anna-2026-11-21.zip."""
    calm = re.sub(r"[^\w-]+", "-", person.name.casefold()).strip("-") or str(person.id)
    return f"vopt-{calm}-{desk.clock.now().date().isoformat()}.zip"


def _write_rows(file: IO[bytes], rows: Iterator[Row]) -> int:
    """Write a JSON list, a row a line. Returns: how many there were."""
    number = 0
    file.write(b"[")
    for number, row in enumerate(rows, start=1):
        file.write(b"\n" if number == 1 else b",\n")
        file.write(json.dumps(row, ensure_ascii=False).encode())
    file.write(b"\n]\n")
    return number


def _ending(path: Path) -> str:
    """What a file's name should end with, for her other programs: it is kept by its hash alone."""
    with path.open("rb") as file:
        head = file.read(12)
    return next((ending for sign, place, ending in _SIGNS if head[place:].startswith(sign)), "")
