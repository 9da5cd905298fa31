"""This is where photos come into a listing from a phone: for fifteen minutes, by one secret word, from one phone.

What is told of the page and of its server is in vopt_lib/server/phone.py; here is what may be done with a code.
"""

from __future__ import annotations

import hmac
import secrets
from contextlib import suppress
from datetime import timedelta
from threading import Lock
from typing import Final

from vopt_lib.desk.instance import Desk
from vopt_lib.desk.shop.incoming_photos import take_photo_in
from vopt_lib.desk.shop.opening import shop_of
from vopt_lib.desk.shop.photos import remember_hints
from vopt_lib.errors import PhonePageOver, PhonePageTaken, PhonePhotosEnough, UploadNotKept
from vopt_lib.files import reason
from vopt_lib.paths import Paths
from vopt_lib.schema.clock import Clock, SystemClock
from vopt_lib.schema.own_shop import Member
from vopt_lib.schema.phone import MOST_PHOTOS, OPEN_FOR, PhotoArrived
from vopt_lib.shop import listings
from vopt_lib.vision.cleaning import judged

SECRET_BYTES: Final = 32
"""256 bits: nobody guesses them, however long the page is open."""

STALE: Final = timedelta(hours=1)
"""A file that is still being written after this long was left behind by a process that was killed."""


class PhoneUpload:
    """A code under which photos of one listing are taken in. `token`: its secret word; `ends_at`: until when."""

    def __init__(self, desk: Desk, member: Member, listing: tuple[int, str], clock: Clock) -> None:
        self.token = secrets.token_urlsafe(SECRET_BYTES)
        self.ends_at = clock.now() + OPEN_FOR
        self.listing_id, self.title = listing
        self._desk, self._member, self._clock = desk, member, clock
        self._browser: str | None = None
        self._kept: set[str] = set()
        self._is_closed = False
        self._one_at_a_time = Lock()

    @property
    def is_over(self) -> bool:
        """Whether its time is over, or she closed it."""
        return self._is_closed or self._clock.now() >= self.ends_at

    @property
    def is_closed(self) -> bool:
        """Whether she closed it."""
        return self._is_closed

    @property
    def minutes_left(self) -> int:
        """Minutes until it ends, the last one begun."""
        return -(-int((self.ends_at - self._clock.now()).total_seconds()) // 60)

    @property
    def kept(self) -> int:
        """How many photos it let in."""
        return len(self._kept)

    def is_named(self, told: str) -> bool:
        """Whether this is its secret word; the answer takes the same time, however much of it is right."""
        return hmac.compare_digest(told.encode("utf-8", "surrogatepass"), self.token.encode())

    def open_in(self, browser: str | None) -> str:
        """The secret of the one browser that may go on: of the first that opens the page a new one.

        browser: the secret that it shows. Raises: PhonePageTaken; PhonePageOver.
        """
        self.check_open()
        if self._browser is None:
            self._browser = secrets.token_urlsafe(SECRET_BYTES)
            return self._browser
        self.check_browser(browser)
        return self._browser

    def check_browser(self, browser: str | None) -> None:
        """Raises: PhonePageTaken, unless this is the secret of the browser that opened the page."""
        if self._browser is None or not hmac.compare_digest((browser or "").encode(), self._browser.encode()):
            raise PhonePageTaken

    def check_open(self) -> None:
        """Raises: PhonePageOver."""
        if self.is_over:
            raise PhonePageOver

    def take(self, content: bytes) -> PhotoArrived:
        """Put a photo behind the others of the listing's thing, as it is, or not at all; the same one twice is one.

        What was sent in time is taken, also when the time ends meanwhile.

        Raises: PhotoTooLarge; PhotoUnreadable; PhonePhotosEnough; PhotosEnough, where the listing shows no more;
        UnknownListing, where it was deleted meanwhile; UploadNotKept, when it cannot be written.
        """
        with self._one_at_a_time:
            if self.kept >= MOST_PHOTOS:
                raise PhonePhotosEnough(most=MOST_PHOTOS)
            hints = judged(content)
            try:
                sha256 = take_photo_in(self._desk, self._member, self.listing_id, content, deed="photo from phone")
                remember_hints(self._desk.paths, sha256, hints)
            except OSError as error:
                raise UploadNotKept(why=reason(error)) from error
            self._kept.add(sha256)
            return PhotoArrived(self.kept, hints)

    def close(self) -> None:
        """Let nothing more in."""
        self._is_closed = True


def begin(desk: Desk, member: Member, listing_id: int, *, clock: Clock | None = None) -> PhoneUpload:
    """A new code for photos of one of her listings. clock: of its quarter of an hour; None: the machine's own, because
    a made-up market's runs faster. Raises: UnknownListing.
    """
    clock = clock or SystemClock()
    with shop_of(desk).reading() as session:
        listing = listings.find(session, member, listing_id)
        named = (listing.id, listing.title)
    _tidy(desk.paths, clock)
    return PhoneUpload(desk, member, named, clock)


def listing_called(desk: Desk, member: Member, called: str) -> int:
    """The number of her listing of this number, or of this code of its thing. Raises: UnknownListing."""
    with shop_of(desk).reading() as session:
        return listings.find_called(session, member, called).id


def _tidy(paths: Paths, clock: Clock) -> None:
    """Remove what processes that were killed had begun to write."""
    before = (clock.now() - STALE).timestamp()
    for draft in paths.photos.glob(".*"):
        # Another process may be done with it at this moment.
        with suppress(FileNotFoundError):
            if draft.stat().st_mtime < before:
                draft.unlink()
