"""This is where a seller's own table is looked at before it is taken in, and where her say on its columns is kept."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from vopt_lib.desk.instance import Desk
from vopt_lib.desk.shop.opening import author_of, shop_of
from vopt_lib.imports.columns import asked_for, fitting, head_sha256
from vopt_lib.imports.records import Record
from vopt_lib.imports.table import Look, look_at_table, read_table
from vopt_lib.schema.own_shop import Member
from vopt_lib.schema.own_tables import Columns
from vopt_lib.shop.mappings import read_mapping, write_mapping


@dataclass(frozen=True)
class Looked:
    """What a table file shows before anything of it is taken in: its heads, its first rows, and which column is what.

    mapping: {field: head}, as she says it, as it was remembered, else as the heads tell.
    """

    head: tuple[str, ...]
    sample: tuple[tuple[str, ...], ...]
    mapping: Columns
    is_remembered: bool


def look_at(desk: Desk, member: Member, file: Path, mapping: Columns | None = None) -> Looked:
    """Look at its beginning. mapping: as she says it; None: the remembered one, else the guessed.

    Raises: NotATable; TableHostile; HeadsAlike; IngestError.
    """
    look = look_at_table(file)
    kept = None if mapping is not None else _kept(desk, member, look)
    return Looked(look.head, look.sample, mapping if mapping is not None else kept or look.guess, kept is not None)


def mapping_for(desk: Desk, member: Member, file: Path, said: str | None = None) -> Columns:
    """{field: head} for this table: what she says (title=Nome,price=Prezzo) over what was remembered or guessed.

    Raises: WrongMapping; NotATable; TableHostile; HeadsAlike; IngestError.
    """
    look = look_at_table(file)
    mapping = dict(_kept(desk, member, look) or look.guess)
    if said:
        asked = asked_for(said, look.head)
        taken = set(asked.values())
        mapping = {field: column for field, column in mapping.items() if column not in taken} | asked
    return mapping


def records_of(file: Path, mapping: Columns) -> Iterator[Record]:
    """Its listings and sales one after the other, and the rows that were refused (`where`: the row's number).

    Raises: NotATable; TableHostile; HeadsAlike; TitleMissing; IngestError.
    """
    return read_table(file, mapping)


def remember(desk: Desk, member: Member, file: Path, mapping: Columns) -> None:
    """Keep this mapping for the household's next table with the same heads. Raises: as `look_at`."""
    head = look_at_table(file).head
    author = author_of(desk, member, "map columns")
    with shop_of(desk).writing(author) as session:
        write_mapping(session, member.household_id, head_sha256(head), fitting(mapping, head), at=author.at)


def _kept(desk: Desk, member: Member, look: Look) -> Columns | None:
    with shop_of(desk).reading() as session:
        kept = read_mapping(session, member.household_id, head_sha256(look.head))
    return fitting(kept, look.head) if kept else None
