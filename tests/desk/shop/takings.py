"""This is where tests get a vopt, its owner, and files to take in."""

from __future__ import annotations

import zipfile
from dataclasses import dataclass
from email.message import EmailMessage
from pathlib import Path
from typing import Any

from tests.desk.shop.clocks import at
from tests.imports.archives import listing, order, page
from tests.imports.mails import GOOD, LABEL, MAIL_SERVER
from tests.shop.natural import Rows, said
from vopt_lib.desk.instance import Desk, open_desk
from vopt_lib.desk.shop.importing import Options, import_archive, import_mails
from vopt_lib.desk.shop.opening import member_called, shop_of
from vopt_lib.paths import Paths
from vopt_lib.schema.own_imports import ImportReport
from vopt_lib.schema.own_shop import Member
from vopt_lib.settings import load_settings

LOGIN = "anna_r"
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


__all__ = ["IMAGE", "LOGIN", "Home", "completed", "home", "label", "listing", "order", "sold"]
