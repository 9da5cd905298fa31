"""How she takes her tables along, and lets vopt read her mailbox, in a real browser and from a real mail server."""

from __future__ import annotations

import ssl
from collections.abc import Iterator
from pathlib import Path

import pytest
from openpyxl import load_workbook
from playwright.sync_api import expect
from sqlalchemy import delete

from tests.browser.conftest import NewWindow
from tests.imports.imap_server import ADDRESS, PASSWORD, ImapServer, make_certificate, running
from tests.imports.mails import MAIL_SERVER, SOLD_IT, mail
from tests.servers import running_pages
from tests.shop.full import account, fill
from tests.shop.people import author
from tests.windows import Window
from vopt_lib.desk.instance import open_desk
from vopt_lib.desk.shop.opening import shop_of
from vopt_lib.shop.tables import Credential

pytestmark = [pytest.mark.slow, pytest.mark.browser, pytest.mark.timeout(240)]


@pytest.fixture(scope="module")
def box(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ImapServer]:
    """A mail server with a sale, whose certificate every process of the test trusts."""
    certificate = make_certificate(tmp_path_factory.mktemp("tls"))
    sale = mail("Hai venduto un articolo su Vinted", SOLD_IT)
    with pytest.MonkeyPatch.context() as patch, running(ImapServer({5: sale}), certificate) as server:
        patch.setenv(ssl.get_default_verify_paths().openssl_cafile_env, str(certificate[0]))
        yield server


@pytest.fixture(scope="module")
def vopt(tmp_path_factory: pytest.TempPathFactory, box: ImapServer) -> Iterator[str]:
    """A vopt whose owner has something of everything, but no password."""
    data = tmp_path_factory.mktemp("own")
    shop = shop_of(open_desk(data=data))
    with shop.writing(author()) as session:
        session.add(account(1, "anna_r"))
    fill(shop, 1, "Giraffenwort")
    with shop.writing(author()) as session:
        session.execute(delete(Credential))  # who has a password has to sign in
    shop.close()
    with running_pages(data) as pages:
        yield f"http://127.0.0.1:{pages.port}"


@pytest.fixture
def window(vopt: str, new_window: NewWindow) -> Window:
    opened: Window = new_window(vopt, language="en")
    return opened


def wrong_in(window: Window) -> list[str]:
    """What went wrong; that something was refused, or that a photo is not there, the browser says by itself."""
    return [one for one in window.complaints if "Failed to load resource" not in one]


def download(window: Window, name: str, folder: Path) -> Path:
    """Press a link; returns the file, called as the browser calls it."""
    with window.page.expect_download() as coming:
        window.shown.get_by_role("link", name=name, exact=True).click()
    file = folder / coming.value.suggested_filename
    coming.value.save_as(file)
    return file


def test_she_takes_her_tables_along(window: Window, tmp_path: Path) -> None:
    window.open("/inventory?text=giraffenwort")
    file = download(window, "1 listing as a file: Excel", tmp_path)
    assert file.match("vopt-inventory-*.xlsx")
    titles = [row[1] for row in load_workbook(file).active.iter_rows(values_only=True)]
    assert titles == ["Title", "Dress of Giraffenwort"]
    window.open("/sales?period=2026")
    file = download(window, "Sales of 2026: CSV", tmp_path)
    assert file.match("vopt-sales-*.csv")
    assert b"Giraffenwort-tx" in file.read_bytes()
    assert window.place == "/sales?period=2026"
    assert wrong_in(window) == []


def fill_in(window: Window, **fields: str) -> None:
    for name, value in fields.items():
        window.shown.locator(f".vopt-private [name={name}]").fill(value)
    window.shown.get_by_role("button", name="Look into it and keep it").click()


def test_she_sets_her_mailbox_reads_it_and_lets_it_go(window: Window, box: ImapServer) -> None:
    window.open("/imports")
    fill_in(window, address=ADDRESS, password="wrong")
    said = window.shown.locator(".vopt-private [role=status]")
    expect(said).to_contain_text("Name it, too")
    fill_in(window, server=f"localhost:{box.port}", checked_by=MAIL_SERVER)
    expect(said).to_contain_text("does not accept the password")
    fill_in(window, password=PASSWORD)
    expect(window.shown.locator(".vopt-notice.is-good")).to_contain_text("1 e-mail from Vinted lies there")
    assert window.shown.locator(".vopt-private [name=password]").input_value() == ""
    window.shown.get_by_role("button", name="Read it now").click()
    expect(window.shown.locator(".vopt-notice.is-good")).to_contain_text("1 e-mail read.")
    expect(window.shown.locator(".vopt-imports").get_by_text(ADDRESS).last).to_be_visible()
    window.shown.get_by_role("button", name="Forget it").click()
    expect(window.shown.locator(".vopt-notice.is-good")).to_contain_text("is forgotten, with its password")
    assert box.changed_nothing()
    assert wrong_in(window) == []


def test_her_password_goes_to_the_server_and_nowhere_else(window: Window, box: ImapServer) -> None:
    posted, told = [], []
    window.page.on("request", lambda request: posted.append((request.url, request.post_data or "")))
    window.page.on("websocket", lambda socket: socket.on("framereceived", lambda frame: told.append(str(frame))))
    window.open("/imports")
    window.shown.get_by_text("If vopt asks for it").click()
    fill_in(window, address=ADDRESS, password="Passwort-7", server=f"localhost:{box.port}")
    expect(window.shown.locator(".vopt-private [role=status]")).to_contain_text("does not accept the password")
    assert [url.rpartition("/")[2] for url, body in posted if "Passwort-7" in body] == ["mailbox"]
    assert not [one for one in (*window.asked, *told) if "Passwort-7" in one]
