"""This is where all that is somebody's is downloaded: made when it is asked for, for whoever may have it."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterator
from typing import IO, Final
from urllib.parse import quote

from starlette.requests import Request
from starlette.responses import Response, StreamingResponse
from starlette.routing import Route

from vopt_lib.desk.instance import Desk
from vopt_lib.desk.shop.hand_out import archive_name, write_everything
from vopt_lib.desk.shop.opening import member_of
from vopt_lib.desk.shop.people import person_with
from vopt_lib.errors import VoptError
from vopt_lib.schema.visitor import Visitor
from vopt_lib.server.answers import STRANGER, Refused

_PIECE: Final = 2**20


def routes(desk: Desk) -> list[Route]:
    """The address of every person's zip file: "/own/everything/2.zip"."""
    return [Route("/own/everything/{person:int}.zip", _answering(desk))]


def _answering(desk: Desk) -> Callable[[Request], Response]:
    def answer(request: Request) -> Response:
        visitor: Visitor | None = request.scope["visitor"]
        if visitor is None:
            raise Refused(401, STRANGER)
        try:
            return _everything(desk, visitor, request.path_params["person"])
        except VoptError as error:
            status = 404 if isinstance(error, LookupError) else 422
            return Response(visitor.words.error(error), status, media_type="text/plain")

    return answer


def _everything(desk: Desk, visitor: Visitor, person_id: int) -> Response:
    """The zip file, from a file without a name: it is gone with the answer, however that ends."""
    by = member_of(desk, visitor)
    person = person_with(desk, by, person_id)
    file = tempfile.TemporaryFile(dir=desk.paths.state)  # noqa: SIM115 - closed when it has been sent
    write_everything(desk, by, person, file)
    headers = {
        "Content-Length": str(file.tell()),
        "Content-Disposition": f"attachment; filename*=UTF-8''{quote(archive_name(desk, person))}",
        "Cache-Control": "private, no-store",
    }
    return StreamingResponse(_pieces(file), media_type="application/zip", headers=headers)


def _pieces(file: IO[bytes]) -> Iterator[bytes]:
    with file:
        file.seek(0)
        yield from iter(lambda: file.read(_PIECE), b"")
