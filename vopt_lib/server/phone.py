"""This is where a phone's photos come in: an app of its own with one page, for one code, and nothing else on it.

It is the only thing of vopt that others in a home network reach, so it trusts nobody: whoever asks must be in a
home network, name exactly this address and its secret word, and be the browser that opened the page first.
"""

from __future__ import annotations

import asyncio
import logging
from collections import OrderedDict, deque
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from http.cookies import CookieError, SimpleCookie
from typing import Final

from starlette.concurrency import run_in_threadpool
from starlette.datastructures import FormData, UploadFile
from starlette.formparsers import MultiPartException
from starlette.requests import ClientDisconnect, Request

from vopt_lib.desk.home_network import is_at_home
from vopt_lib.desk.shop.phone import PhoneUpload
from vopt_lib.desk.shop.uploads import file_name
from vopt_lib.errors import PhoneError, VoptError
from vopt_lib.schema.clock import Clock, SystemClock
from vopt_lib.schema.phone import MOST_PHOTOS, OPEN_FOR, PhotoArrived
from vopt_lib.schema.photo_limits import LARGEST_PHOTO
from vopt_lib.server.answers import BROKEN, UNCLEAR, Message, Receive, Refused, Scope, Send
from vopt_lib.server.browsers import header, preferred_language
from vopt_lib.server.phone_page import CLOSE, HEADERS, PHOTOS, Sent, closed_page, refusal_page, upload_page
from vopt_lib.server.reach import FORWARDED
from vopt_lib.words import N_, Language, Words

MOST_BODY: Final = MOST_PHOTOS * LARGEST_PHOTO + 2**16
"""Bytes of one form: as many photos as one code lets in, each as large as any may be, and what stands between them."""

MOST_FILES: Final = 2 * MOST_PHOTOS
"""Files in one form; those that are too many are told, one by one."""

BODIES_AT_ONCE: Final = 2
"""Forms that are read at once: their photos lie on the disk meanwhile. Who comes then, waits."""

REQUESTS_A_MINUTE: Final = 60
"""Of one address; a page with twenty photos, sent one by one, needs forty."""

MOST_ADDRESSES: Final = 256
"""Addresses whose requests are counted; of more, those seen first are forgotten."""

NOT_FOUND: Final = N_("There is nothing here. Scan the code that vopt shows once more.")
NOT_AT_HOME: Final = N_("This page answers only in the home network of the computer that showed the code.")
FOREIGN_FORM: Final = N_(
    "This did not come from vopt's own page. Open the page again, then send your photos from there."
)
TOO_OFTEN: Final = N_("That was too often. Wait a minute, then go on.")
TOO_MUCH: Final = N_("That is too much at once: at most {most:d} photos of {megabytes:d} MB each.")
NOTHING_CHOSEN: Final = N_("Choose a photo first, then send it.")

_LOG = logging.getLogger("vopt.phone")


@dataclass(frozen=True)
class Entrance:
    """Where the page is: `host` is the address and port that it is asked by ("192.168.1.7:8422").

    is_let_in: whether an address may ask. Only home networks may; tests, which ask from here, give their own.
    """

    host: str
    is_let_in: Callable[[str], bool] = is_at_home
    language: Language = "en"


