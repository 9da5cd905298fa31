"""Open pages are watched: each may stay open for as long as whoever opened it is signed in, as what she was."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime
from typing import Any

import pytest

from vopt_lib.schema.signing_in import SignedIn
from vopt_lib.schema.visitor import Visitor
from vopt_lib.server.answers import Message, Refused
from vopt_lib.server.door import Known
from vopt_lib.server.sockets import MOST_OF_ONE, Living, Sockets

OPEN = Known(Visitor("browser"))
BEN = Known(
    Visitor("person-2", member=2),
    True,
    "t",
    SignedIn(7, 2, "Ben", "member", None, "system", datetime(2026, 1, 1, tzinfo=UTC)),
)


@pytest.mark.parametrize(
    ("living", "opens", "bens"),
    [
        (Living(False, {}), True, False),
        (Living(True, {7: "member"}), False, True),
        (Living(True, {7: "admin"}), False, False),
        (Living(True, {8: "member"}), False, False),
    ],
    ids=["nobody has a password", "hers lives", "she is an admin now", "hers has ended"],
)
def test_whose_page_stays_open(living: Living, opens: bool, bens: bool) -> None:
    assert (living.lets(OPEN), living.lets(BEN)) == (opens, bens)


def test_a_page_that_must_end_is_closed_and_nothing_more_is_sent() -> None:
    assert asyncio.run(_ended_page()) == [
        {"type": "websocket.accept"},
        {"type": "websocket.close", "code": 4401, "reason": "Sign in first: open the first page again."},
    ]


async def _ended_page() -> list[Message]:
    """What her browser is sent of a page whose session ends while it is open."""
    roles: dict[int, Any] = {7: "member"}
    sent: list[Message] = []

    async def look() -> Living:
        return Living(True, roles)

    async def app(scope: Any, receive: Any, send: Any) -> None:
        await send({"type": "websocket.accept"})
        assert (await receive())["type"] == "websocket.disconnect"
        await send({"type": "websocket.send", "text": "too late"})

    async def silent() -> Message:
        await asyncio.Event().wait()
        raise AssertionError

    async def send(message: Message) -> None:
        sent.append(message)

    sockets = Sockets(look, every_s=0.01)
    serving = asyncio.create_task(sockets.serve(app, BEN, ({}, silent, send)))
    while not sent:
        await asyncio.sleep(0)
    await sockets.look_now()
    assert not serving.done()
    del roles[7]
    async with asyncio.timeout(20):
        await serving
    return sent


def test_one_person_has_only_so_many() -> None:
    assert asyncio.run(_opened(MOST_OF_ONE + 1)) == MOST_OF_ONE


async def _opened(wanted: int) -> int:
    over = asyncio.Event()
    sockets = Sockets()

    async def app(scope: Any, receive: Any, send: Any) -> None:
        await over.wait()

    async def nothing(message: Message | None = None) -> Message:
        return {}

    tasks = [asyncio.create_task(sockets.serve(app, BEN, ({}, nothing, nothing))) for _ in range(wanted)]  # type: ignore[arg-type]
    other = asyncio.create_task(sockets.serve(app, OPEN, ({}, nothing, nothing)))  # type: ignore[arg-type]
    await asyncio.sleep(0)
    over.set()
    ended = await asyncio.gather(*tasks, other, return_exceptions=True)
    assert ended[-1] is None
    return wanted - sum(isinstance(one, Refused) for one in ended)
