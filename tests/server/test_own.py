"""What is a person's own goes to her alone, and what she drops arrives, whole or not at all."""

from __future__ import annotations

import hashlib
import io
import json
import os
import zipfile
from pathlib import Path

import pytest
from PIL import Image
from PIL.PngImagePlugin import PngInfo

from tests.server.asgi import HOST, Came, ask, http
from tests.shop.pdfs import A4, hostile, label, sizes_mm
from tests.shop.people import dress
from vopt_lib.desk.instance import Desk, open_desk
from vopt_lib.desk.shop.opening import author_of, member_of, shop_of
from vopt_lib.desk.shop.uploads import claim
from vopt_lib.schema.visitor import Visitor
from vopt_lib.server.answers import FOREIGN, STRANGER, App
from vopt_lib.server.app import build
from vopt_lib.server.browsers import Browsers
from vopt_lib.server.guard import MOST_BODY_BYTES
from vopt_lib.shop.tables import ChannelAccount, Order, Person, Photo, Shipment

BROWSERS = Browsers(bytes(32), 8420)
ORIGIN = ("origin", f"http://{HOST}")
OWNER, BEN = ("cookie", "owner"), ("cookie", "ben")
BIG = bytes(range(256)) * 4096 * 3  # 3 MB
SECRET = "somewhere in Bologna"


def someone(scope: object) -> Visitor | None:
    known = [value.decode() for name, value in scope["headers"] if name == b"cookie"]  # type: ignore[index]
    return Visitor(known[0], "en", member=2 if known[0] == "ben" else None) if known else None


def photo(width: int = 600, height: int = 800) -> bytes:
    """A blue photo that a telephone took lying on its side, and that says where."""
    told = Image.Exif()
    told[0x0112] = 6  # turn it by a quarter
    told[0x010E] = SECRET
    written = io.BytesIO()
    Image.new("RGB", (width, height), "blue").save(written, "JPEG", exif=told, comment=SECRET.encode())
    return written.getvalue()


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    """The owner's vopt; Ben is a member."""
    desk = open_desk(data=tmp_path, upload_max_mb=4)
    with shop_of(desk).writing(author_of(desk, None, "test")) as session:
        session.add(Person(household_id=1, name="Ben", role="member"))
        session.add(ChannelAccount(household_id=1, person_id=1, channel="vinted", market="it", name="a"))
    return desk


@pytest.fixture
def app(desk: Desk) -> App:
    return build(BROWSERS, 8420, pages=(), desk=desk, identify=someone)


def keep(desk: Desk, content: bytes) -> str:
    """Give the owner's dress this photo; returns its hash."""
    sha256 = hashlib.sha256(content).hexdigest()
    desk.paths.photos.mkdir(exist_ok=True)
    (desk.paths.photos / sha256).write_bytes(content)
    thing = dress()
    thing.photos = [Photo(household_id=1, sha256=sha256, position=0)]
    with shop_of(desk).writing(author_of(desk, None, "test")) as session:
        session.add(thing)
    return sha256


def body_of(came: Came) -> bytes:
    return b"".join(message.get("body", b"") for message in came.messages[1:])


def drop(app: App, *pieces: bytes, who: tuple[str, str] = OWNER, name: str = "archivio.zip") -> Came:
    return ask(app, http("/own/upload", method="POST", headers=[who, ORIGIN, ("x-file-name", name)]), *pieces)


def test_a_small_photo_is_upright_and_says_nothing_else(desk: Desk, app: App) -> None:
    came = ask(app, http(f"/own/photo/{keep(desk, photo())}", query="size=240", headers=[OWNER]))
    small = Image.open(io.BytesIO(body_of(came)))
    assert (small.format, small.size) == ("JPEG", (240, 180))
    assert not small.getexif()
    assert SECRET.encode() not in body_of(came)
    assert came.headers["cache-control"] == "private, max-age=31536000, immutable"
    assert came.headers["content-security-policy"] == "sandbox; default-src 'none'"
    assert came.headers["content-type"] == "image/jpeg"
    assert len(list(desk.paths.thumbnails.iterdir())) == 1


