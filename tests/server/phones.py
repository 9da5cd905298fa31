"""This is where tests get the page that takes photos from a phone, over HTTP on this machine, and forms to send."""

from __future__ import annotations

import io
import os
import re
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from PIL import Image

from tests.desk.shop.clocks import NOW
from tests.desk.shop.takings import Home, home, write
from tests.server.asgi import Came, ask, http
from tests.servers import HttpAnswer, RunningPages
from vopt_lib.desk.shop.opening import shop_of
from vopt_lib.desk.shop.phone import PhoneUpload, begin
from vopt_lib.server.phone import MOST_BODY, Entrance, PhoneApp
from vopt_lib.server.phone_serving import listening_at, serve
from vopt_lib.shop.tables import Photo

LOOPBACK = "127.0.0.1"
HOST = "192.168.1.7:8422"
PHONE = ("192.168.1.23", 50000)
MULTIPART = ("content-type", "multipart/form-data; boundary=XX")
ENDS_WITHIN_S = 20


class HandClock:
    """A clock that tests put forward."""

    def __init__(self) -> None:
        self.moment = NOW

    def now(self) -> datetime:
        """The moment."""
        return self.moment

    def sleep(self, seconds: float) -> None:
        """Nobody waits for it."""

    def pass_by(self, later: timedelta) -> None:
        """Put it forward."""
        self.moment += later


@dataclass
class Open:
    """A page that is open for photos of Anna's dress."""

    home: Home
    upload: PhoneUpload
    clock: HandClock

    @property
    def path(self) -> str:
        """Its secret path."""
        return f"/{self.upload.token}"

    def photos(self) -> list[str]:
        """The hashes of the dress's photos, as the shop says."""
        with shop_of(self.home.desk).reading() as session:
            return [photo.sha256 for photo in session.query(Photo).order_by(Photo.position)]

    def files(self) -> list[Path]:
        """What lies in the folder of photos, half-written files among them."""
        folder = self.home.desk.paths.photos
        return sorted(folder.iterdir()) if folder.exists() else []

    def app(self, most_body: int = MOST_BODY) -> PhoneApp:
        """The app at its address in the home network."""
        return PhoneApp(self.upload, Entrance(HOST), clock=self.clock, most_body=most_body)

    def cookie(self) -> tuple[str, str]:
        """What the first browser gets, without asking."""
        return "cookie", f"vopt_phone_8422={self.upload.open_in(None)}"


def opened(folder: Path) -> Open:
    """A new shop in this folder with a dress, and a code for it."""
    at_home, clock = home(folder), HandClock()
    listing = write(at_home)
    return Open(at_home, begin(at_home.desk, at_home.anna, listing, clock=clock), clock)


@dataclass
class Phone:
    """A browser at the page, which keeps its cookie."""

    page: RunningPages
    path: str
    server: threading.Thread
    cookie: str = ""

    def open(self, *headers: tuple[str, str]) -> HttpAnswer:
        """Open the page."""
        answer = self.page.ask(self.path, headers=[*headers, *self._own()])
        self.cookie = answer.cookies[0].partition(";")[0] if answer.cookies else self.cookie
        return answer

    def send(self, *photos: bytes, body: bytes | None = None) -> HttpAnswer:
        """Send the form with these photos."""
        said = [MULTIPART, ("origin", f"http://{self.page.host}"), *self._own()]
        return self.page.ask(self.path, method="POST", headers=said, body=form(*photos) if body is None else body)

    def _own(self) -> list[tuple[str, str]]:
        return [("cookie", self.cookie)] if self.cookie else []


@contextmanager
def running(one: Open) -> Iterator[Phone]:
    """A phone, and the server beside it until the page is over; proves that it ends then."""
    loopback = {"is_let_in": lambda address: address == LOOPBACK}
    with listening_at(LOOPBACK, 0, **loopback) as listening:
        port = listening.getsockname()[1]
        server = threading.Thread(
            target=serve, args=(one.home.desk, one.upload, listening), kwargs={**loopback, "clock": one.clock}
        )
        server.start()
        try:
            yield Phone(RunningPages(port, os.getpid()), one.path, server)
        finally:
            one.upload.close()
            server.join(ENDS_WITHIN_S)
        assert not server.is_alive()


def form(*photos: bytes, name: str = "IMG_1.jpg", field: str = "photos") -> bytes:
    """A form with these files, as browsers send it."""
    parts = [
        f'--XX\r\nContent-Disposition: form-data; name="{field}"; filename="{name}"\r\n\r\n'.encode() + photo + b"\r\n"
        for photo in photos
    ]
    return b"".join(parts) + b"--XX--\r\n"


CLOSING = b'--XX\r\nContent-Disposition: form-data; name="close"\r\n\r\n1\r\n--XX--\r\n'


def jpeg(colour: int = 0, side: int = 64) -> bytes:
    """A small photo, another for each number."""
    written = io.BytesIO()
    Image.new("RGB", (side, side), (colour * 9 % 256, 90, 200)).save(written, "JPEG")
    return written.getvalue()


def get(app: PhoneApp, path: str, *headers: tuple[str, str], client: object = PHONE, **other: str) -> Came:
    """What the app answers to somebody of the home network, or to whom else."""
    scope = http(path, **({"host": HOST} | other), headers=headers)  # type: ignore[arg-type]
    return ask(app, scope | {"client": client})


def post(app: PhoneApp, path: str, *pieces: bytes, headers: Sequence[tuple[str, str]] = ()) -> Came:
    """What the app answers to this form."""
    scope = http(path, method="POST", host=HOST, headers=[MULTIPART, *headers])
    return ask(app, scope | {"client": PHONE}, *pieces)


def text_of(body: bytes) -> str:
    """What a page says, without its tags."""
    told = re.sub(r"<style>.*?</style>", "", body.decode(), flags=re.DOTALL)
    return " ".join(re.sub(r"<[^>]+>", " ", told).split())
