"""This is where files are downloaded that are made when they are asked for: tables of the shop, all that is somebody's.

They are written to the disk and sent piece by piece, so that however much it is, little of it is in memory at once.
"""

from __future__ import annotations

import asyncio
import os
import tempfile
from collections.abc import Awaitable, Callable, Iterator
from typing import IO, Final
from urllib.parse import quote

from pydantic import BaseModel, ConfigDict, Field
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response, StreamingResponse
from starlette.routing import Route

from vopt_lib.desk.instance import Desk
from vopt_lib.desk.shop.exporting import Wanted, What, file_name, of_person, open_export
from vopt_lib.desk.shop.hand_out import archive_name, write_everything
from vopt_lib.desk.shop.people import person_with
from vopt_lib.schema.filters import InventoryFilters, Key
from vopt_lib.schema.own_shop import Member
from vopt_lib.schema.own_tables import FileForm, FileKind
from vopt_lib.schema.visitor import Visitor
from vopt_lib.server.answers import NOT_HERE, Refused
from vopt_lib.server.own import PREFIX, for_member

AT_ONCE: Final = 2
"""Files that are made at once: 100,000 rows for Excel keep a processor busy for 20 seconds; who comes then, waits."""

_PIECE: Final = 2**20
_TYPES: Final = {
    "csv": "text/csv; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "zip": "application/zip",
}


class Options(BaseModel):
    """What an address of a table says behind its question mark: whose, of which year, and what is in a zip file."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    person: Key | None = None
    year: int | None = Field(None, ge=1990, le=2100)
    format: FileKind = FileKind.CSV


def routes(desk: Desk) -> list[Route]:
    """The addresses of tables ("/own/export/sales.xlsx?year=2026") and of a person's zip file.

    The tables are those of `vopt export`, with its options; an inventory takes the filters of its page instead.
    """
    made = asyncio.Semaphore(AT_ONCE)
    return [
        Route(PREFIX + "export/{what}.{ending}", _in_turn(made, for_member(desk, _export))),
        Route(PREFIX + "everything/{person:int}.zip", _in_turn(made, for_member(desk, _everything))),
    ]


def _in_turn(
    made: asyncio.Semaphore, answer: Callable[[Request], Response]
) -> Callable[[Request], Awaitable[Response]]:
    async def answered(request: Request) -> Response:
        async with made:
            return await run_in_threadpool(answer, request)

    return answered


def _export(desk: Desk, by: Member, request: Request) -> Response:
    """A table, or a zip file of several."""
    visitor: Visitor = request.scope["visitor"]
    wanted, person = _wanted(request, FileForm.ITALIAN if visitor.language == "it" else FileForm.ISO)
    member = of_person(desk, by, person, wanted)
    name = file_name(desk, member, wanted, visitor.words)
    return _sent(request, name, lambda: open_export(desk, member, wanted, visitor.words))


def _wanted(request: Request, form: FileForm) -> tuple[Wanted, int | None]:
    """Which table is asked for, and whose (her number). Raises: Refused, for what there is not."""
    asked, ending = dict(request.query_params), request.path_params["ending"]
    try:
        what = What(request.path_params["what"])
        options = Options.model_validate(asked)
        kind = options.format if what.is_pack else FileKind(ending)
        filters = InventoryFilters.model_validate(asked) if what is What.INVENTORY else None
    except ValueError as error:
        raise Refused(404, NOT_HERE) from error
    if what.is_pack != (ending == "zip") or (filters and options.year):
        raise Refused(404, NOT_HERE)
    # An inventory is narrowed to a person as on its page.
    return Wanted(what, options.year, kind, form, filters), None if filters else options.person


def _everything(desk: Desk, by: Member, request: Request) -> Response:
    person = person_with(desk, by, request.path_params["person"])

    def made() -> IO[bytes]:
        file = tempfile.TemporaryFile(dir=desk.paths.state)  # noqa: SIM115 - closed when it has been sent
        write_everything(desk, by, person, file)
        return file

    return _sent(request, archive_name(desk, person), made)


def _sent(request: Request, name: str, make: Callable[[], IO[bytes]]) -> Response:
    """The file, from one without a name: it is gone with the answer, however that ends. Who only asks whether there is
    one (HEAD) is told so, and nothing is made.
    """
    told = {"Content-Disposition": f"attachment; filename*=UTF-8''{quote(name)}"}
    media_type = _TYPES[name.rpartition(".")[2]]
    if request.method == "HEAD":
        return StreamingResponse(iter(()), media_type=media_type, headers=told)
    file = make()
    told["Content-Length"] = str(file.seek(0, os.SEEK_END))
    return StreamingResponse(_pieces(file), media_type=media_type, headers=told)


def _pieces(file: IO[bytes]) -> Iterator[bytes]:
    with file:
        file.seek(0)
        yield from iter(lambda: file.read(_PIECE), b"")
