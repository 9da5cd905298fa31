"""This is where the demo's made-up family moves in: its files are fetched, kept, and taken in as anybody's are.

Whatever is broken off is done again the next time, and gives the same shop.
"""

from __future__ import annotations

import json
import shlex
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Final
from urllib.parse import urlsplit

from vopt_lib.desk.instance import Desk
from vopt_lib.desk.services import opened
from vopt_lib.desk.shop.importing import Options, import_archive, import_mails
from vopt_lib.desk.shop.opening import member_called
from vopt_lib.desk.shop.people import add, people, rename
from vopt_lib.desk.shop.reviews import waiting_count
from vopt_lib.desk.shop.shipping import to_ship
from vopt_lib.desk.shop.tables import mapping_for
from vopt_lib.desk.shop.taking import import_table
from vopt_lib.files import read_json, write_bytes, write_json
from vopt_lib.schema.own_shop import Member
from vopt_lib.words import N_, Words

ARCHIVE: Final = "archive.zip"
MAILS: Final = "mails.mbox"
COSTS: Final = "things.csv"
FILES: Final = (ARCHIVE, MAILS, COSTS)

WITHIN_S: Final = 60.0
"""For a file: each photo of an archive is drawn first."""


@dataclass(frozen=True)
class Relative:
    """Somebody of the family. folder: where her files lie."""

    name: str
    login: str
    folder: Path


@dataclass(frozen=True)
class Family:
    """Who they are, the owner first; whose word on their e-mails they believe; whether all of it is taken in."""

    people: tuple[Relative, ...]
    mail_server: str
    is_in: bool


def move_in(desk: Desk) -> None:
    """Fill this demo's shop with what its family has at home, unless that was done before.

    The list of costs of the last of them is left, for whoever looks on to try how a file is taken in.

    Raises: OSError, when the simulator does not answer; and as `import_archive`, `import_mails`, `import_table`.
    """
    family = family_of(desk) or _meet(desk)
    if family.is_in:
        return
    _fetch(desk, family)
    for member, relative in zip(_members(desk, family), family.people, strict=True):
        options = Options(login=relative.login)
        import_archive(desk, member, relative.folder / ARCHIVE, options)
        import_mails(desk, member, relative.folder / MAILS, options, mail_server=family.mail_server)
        if relative is not family.people[-1]:
            costs = relative.folder / COSTS
            import_table(desk, member, costs, mapping_for(desk, member, costs), options=options)
    write_json(_file(desk), {**(read_json(_file(desk)) or {}), "is_in": True})


def family_of(desk: Desk) -> Family | None:
    """The family of this demo; None: it has not come yet."""
    known = read_json(_file(desk))
    if known is None:
        return None
    names = ((one["name"], one["login"]) for one in known["people"])
    relatives = tuple(Relative(name, login, desk.paths.family / login) for name, login in names)
    return Family(relatives, known["mail_server"], known["is_in"])


def shop_told(desk: Desk, words: Words) -> str:
    """What is in the shop of this demo now, and where it came from."""
    owner = member_called(desk, None)
    rows = [one for one in people(desk, owner) if not one.is_removed]
    return words.say(
        N_(
            "The shop of {names} was filled from files such as you have at home, too: Vinted's archive, its e-mails, a"
            " list of costs. Listings: {listings}, sales: {sales}, parcels to send: {parcels}, questions for you:"
            " {questions}."
        ),
        names=" & ".join(one.name for one in rows),
        listings=sum(one.listings for one in rows),
        sales=sum(one.sales for one in rows),
        parcels=len(to_ship(desk, owner).parcels),
        questions=waiting_count(desk, owner),
    )


def command_to_try(desk: Desk) -> str | None:
    """What takes in the list of costs that was left; None: there is nobody any more whose it is."""
    family, owner = family_of(desk), member_called(desk, None)
    if family is None:
        return None
    last = family.people[-1]
    for one in people(desk, owner):
        if not one.is_removed and last.login in (account.name for account in one.accounts):
            told = ["vopt", "import", "table", str(last.folder / COSTS), "--person", one.name]
            return f"VOPT_DATA={shlex.quote(str(desk.paths.data))} {shlex.join(told)}"
    return None


def _meet(desk: Desk) -> Family:
    """Ask who they are, once and for all: on another day, others have closets of that size."""
    write_json(_file(desk), {**json.loads(_asked(desk, "people")), "is_in": False})
    family = family_of(desk)
    assert family
    return family


def _fetch(desk: Desk, family: Family) -> None:
    """Bring here what each has at home and is not here yet."""
    every = (f"{relative.login}/{name}" for relative in family.people for name in FILES)
    missing = [name for name in every if not (desk.paths.family / name).exists()]
    with ThreadPoolExecutor() as pool:
        for name, content in zip(missing, pool.map(partial(_asked, desk), missing), strict=True):
            write_bytes(desk.paths.family / name, content)


def _asked(desk: Desk, name: str) -> bytes:
    port = urlsplit(desk.site("it").www).port
    with opened(f"http://127.0.0.1:{port}/__family__/{name}", timeout_s=WITHIN_S) as answer:
        return answer.read()


def _members(desk: Desk, family: Family) -> list[Member]:
    """Its people, as this household knows them: the owner is called as the first of them, the others come."""
    owner, (first, *others) = member_called(desk, None), family.people
    if owner.name != first.name:
        rename(desk, owner, owner.person_id, first.name)
    known = {one.name for one in people(desk, owner)}
    for other in others:
        if other.name not in known:
            add(desk, owner, other.name)
    return [member_called(desk, one.name) for one in family.people]


def _file(desk: Desk) -> Path:
    return desk.paths.state / "family.json"
