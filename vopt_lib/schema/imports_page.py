"""This is where we say what the page tells of a seller's own files: what one holds, what came before, what is asked."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from vopt_lib.schema.searches import Acts, Told

Way = Literal["file", "closet", "mailbox"]
"""How something comes in: dropped, visited on Vinted, or read from a mail server."""


@dataclass(frozen=True)
class Chosen:
    """What she wants to take in, and what she says of it.

    id: of a file that she dropped, the address of a closet, or that of a mailbox. columns: {field: head}, of a table;
    mail_server: whose word on e-mails is believed. None: vopt guesses, or knows.
    """

    id: str
    name: str
    way: Way = "file"
    login: str | None = None
    columns: Mapping[str, str] | None = None
    mail_server: str | None = None


@dataclass(frozen=True)
class TableSeen:
    """The columns of a table: its heads, some rows, and which of vopt's fields ({name: title}) each column is."""

    heads: tuple[str, ...]
    sample: tuple[tuple[str, ...], ...]
    fields: Mapping[str, str]
    columns: Mapping[str, str]


@dataclass(frozen=True)
class LookedInto:
    """What would become of a file or a closet. lines: of what stands in it; trouble: why it cannot go in.

    acts: what may be done; needs_login, needs_mail_server: what she can say to make more of it; needs_consent: nobody
    has allowed the visit.
    """

    kind: str
    lines: tuple[str, ...] = ()
    trouble: str | None = None
    needs_login: bool = False
    needs_mail_server: bool = False
    needs_consent: bool = False
    table: TableSeen | None = None
    acts: Acts = field(default_factory=dict)


@dataclass
class UnderWay:
    """Something that is read beside the page: tried, or taken in. done: how many records so far; outcome: what came of
    it; None: it goes on.
    """

    chosen: Chosen
    done: int = 0
    outcome: LookedInto | Told | None = None

    @property
    def looked(self) -> LookedInto | None:
        """What it would become, where it was only tried."""
        return self.outcome if isinstance(self.outcome, LookedInto) else None

    @property
    def told(self) -> Told | None:
        """What became of it."""
        return self.outcome if isinstance(self.outcome, Told) else None


@dataclass(frozen=True)
class MailService:
    """A provider of mailboxes. app_passwords: where a password for programs is made, if hers alone is not enough;
    takes_passwords: False where no program gets in.
    """

    name: str
    app_passwords: str | None
    takes_passwords: bool


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
    """What waits for her, what she answered last, and what came in before. logins: of her accounts on Vinted;
    mailboxes: (address, server) of hers; services: the providers that vopt knows.
    """

    logins: tuple[str, ...]
    questions: tuple[Question, ...]
    more_questions: int
    answered: tuple[Told, ...]
    earlier: tuple[Earlier, ...]
    mailboxes: tuple[tuple[str, str], ...]
    services: tuple[MailService, ...]
    acts: Acts