def test_a_package_is_one_file_that_opens_nothing(desk: Desk, app: App) -> None:
    keep(desk, photo())
    came = ask(app, http("/own/package/1.zip", headers=[OWNER]))
    assert came.status == 200
    assert came.headers["content-disposition"] == 'attachment; filename="A-1-Abito-1.zip"'
    assert came.headers["content-type"] == "application/zip"
    assert came.headers["cache-control"] == "private, no-store"
    assert came.headers["content-security-policy"] == "sandbox; default-src 'none'"
    with zipfile.ZipFile(io.BytesIO(body_of(came))) as pack:
        assert pack.testzip() is None
        assert SECRET.encode() not in pack.read("01.jpg")
        assert "On Vinted: Abito 1" in pack.read("checklist.html").decode()


def test_a_package_is_called_by_letters_that_no_header_breaks_at(desk: Desk, app: App) -> None:
    with shop_of(desk).writing(author_of(desk, None, "test")) as session:
        session.add(dress(title='Abito "àè"\r\nSet-Cookie: a=b 漢字/../x'))
    came = ask(app, http("/own/package/1.zip", headers=[OWNER]))
    assert came.headers["content-disposition"] == 'attachment; filename="A-1-Abito-ae-Set-Cookie-a-b-x.zip"'


@pytest.mark.parametrize(
    ("path", "who", "status"),
    [
        ("/own/package/1.zip", [BEN], 404),
        ("/own/package/2.zip", [OWNER], 404),
        ("/own/package/0.zip", [OWNER], 404),
        ("/own/package/1,2.zip", [OWNER], 404),
        ("/own/package/١.zip", [OWNER], 404),
        ("/own/package/99999999999.zip", [OWNER], 404),
        ("/own/package/1.zip", [], 401),
        ("/own/package/1.zip", [OWNER, ("sec-fetch-site", "cross-site")], 403),
    ],
)
def test_a_package_goes_to_whoever_may_see_the_listing(
    desk: Desk, app: App, path: str, who: list[tuple[str, str]], status: int
) -> None:
    keep(desk, photo())
    came = ask(app, http(path, headers=who))
    assert (came.status, came.headers["cache-control"]) == (status, "no-store")


def as_png() -> bytes:
    """A transparent picture that says where it was taken, in both ways that a PNG has."""
    told, text = Image.Exif(), PngInfo()
    told[0x010E] = SECRET
    text.add_text("Comment", SECRET)
    written = io.BytesIO()
    Image.new("RGBA", (800, 600), (0, 0, 255, 0)).save(written, "PNG", exif=told, pnginfo=text)
    return written.getvalue()


def as_webp() -> bytes:
    """The same as Vinted has it."""
    told = Image.Exif()
    told[0x010E] = SECRET
    written = io.BytesIO()
    Image.new("RGB", (800, 600), "blue").save(written, "WEBP", exif=told, xmp=SECRET.encode())
    return written.getvalue()


@pytest.mark.parametrize(
    ("content", "colour"),
    [(photo(), (0, 0, 255)), (as_png(), (255, 255, 255)), (as_webp(), (0, 0, 255))],
    ids=["JPEG", "PNG", "WebP"],
)
def test_a_whole_photo_is_upright_and_says_nothing_else(
    desk: Desk, app: App, content: bytes, colour: tuple[int, int, int]
) -> None:
    assert SECRET.encode() in content
    sha256 = keep(desk, content)
    came = ask(app, http(f"/own/photo/{sha256}", query="size=original", headers=[OWNER]))
    whole = Image.open(io.BytesIO(body_of(came)))
    assert (whole.format, whole.size) == ("JPEG", (800, 600))
    assert whole.convert("RGB").getpixel((5, 5)) == pytest.approx(colour, abs=3)
    assert not whole.getexif()
    assert SECRET.encode() not in body_of(came)
    assert came.headers["content-type"] == "image/jpeg"
    assert (desk.paths.photos / sha256).read_bytes() == content


def test_a_photo_is_shown_turned_and_prepared_as_its_address_says(desk: Desk, app: App) -> None:
    sha256 = keep(desk, photo())
    sizes = []
    for name, size in ((f"{sha256}-1", "240"), (f"{sha256}-1", "original"), (f"{sha256}-2", "prepared")):
        came = ask(app, http(f"/own/photo/{name}", query=f"size={size}", headers=[OWNER]))
        assert SECRET.encode() not in body_of(came)
        sizes.append(Image.open(io.BytesIO(body_of(came))).size)
    assert sizes == [(180, 240), (600, 800), (800, 600)]
    for name in (f"{sha256}-0", f"{sha256}-4", f"{sha256}-", f"{sha256}x"):
        assert ask(app, http(f"/own/photo/{name}", headers=[OWNER])).status == 404