class PhoneApp:
    """The app. on_photo: told of each photo that is kept, in a thread of its own; clock: of what is too often;
    most_body: bytes of one form."""

    def __init__(
        self,
        upload: PhoneUpload,
        entrance: Entrance,
        *,
        on_photo: Callable[[PhotoArrived], None] = lambda photo: None,
        clock: Clock | None = None,
        most_body: int = MOST_BODY,
    ) -> None:
        self._upload, self._entrance, self._on_photo = upload, entrance, on_photo
        self._cookie = f"vopt_phone_{entrance.host.rpartition(':')[2]}"
        self._counts = _Counts(clock or SystemClock())
        self._most_body = most_body
        self._bodies = asyncio.Semaphore(BODIES_AT_ONCE)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer, or refuse."""
        if scope["type"] != "http":
            await send({"type": "websocket.close", "code": 4404})
            return
        words, more = Words(preferred_language(scope, self._entrance.language)), dict[str, str]()
        try:
            self._check_sender(scope)
            if scope["method"] == "GET":
                status, html, more = 200, *self._opened(scope, words)
            else:
                status, html = await self._sent(scope, receive, words)
        except Refused as refused:
            status, html = refused.status, refusal_page(words, words.say(refused.sentence, **refused.facts))
        except PhoneError as error:
            status, html = 410 if isinstance(error, TimeoutError) else 403, refusal_page(words, words.error(error))
        except Exception:
            _LOG.exception("a request failed")
            status, html = 500, refusal_page(words, words.say(BROKEN))
        await _answer(send, status, html, more)

    def _check_sender(self, scope: Scope) -> None:
        """Raises: Refused, for whoever is not in the home network, asks too often, or asks for anything else."""
        address = (scope.get("client") or ("",))[0]
        is_forwarded = any(FORWARDED.fullmatch(name) for name, _ in scope["headers"])
        if is_forwarded or not self._entrance.is_let_in(address) or header(scope, b"host") != self._entrance.host:
            raise Refused(403, NOT_AT_HOME)
        if not self._counts.is_within(address):
            raise Refused(429, TOO_OFTEN)
        is_named = self._upload.is_named(scope["path"][1:])
        if not is_named or scope["method"] not in ("GET", "POST"):
            raise Refused(404, NOT_FOUND)

    def _opened(self, scope: Scope, words: Words) -> tuple[str, dict[str, str]]:
        """The page, and the cookie that makes this browser the one that may send. Raises: PhoneError; Refused."""
        if header(scope, b"sec-fetch-mode") not in ("", "navigate"):
            raise Refused(404, NOT_FOUND)
        secret = self._upload.open_in(self._secret(scope))
        # Lax: a Strict one may stay away when the camera opens the page a second time.
        kept = f"{self._cookie}={secret}; Path=/{self._upload.token}; Max-Age={int(OPEN_FOR.total_seconds())}"
        return self._page(words), {"Set-Cookie": f"{kept}; HttpOnly; SameSite=Lax"}

    async def _sent(self, scope: Scope, receive: Receive, words: Words) -> tuple[int, str]:
        """Take a form. Raises: PhoneError; Refused, where nothing of it can be taken."""
        self._upload.check_open()
        self._check_own_page(scope)
        self._upload.check_browser(self._secret(scope))
        told = header(scope, b"content-length")
        if told.isdecimal() and int(told) > self._most_body:
            raise _too_much()
        async with self._bodies:
            form = await _form(scope, _bounded(receive, self._most_body))
            try:
                if CLOSE in form:
                    self._upload.close()
                    return 200, closed_page(words, self._upload.kept)
                files = [file for file in form.getlist(PHOTOS) if isinstance(file, UploadFile) and file.filename]
                if not files:
                    raise Refused(400, NOTHING_CHOSEN)
                sent = [await run_in_threadpool(self._take, file) for file in files]
            finally:
                await form.close()
        return 422 if all(one.error for one in sent) else 200, self._page(words, sent)

    def _check_own_page(self, scope: Scope) -> None:
        """Raises: Refused, for a form that another page sent: old browsers tell of themselves as referrer only."""
        origin, page = header(scope, b"origin"), f"http://{self._entrance.host}"
        is_ours = origin == page if origin else header(scope, b"referer").startswith(f"{page}/")
        if not is_ours or header(scope, b"sec-fetch-site") not in ("", "same-origin"):
            raise Refused(403, FOREIGN_FORM)

    def _take(self, file: UploadFile) -> Sent:
        name = file_name(file.filename or "")
        try:
            # Of one that is too large no more is read than shows that it is.
            photo = self._upload.take(file.file.read(LARGEST_PHOTO + 1))
        except VoptError as error:
            return Sent(name, error=error)
        self._on_photo(photo)
        return Sent(name, photo.hints)

    def _page(self, words: Words, sent: list[Sent] | None = None) -> str:
        upload = self._upload
        return upload_page(words, upload.title, kept=upload.kept, minutes=upload.minutes_left, sent=sent or [])

    def _secret(self, scope: Scope) -> str | None:
        try:
            cookie = SimpleCookie(header(scope, b"cookie")).get(self._cookie)
        except CookieError:
            return None
        return cookie.value if cookie else None


class _Counts:
    """How often each address asked within the last minute."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._asked: OrderedDict[str, deque[float]] = OrderedDict()

    def is_within(self, address: str) -> bool:
        """Count a request of this address; whether it may still ask."""
        now = self._clock.now().timestamp()
        lately = self._asked.setdefault(address, deque(maxlen=REQUESTS_A_MINUTE))
        if len(lately) == REQUESTS_A_MINUTE and lately[0] > now - 60:
            return False
        lately.append(now)
        while len(self._asked) > MOST_ADDRESSES:
            self._asked.popitem(last=False)
        return True


async def _form(scope: Scope, receive: Receive) -> FormData:
    """The form that is sent, its files on the disk without a name: they are gone with it, however that ends.

    Raises: Refused, when it breaks off or is no form of ours.
    """
    if not header(scope, b"content-type").lower().startswith("multipart/form-data"):
        raise Refused(400, UNCLEAR)
    try:
        return await Request(scope, receive).form(max_files=MOST_FILES, max_fields=4, max_part_size=1024)
    except (MultiPartException, ClientDisconnect, KeyError) as error:
        raise Refused(400, UNCLEAR) from error


def _bounded(receive: Receive, most: int) -> Receive:
    """The body as it comes. Raises: Refused, as soon as it is longer than this, whatever was told."""
    left = most

    async def bounded() -> Message:
        nonlocal left
        message = await receive()
        left -= len(message.get("body", b""))
        if left < 0:
            raise _too_much()
        return message

    return bounded


def _too_much() -> Refused:
    return Refused(413, TOO_MUCH, most=MOST_PHOTOS, megabytes=LARGEST_PHOTO // 2**20)


async def _answer(send: Send, status: int, html: str, more: Mapping[str, str]) -> None:
    body = html.encode()
    told = {"Content-Type": "text/html; charset=utf-8", "Content-Length": str(len(body)), **HEADERS, **more}
    headers = [(name.lower().encode(), value.encode()) for name, value in told.items()]
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": body})
