"""This is where we say what the page tells of a seller's own files: what one holds, what came before, what is asked."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from vopt_lib.schema.searches import Acts, Told


@dataclass(frozen=True)
class Chosen:
    """A file that she dropped, and what she says of it. columns: {field: head}, of a table; None: vopt guesses."""

    upload_id: str
    name: str
    login: str | None = None
    columns: Mapping[str, str] | None = None


@dataclass(frozen=True)
class TableSeen:
    """The columns of a table: its heads, some rows, and which of vopt's fields ({name: title}) each column is."""

    heads: tuple[str, ...]
    sample: tuple[tuple[str, ...], ...]
    fields: Mapping[str, str]
    columns: Mapping[str, str]


@dataclass(frozen=True)
class LookedInto:
    """What would become of a file. told: of what stands in it, or why it cannot go in; acts: what may be done."""

    kind: str
    lines: tuple[str, ...] = ()
    trouble: str | None = None
    needs_login: bool = False
    table: TableSeen | None = None
    acts: Acts = field(default_factory=dict)


@dataclass(frozen=True)
class Question:
    """Something that vopt could not say by itself. facts: (what, value) of what was read; listings: {title: target} of
    hers to choose from, where the answer is one of them.
    """

    id: str
    why: str
    file_name: str
    facts: tuple[tuple[str, str], ...]
    listings: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Earlier:
    """A file that was taken in. note: when it was broken off."""

    file_name: str
    at: str
    lines: tuple[str, ...]
    note: str | None = None


@dataclass(frozen=True)
class ImportsPage:
    """What waits for her, what she answered last, and what came in before. logins: of her accounts on Vinted."""

    logins: tuple[str, ...]
    questions: tuple[Question, ...]
    more_questions: int
    answered: tuple[Told, ...]
    earlier: tuple[Earlier, ...]
    acts: Acts
