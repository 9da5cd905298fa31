"""This is where a seller's own files are taken into her shop: her archive, her e-mails, and what others read for her.

Files are written in batches, each whole or not at all. Taking in the same file again, other files in between, or one
that was broken off, gives the same shop.
"""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import islice
from pathlib import Path
from typing import Any, Final

from vopt_lib.commit_points import CommitPoint, reached
from vopt_lib.desk.instance import Desk
from vopt_lib.desk.shop.kept_files import Keeper, ReadPhoto
from vopt_lib.desk.shop.opening import author_of, shop_of
from vopt_lib.errors import IngestError
from vopt_lib.files import kept_key, reason
from vopt_lib.imports.archive import made_at, read_archive
from vopt_lib.imports.mail import read_mails
from vopt_lib.imports.photos import read_photo
from vopt_lib.imports.zips import opened
from vopt_lib.schema.own_imports import ImportReport
from vopt_lib.schema.own_mails import DoubtfulMail, OwnMail
from vopt_lib.schema.own_records import Doubtful, OwnListing, OwnOrder
from vopt_lib.schema.own_shop import Member
from vopt_lib.shop.accounts import remember_mail_server, remembered_mail_server, vinted_account
from vopt_lib.shop.audit import Author
from vopt_lib.shop.store import Shop
from vopt_lib.shop.taking_in.facts import Origin, stamp
from vopt_lib.shop.taking_in.importing import Begun, Given, Record, begin, end, write

BATCH: Final = 200
"""Records of one transaction: some tenths of a second, in which others wait."""

Progress = Callable[[int], None]
"""Is told how many records are taken in."""

_KINDS: Final = {
    OwnListing: "listings",
    OwnOrder: "orders",
    OwnMail: "mails",
    Doubtful: "doubtful",
    DoubtfulMail: "doubtful",
}


@dataclass(frozen=True)
class Options:
    """How a file is taken in. is_trial: only to see what would become of it; login: of the account it comes from."""

    login: str | None = None
    market: str = "it"
    is_trial: bool = False
    progress: Progress = lambda done: None


AS_USUAL: Final = Options()
"""For good, from her only account."""


def import_archive(desk: Desk, member: Member, file: Path, options: Options = AS_USUAL) -> ImportReport:
    """Take in a Vinted archive: listings with their photos, and orders.

    Raises: NotAnArchive; ArchiveDamaged; ArchiveHostile; IngestError, when it cannot be read; AccountMissing;
    AccountUnclear; AccountOfAnother; ShopBusy.
    """
    with _readable(file):
        given = Given("archive", file.name, sha256_of(file), options.login, options.market)
        made = min(made_at(file) or desk.clock.now(), desk.clock.now())
        with opened(file) as archive:
            return import_records(
                *(desk, member, given, read_archive(file)),
                told_at=made,
                options=options,
                read_photo=lambda name: read_photo(archive, name),
            )


def import_mails(
    desk: Desk, member: Member, file: Path, options: Options = AS_USUAL, *, mail_server: str | None = None
) -> ImportReport:
    """Take in the e-mails of Vinted in an .eml file or an mbox.

    mail_server: the name with which her own mail server signs what it has checked; remembered of her account.

    Raises: IngestError, when it cannot be read; AccountMissing; AccountUnclear; AccountOfAnother; ShopBusy.
    """
    with _readable(file):
        mail_server = _mail_server(desk, member, options, mail_server)
        given = Given("mail", file.name, sha256_of(file), options.login, options.market, {"mail_server": mail_server})
        mails = read_mails(file, mail_server=mail_server)
        return import_records(desk, member, given, mails, told_at=desk.clock.now(), options=options)


def import_records(
    desk: Desk,
    member: Member,
    given: Given,
    records: Iterable[Record],
    *,
    told_at: datetime,
    options: Options = AS_USUAL,
    read_photo: ReadPhoto = lambda name: None,
) -> ImportReport:
    """Take in what a reader gives. told_at: when the source said so; of two tellings the later one counts.

    Raises: AccountMissing; AccountUnclear; AccountOfAnother; ShopBusy; and what reading the records raises: batches
    written before stay.
    """
    at = desk.clock.now()
    author = author_of(desk, member, f"import {given.kind}")
    with _transactions(shop_of(desk), author, is_trial=options.is_trial) as transaction:
        with transaction() as session:
            begun = begin(session, member, given, at)
        report = ImportReport(given.kind, given.file_name, begun.login, begun.is_known, options.is_trial)
        if begun.is_known:
            return report
        reached(CommitPoint.IMPORT_BEGUN)
        origin = _origin(desk, begun, given, told_at)
        keeper = Keeper(desk.paths, is_trial=options.is_trial)
        read: Counter[str] = Counter()
        for batch in _batches(records):
            items = keeper.with_files(batch, read_photo)
            with transaction() as session:
                write(session, begun, origin, items, at=at)
            read.update(_KINDS[type(record)] for record in batch)
            reached(CommitPoint.IMPORT_BATCH_WRITTEN)
            options.progress(read.total())
        with transaction() as session:
            made = end(session, begun, read, at)
        reached(CommitPoint.IMPORT_ENDED)
    return replace(report, read=dict(sorted(read.items())), made=made)


def _mail_server(desk: Desk, member: Member, options: Options, named: str | None) -> str | None:
    """The mail server whose word is believed: the one named now, which is remembered, else the one named before."""
    if not named:
        return known_mail_server(desk, member, options.login)
    if not options.is_trial:
        with shop_of(desk).writing(author_of(desk, member, "name mail server")) as session:
            account = vinted_account(session, member, options.login, market=options.market)
            remember_mail_server(account, named)
    return named


def known_mail_server(desk: Desk, member: Member, login: str | None) -> str | None:
    """The mail server that was named before for her account; None: none was."""
    with shop_of(desk).reading() as session:
        return remembered_mail_server(session, member, login)


def sha256_of(file: Path) -> str:
    """The hash of a file. Raises: OSError."""
    with file.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


@contextmanager
def _readable(file: Path) -> Iterator[None]:
    """Raises: IngestError, where the file cannot be read."""
    try:
        yield
    except OSError as error:
        if isinstance(error, IngestError) or error.filename is None or Path(error.filename) != file:
            raise
        raise IngestError(file=file.name, why=reason(error)) from error


@contextmanager
def _transactions(shop: Shop, author: Author, *, is_trial: bool) -> Iterator[Callable[[], Any]]:
    """What opens a transaction for each batch; of a trial one for all that leaves nothing."""
    if not is_trial:
        yield lambda: shop.writing(author)
        return
    with shop.trying(author) as session:

        @contextmanager
        def part() -> Iterator[Any]:
            yield session
            session.flush()
            session.expunge_all()

        yield part


def _origin(desk: Desk, begun: Begun, given: Given, told_at: datetime) -> Origin:
    when = stamp(told_at, given.file_sha256)
    return Origin(given.kind, when, begun.currency, begun.login, kept_key(desk.paths.strangers_key))


def _batches(records: Iterable[Record]) -> Iterator[Sequence[Record]]:
    rest = iter(records)
    while batch := list(islice(rest, BATCH)):
        yield batch