def test_photos_are_not_for_others(desk: Desk, app: App) -> None:
    there = f"/own/photo/{keep(desk, photo())}"
    assert ask(app, http(there, headers=[BEN])).status == 404
    assert ask(app, http(there)).text == STRANGER
    assert ask(app, http(there, headers=[OWNER, ("sec-fetch-mode", "no-cors")])).status == 200
    assert ask(app, http(there, headers=[("sec-fetch-mode", "no-cors")])).status == 401


@pytest.mark.parametrize("name", ["0" * 64, "..", "..%2f..%2fshop.sqlite", "x", "A" * 64])
def test_no_other_file_is_a_photo(app: App, name: str) -> None:
    assert ask(app, http(f"/own/photo/{name}", headers=[OWNER])).status == 404


@pytest.mark.parametrize("size", ["0", "241", "-1", "99999999999", "x", "240 ", "²40"])
def test_photos_have_few_sizes(desk: Desk, app: App, size: str) -> None:
    assert ask(app, http(f"/own/photo/{keep(desk, photo())}", query=f"size={size}", headers=[OWNER])).status == 404


@pytest.mark.parametrize(
    ("content", "why"),
    [
        (b"", "there is nothing in it"),
        (
            b"<svg xmlns='http://www.w3.org/2000/svg'><script>1</script></svg>",
            "it is no photo of a kind that vopt knows",
        ),
        (photo()[:600], "it is cut off or damaged"),
        (b"GIF89a" + bytes(99), "it is no photo of a kind that vopt knows"),
    ],
    ids=["nothing", "a drawing that runs", "cut off", "another format"],
)
def test_what_is_no_photo_is_refused(desk: Desk, app: App, content: bytes, why: str) -> None:
    there = f"/own/photo/{keep(desk, content)}"
    assert why in ask(app, http(there, headers=[OWNER])).text
    assert not desk.paths.thumbnails.exists() or not list(desk.paths.thumbnails.iterdir())


def test_a_photo_that_would_fill_the_memory_is_not_decoded(desk: Desk, app: App) -> None:
    written = io.BytesIO()
    Image.new("1", (30_000, 30_000)).save(written, "PNG")
    assert ask(app, http(f"/own/photo/{keep(desk, written.getvalue())}", headers=[OWNER])).status == 422


def test_a_dropped_file_waits_for_whoever_dropped_it(desk: Desk, app: App) -> None:
    came = drop(app, BIG[: 2**20], BIG[2**20 :], name="..%2F%E2%80%AEarchivio%20di%20Anna.zip")
    told = json.loads(came.text)
    assert (told["name"], told["bytes"]) == ("archivio di Anna.zip", len(BIG))
    path = claim(desk, member_of(desk), told["id"])
    assert path.read_bytes() == BIG
    assert (path.stat().st_mode & 0o777, path.parent.stat().st_mode & 0o777) == (0o600, 0o700)
    assert path.is_relative_to(desk.paths.uploads)
    assert came.headers["content-security-policy"] == "sandbox; default-src 'none'"


def test_other_addresses_stay_bounded(app: App) -> None:
    headers = [OWNER, ORIGIN]
    assert ask(app, http("/own/uploads", method="POST", headers=headers), bytes(MOST_BODY_BYTES + 1)).status == 413
    assert ask(app, http("/preferences", method="POST", headers=headers), bytes(MOST_BODY_BYTES + 1)).status == 413


@pytest.mark.parametrize("told", [{}, {"content-length": str(5 * 2**20)}], ids=["as it comes", "as it is told"])
def test_too_large_a_file_is_refused_and_nothing_of_it_stays(desk: Desk, app: App, told: dict[str, str]) -> None:
    scope = http("/own/upload", method="POST", headers=[OWNER, ORIGIN, *told.items()])
    came = ask(app, scope, *[BIG] * 2)
    assert came.text == "This file is larger than 4 MB, the most that VOPT_UPLOAD_MAX_MB allows."
    assert list(desk.paths.uploads.glob("*/*")) == []


@pytest.mark.parametrize(
    ("headers", "says"),
    [([OWNER], FOREIGN), ([OWNER, ("origin", "https://evil.example")], FOREIGN), ([ORIGIN], STRANGER)],
    ids=["no origin", "a foreign origin", "nobody we know"],
)
def test_strangers_drop_nothing(desk: Desk, app: App, headers: list[tuple[str, str]], says: str) -> None:
    assert ask(app, http("/own/upload", method="POST", headers=headers), b"x").text == says
    assert not desk.paths.uploads.exists()


