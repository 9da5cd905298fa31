"""This is where whatever a seller has is taken into her shop: a file of any kind, her closet, her mailbox."""

from __future__ import annotations

import hashlib
import re
import zipfile
from collections.abc import Mapping
from enum import StrEnum
from pathlib import Path
from typing import Final

from vopt_lib.desk.instance import Desk
from vopt_lib.desk.shop.importing import AS_USUAL, Options, import_archive, import_mails, import_records, sha256_of
from vopt_lib.desk.shop.mailbox import mailbox_mails
from vopt_lib.desk.shop.tables import mapping_for, records_of, remember
from vopt_lib.desk.shop.wardrobe import check_hers, closet_of, profile_address, wardrobe_records
from vopt_lib.errors import IngestError
from vopt_lib.files import reason
from vopt_lib.schema.own_imports import ImportReport
from vopt_lib.schema.own_shop import Member
from vopt_lib.shop.taking_in.importing import Given

_BEGINNING: Final = 4_096
"""Bytes that are looked at to tell a file."""

_MAIL_HEAD: Final = re.compile(rb"^[A-Za-z][A-Za-z0-9-]{1,60}:[ \t\r\n]", re.ASCII)
_WORKBOOK: Final = "xl/workbook.xml"


class FileKind(StrEnum):
    """What a file is: Vinted's archive, e-mails, her own table, or a saved page of her closet."""

    ARCHIVE = "archive"
    MAIL = "mail"
    TABLE = "table"
    WARDROBE = "wardrobe"


def kind_of(file: Path) -> FileKind:
    """What this file is, by what stands in it. Raises: IngestError, where it cannot be read."""
    try:
        with file.open("rb") as stream:
            head = stream.read(_BEGINNING).removeprefix(b"\xef\xbb\xbf").lstrip()
    except OSError as error:
        raise IngestError(file=file.name, why=reason(error)) from error
    if head.startswith(b"PK"):
        return FileKind.TABLE if _is_workbook(file) else FileKind.ARCHIVE
    if head.startswith((b"<", b"{", b"[")):
        return FileKind.WARDROBE
    return FileKind.MAIL if head.startswith(b"From ") or _MAIL_HEAD.match(head) else FileKind.TABLE


def import_file(
    desk: Desk,
    member: Member,
    file: Path,
    options: Options = AS_USUAL,
    *,
    mapping: Mapping[str, str] | None = None,
    mail_server: str | None = None,
) -> ImportReport:
    """Take in a file of whatever kind. mapping: of a table's columns; None: as remembered, else as its heads tell.
    mail_server: whose word on e-mails is believed; None: the one that is remembered.

    Raises: as `import_archive`, `import_mails`, `import_table` and `import_wardrobe`.
    """
    match kind_of(file):
        case FileKind.ARCHIVE:
            return import_archive(desk, member, file, options)
        case FileKind.MAIL:
            return import_mails(desk, member, file, options, mail_server=mail_server)
        case FileKind.WARDROBE:
            return import_wardrobe(desk, member, str(file), options)
        case FileKind.TABLE:
            return import_table(desk, member, file, mapping or mapping_for(desk, member, file), options=options)


def import_table(
    desk: Desk, member: Member, file: Path, mapping: Mapping[str, str], *, options: Options = AS_USUAL
) -> ImportReport:
    """Take in her own table with these columns, which are remembered for the next one with the same heads.

    Raises: NotATable; TableHostile; HeadsAlike; TitleMissing; IngestError; and as `import_records`.
    """
    given = Given(
        *("table", file.name, _sha256(file), options.login, options.market),
        conditions={"columns": dict(sorted(mapping.items()))},
    )
    records = records_of(file, mapping)
    report = import_records(desk, member, given, records, told_at=desk.clock.now(), options=options)
    if not options.is_trial:
        remember(desk, member, file, mapping)
    return report


def import_wardrobe(desk: Desk, member: Member, where: str, options: Options = AS_USUAL) -> ImportReport:
    """Take in her closet: the address of her profile, or a saved page of it. Her login in the options says that it is
    hers where no account of hers is known yet.

    Raises: NotHerCloset; NotAProfileLink; NotAnAnswer; IngestError; ConsentNeeded and other CollectingErrors; and as
    `import_records`.
    """
    closet, now = closet_of(desk, member, where), desk.clock.now()
    check_hers(closet, options.login)
    is_file = Path(where).is_file()
    # What an address shows is another thing at every moment.
    sha256 = _sha256(Path(where)) if is_file else hashlib.sha256(f"{where} {now.isoformat()}".encode()).hexdigest()
    name = Path(where).name if is_file else closet.login
    records = wardrobe_records(desk, member, where, login=options.login)
    given = Given("wardrobe", name, sha256, closet.login, closet.market)
    return import_records(desk, member, given, records, told_at=now, options=options)


def import_closet(desk: Desk, member: Member, address: str, options: Options = AS_USUAL) -> ImportReport:
    """The same of an address alone, as a page passes it on: whatever stands in it, no file is opened."""
    return import_wardrobe(desk, member, profile_address(address), options)


def import_mailbox(desk: Desk, member: Member, address: str, options: Options = AS_USUAL) -> ImportReport:
    """Take in Vinted's e-mails that came into her mailbox since the last time. On trial they stay new.

    Raises: UnknownMailbox; MailboxError; SecretsLost; and as `import_records`.
    """
    now = desk.clock.now()
    sha256 = hashlib.sha256(f"{address} {now.isoformat()}".encode()).hexdigest()
    given = Given("mail", address, sha256, options.login, options.market)
    with mailbox_mails(desk, member, address, is_trial=options.is_trial) as mails:
        return import_records(desk, member, given, mails, told_at=now, options=options)


def _is_workbook(file: Path) -> bool:
    try:
        with zipfile.ZipFile(file) as opened:
            return _WORKBOOK in opened.NameToInfo
    except (zipfile.BadZipFile, OSError):
        return False


def _sha256(file: Path) -> str:
    try:
        return sha256_of(file)
    except OSError as error:
        raise IngestError(file=file.name, why=reason(error)) from error
