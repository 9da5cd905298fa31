"""This is where what is a person's own goes in and out beside the pages: photos, labels, files, a password.

Who asks is known: the guard let her in. What is hers is the shop's to say. Files are locked up: opened as a page, none
of them can do anything in vopt's name.
"""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict
from typing import Any, Final
from urllib.parse import parse_qsl

from starlette.concurrency import run_in_threadpool
from starlette.requests import ClientDisconnect, Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from vopt_lib.desk.instance import Desk
from vopt_lib.desk.shop.mailbox_page import keep as keep_mailbox
from vopt_lib.desk.shop.opening import member_of
from vopt_lib.desk.shop.package import package_name, package_of, package_zip
from vopt_lib.desk.shop.photos import prepared_photo, small_photo, whole_photo
from vopt_lib.desk.shop.shipping import labels_of_shipments
from vopt_lib.desk.shop.uploads import Upload, arriving
from vopt_lib.errors import VoptError
from vopt_lib.schema.own_shop import Member
from vopt_lib.schema.shipping import Layout
from vopt_lib.server.answers import NOT_HERE, PRIVATE, STRANGER, UNCLEAR, Refused, Scope

PREFIX: Final = "/own/"
UPLOAD: Final = PREFIX + "upload"
NAME_HEADER: Final = "x-file-name"

_PHOTO_KEPT = {"Cache-Control": "private, max-age=31536000, immutable"}
"""A year: the address holds the hash of what is there. Only in her own browser."""

_LOCKED = {"Content-Security-Policy": "sandbox; default-src 'none'"}
_PRINTED = {"Content-Security-Policy": "default-src 'none'; object-src 'self'; style-src 'unsafe-inline'"}
"""Chromium shows no PDF in a sandbox; nothing but the picture of its pages is in ours."""

_NUMBER = re.compile(r"[1-9]\d{0,8}", re.ASCII)
_NUMBERS = re.compile(r"[1-9]\d{0,9}(,[1-9]\d{0,9}){0,99}", re.ASCII)

Answering = Callable[[Desk, Member, Request], Response]


def routes(desk: Desk) -> list[Route]:
    """All of these addresses."""
    return [
        Route(PREFIX + "photo/{name}", for_member(desk, _photo)),
        Route(PREFIX + "label/{shipments}.pdf", for_member(desk, _labels)),
        Route(PREFIX + "package/{listing}.zip", for_member(desk, _package)),
        Route(UPLOAD, _uploading(desk), methods=["POST"]),
        Route(PREFIX + "mailbox", _setting_mailbox(desk), methods=["POST"]),
    ]


def bounds_itself(scope: Scope) -> bool:
    """Whether this is an upload: its body is long, goes to the disk as it comes, and has a bound of its own."""
    return bool(scope["path"] == UPLOAD and scope["method"] == "POST")


def headers_of(path: str) -> Mapping[str, str]:
    """The headers of what stands at an address of these, beyond those of every answer."""
    if path.startswith(PREFIX + "photo/"):
        return _LOCKED
    return PRIVATE | (_PRINTED if path.endswith(".pdf") else _LOCKED)


def for_member(desk: Desk, answer: Answering) -> Callable[[Request], Response]:
    """Answers whoever of the household asks; a failure is told in a sentence."""

    def answered(request: Request) -> Response:
        with _told():
            return answer(desk, _asking(desk, request), request)

    return answered


def _photo(desk: Desk, member: Member, request: Request) -> Response:
    """One of her photos: ?size=original in its whole size, prepared as it goes to Vinted, else so many pixels wide or
    high.
    """
    name, size = request.path_params["name"], request.query_params.get("size", "240")
    if size == "original":
        photo = whole_photo(desk, member, name)
    elif size == "prepared":
        photo = prepared_photo(desk, member, name)
    else:
        photo = small_photo(desk, member, name, int(size) if size.isdecimal() and len(size) < 5 else 0)
    return Response(photo, media_type="image/jpeg", headers=_PHOTO_KEPT)


def _labels(desk: Desk, member: Member, request: Request) -> Response:
    """The labels of these shipments of hers ("4,7"), to print: ?layout=a4-2."""
    numbers = request.path_params["shipments"]
    if not _NUMBERS.fullmatch(numbers) or request.query_params.get("layout", "a4-1") not in list(Layout):
        raise Refused(404, NOT_HERE)
    layout = Layout(request.query_params.get("layout", "a4-1"))
    pdf = labels_of_shipments(desk, member, [int(number) for number in numbers.split(",")], layout)
    return Response(pdf, media_type="application/pdf", headers={"Content-Disposition": 'inline; filename="labels.pdf"'})


def _package(desk: Desk, member: Member, request: Request) -> Response:
    """One of her listings, packed for Vinted; its checklist is in the language that she reads."""
    number, words = request.path_params["listing"], request.scope["visitor"].words
    if not _NUMBER.fullmatch(number):
        raise Refused(404, NOT_HERE)
    name = package_name(package_of(desk, member, int(number), words))
    content = package_zip(desk, member, int(number), words)
    headers = {"Content-Disposition": f'attachment; filename="{name}.zip"'}
    return Response(content, media_type="application/zip", headers=headers)


def _uploading(desk: Desk) -> Callable[[Request], Awaitable[Response]]:
    """Takes in one file, its name percent-encoded in a header; answers with the id under which it waits."""

    async def upload(request: Request) -> Response:
        with _told():
            member = await run_in_threadpool(_asking, desk, request)
            return JSONResponse(asdict(await _received(desk, member, request)))

    return upload


async def _received(desk: Desk, member: Member, request: Request) -> Upload:
    told_size = request.headers.get("content-length", "")
    with arriving(desk, member, request.headers.get(NAME_HEADER, "")) as file:
        file.expect(int(told_size) if told_size.isdecimal() else 0)
        try:
            async for piece in request.stream():
                await run_in_threadpool(file.write, piece)
        except ClientDisconnect as gone:
            raise Refused(400, UNCLEAR) from gone
        return await run_in_threadpool(file.finish)


def _setting_mailbox(desk: Desk) -> Callable[[Request], Awaitable[Response]]:
    """Keeps a mailbox of hers, if it opens with the password that she typed; answers with what was found there.

    The password is in the body of the request, which nothing writes down, and in no address.
    """

    def keep(request: Request, body: bytes) -> Response:
        typed = dict(parse_qsl(body.decode("utf-8", "replace")))
        with _told():
            found = keep_mailbox(desk, _asking(desk, request), typed, request.scope["visitor"].words)
        return Response(found, media_type="text/plain")

    async def set_mailbox(request: Request) -> Response:
        return await run_in_threadpool(keep, request, await request.body())

    return set_mailbox


def _asking(desk: Desk, request: Request) -> Member:
    """Who of the household asks. Raises: Refused, for a browser that is opening an address without being known."""
    visitor: Any = request.scope["visitor"]
    if visitor is None:
        raise Refused(401, STRANGER)
    return member_of(desk, visitor)


@contextmanager
def _told() -> Iterator[None]:
    """A failure that a person can be told, as an answer."""
    try:
        yield
    except VoptError as error:
        raise Refused(404 if isinstance(error, LookupError) else 422, error.message, **error.facts) from error