def test_an_upload_is_not_to_be_looked_at(app: App) -> None:
    assert ask(app, http("/own/upload", headers=[OWNER])).status == 404


@pytest.mark.skipif(os.geteuid() == 0, reason="nothing is forbidden to root")
def test_a_disk_that_takes_nothing_is_told(desk: Desk, app: App) -> None:
    desk.paths.uploads.mkdir(mode=0o500)
    assert drop(app, b"x").text.startswith("The file could not be kept: you have no right to it.")


TYPED = b"address=anna%40hotmail.it&password=Passwort-7"


def set_mailbox(app: App, *headers: tuple[str, str], body: bytes = TYPED) -> Came:
    return ask(app, http("/own/mailbox", method="POST", headers=headers), body)


def test_a_mailbox_that_cannot_be_set_says_why_and_repeats_no_password(app: App) -> None:
    came = set_mailbox(app, OWNER, ORIGIN)
    assert (came.status, came.text.startswith("Outlook no longer lets in programs")) == (422, True)
    assert came.headers["cache-control"] == "no-store"
    assert "Passwort-7" not in came.text
    assert set_mailbox(app, OWNER, ORIGIN, body=b"address=a%40example.it&password=Passwort-7").status == 404
    assert set_mailbox(app, OWNER, ORIGIN, body=b"\xff\x00=&&password").status == 422


@pytest.mark.parametrize(
    ("headers", "says"),
    [([OWNER], FOREIGN), ([OWNER, ("origin", "https://evil.example")], FOREIGN), ([ORIGIN], STRANGER)],
    ids=["no origin", "a foreign origin", "nobody we know"],
)
def test_strangers_set_no_mailbox(app: App, headers: list[tuple[str, str]], says: str) -> None:
    assert set_mailbox(app, *headers).text == says


def test_a_mailbox_is_only_to_be_set(app: App) -> None:
    assert ask(app, http("/own/mailbox", query=TYPED.decode(), headers=[OWNER])).status == 404
    assert set_mailbox(app, OWNER, ORIGIN, body=bytes(MOST_BODY_BYTES + 1)).status == 413


def sell(desk: Desk, content: bytes) -> str:
    """Sell a thing of the owner's that has this label; returns where it can be printed."""
    sha256 = hashlib.sha256(content).hexdigest()
    desk.paths.labels.mkdir(exist_ok=True)
    (desk.paths.labels / sha256).write_bytes(content)
    shipment = Shipment(household_id=1, label_sha256=sha256)
    facts = {"kind": "sale", "state": "reserved", "currency": "EUR", "account_id": 1, "source": "test"}
    with shop_of(desk).writing(author_of(desk, None, "test")) as session:
        session.add(Order(household_id=1, ordered_at=desk.clock.now(), shipment=shipment, **facts))
    return f"/own/label/{shipment.id}.pdf"


def test_a_label_is_a_pdf_to_look_at_that_loads_and_runs_nothing(desk: Desk, app: App) -> None:
    came = ask(app, http(sell(desk, hostile()), query="layout=a4-2", headers=[OWNER]))
    assert (came.status, sizes_mm(body_of(came))) == (200, [A4])
    assert b"script" not in body_of(came)
    assert came.headers["content-type"] == "application/pdf"
    assert came.headers["content-disposition"] == 'inline; filename="labels.pdf"'
    assert came.headers["cache-control"] == "private, no-store"
    assert came.headers["content-security-policy"].startswith("default-src 'none';")


def test_a_label_is_not_for_others(desk: Desk, app: App) -> None:
    there = sell(desk, label())
    assert ask(app, http(there, headers=[BEN])).status == 404
    assert ask(app, http(there)).text == STRANGER


def test_a_label_that_cannot_be_printed_says_why(desk: Desk, app: App) -> None:
    assert "it is no whole PDF file" in ask(app, http(sell(desk, b"%PDF-"), headers=[OWNER])).text


@pytest.mark.parametrize("name", ["0", "x", "1,,2", "1,", "-1", "99", "1" * 20, ",".join(["1"] * 101)])
def test_other_numbers_have_no_label(desk: Desk, app: App, name: str) -> None:
    sell(desk, label())
    assert ask(app, http(f"/own/label/{name}.pdf", headers=[OWNER])).status == 404


def test_there_are_few_layouts(desk: Desk, app: App) -> None:
    assert ask(app, http(sell(desk, label()), query="layout=a3", headers=[OWNER])).status == 404
