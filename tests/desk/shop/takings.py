"""This is where tests get a vopt, its owner, and files to take in."""

from __future__ import annotations

import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from email.message import EmailMessage
from pathlib import Path
from typing import Any

from sqlalchemy.orm import Session

from tests.desk.shop.clocks import at
from tests.imports.archives import listing, order, page
from tests.imports.mails import GOOD, LABEL, MAIL_SERVER
from tests.shop.natural import Rows, said
from vopt_lib.desk.instance import Desk, open_desk
from vopt_lib.desk.shop.importing import Options, import_archive, import_mails
from vopt_lib.desk.shop.opening import author_of, member_called, shop_of
from vopt_lib.paths import Paths
from vopt_lib.schema.own_imports import ImportReport
from vopt_lib.schema.own_shop import Member
from vopt_lib.settings import load_settings
from vopt_lib.shop import listings
from vopt_lib.shop.states import State

LOGIN = "anna_r"
WRITTEN: dict[str, Any] = {
    "title": "Abito Zara nero", "description": "Il mio testo", "brand": "Zara", "size": "M",
    "asked": Decimal("13.00"), "place": "Scatola 1", "cost": Decimal("3.00"),
}  # fmt: skip
WRITTEN_AT = datetime(2026, 11, 5, 9, tzinfo=UTC)
"""What she writes, and when."""

IMAGE = b"\x89PNG\r\n\x1a\n"


@dataclass(frozen=True)
class Home:
    """A family's vopt, and a folder for files."""

    desk: Desk
    folder: Path

    @property
    def anna(self) -> Member:
        """Its owner."""
        return member_called(self.desk, None)

    def archive(self, *cells: str, day: int = 10, photos: dict[str, bytes] | None = None) -> Path:
        """An archive of that day of November."""
        path = self.folder / f"archive-{len(list(self.folder.iterdir()))}.zip"
        files = {"index.html": page(*cells).encode(), **(photos or {})}
        with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as made:
            for name, content in files.items():
                made.writestr(zipfile.ZipInfo(name, (2026, 11, day, 8, 0, 0)), content)
        return path

    def mail(self, subject: str, text: str = "", *, sent: str = "09", pdf: str = "", results: str = GOOD) -> Path:
        """A mail of that day of November."""
        message = EmailMessage()
        message["Authentication-Results"] = results
        message["From"] = "Vinted <no-reply@vinted.it>"
        message["Subject"] = subject
        message["Date"] = f"{sent} Nov 2026 18:31:00 +0100"
        message["Message-ID"] = f"<{sent}.{abs(hash(subject + text))}@vinted.it>"
        message.set_content(text)
        if pdf:
            message.add_attachment(LABEL, maintype="application", subtype="pdf", filename=pdf)
        path = self.folder / f"mail-{len(list(self.folder.iterdir()))}.eml"
        path.write_bytes(bytes(message))
        return path

    def take(self, file: Path, *, is_trial: bool = False) -> ImportReport:
        """Take a file in."""
        options = Options(login=LOGIN, is_trial=is_trial)
        if file.suffix == ".zip":
            return import_archive(self.desk, self.anna, file, options)
        return import_mails(self.desk, self.anna, file, options, mail_server=MAIL_SERVER)

    def said(self) -> Rows:
        """What the shop says now."""
        return said(shop_of(self.desk))


def home(folder: Path, **given: Any) -> Home:
    """An empty one, which hides strangers with the same key as every other."""
    key = Paths.of(load_settings(data=folder / "data")).strangers_key
    key.parent.mkdir(parents=True, exist_ok=True)
    key.write_text("ab" * 32)
    files = folder / "files"
    files.mkdir(parents=True, exist_ok=True)
    return Home(open_desk(data=folder / "data", clock=at(), **given), files)


def sold(title: str = "Abito Zara nero", buyer: str = "luisa88", price: str = "24.00") -> tuple[str, str]:
    """A mail that says that something is sold: its subject and text."""
    return "Hai venduto un articolo su Vinted", f"{buyer}\nha comprato\n{title}\n!\n{price}\n"


def completed(number: int = 16606466410, price: str = "24,00", shipping: str = "2,99") -> tuple[str, str]:
    """A mail that says that a sale is completed."""
    text = f"N.º de transacción: #{number}\nFecha: 14/11/2026, 18:30\nPrecio del artículo: {price} €\n"
    text += f"Precio del envío: {shipping} €\nTransferencia a tu saldo Vinted: {price} €\n"
    return "La transacción se ha completado", text


def label(title: str = "Abito Zara nero", number: int = 16606466410) -> tuple[str, str]:
    """A mail that brings a label."""
    text = f"N.º de transacción: #{number}\nN.º de seguimiento: ES1234567890\n"
    return f"Etiqueta de envío para {title}", text + "Fecha límite de envío: 14/11/2026, 23:59\n"


@contextmanager
def at_work(of: Home, deed: str = "test", later: timedelta = timedelta()) -> Iterator[Session]:
    """She works in her shop, on the day on which she writes her listings."""
    author = replace(author_of(of.desk, of.anna, deed), at=WRITTEN_AT + later)
    with shop_of(of.desk).writing(author) as session:
        yield session


def write(of: Home, *, is_published: bool = True, later: timedelta = timedelta(), **fields: Any) -> int:
    """She writes a listing, and says that she published it."""
    with at_work(of, "create listing", later) as session:
        made = listings.create(session, of.anna, WRITTEN | fields)
        if is_published:
            listings.change_state(session, made, State.PUBLISHED)
        return made.id


__all__ = [
    "IMAGE",
    "LOGIN",
    "WRITTEN_AT",
    "Home",
    "at_work",
    "completed",
    "home",
    "label",
    "listing",
    "order",
    "sold",
    "write",
]
