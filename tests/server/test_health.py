"""How vopt is, for programs: the worst of what was found, looked at again after a while."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from typing import Any

import pytest

from vopt_lib.desk.instance import Desk
from vopt_lib.schema.health import Check, State
from vopt_lib.schema.visitor import Visitor
from vopt_lib.server.answers import Refused
from vopt_lib.server.health import KEPT_S, Health
from vopt_lib.server.roles import check_role, role_for
from vopt_lib.words import Words


class Looks:
    """Checks that count how often they are made."""

    def __init__(self, *states: State) -> None:
        self.states, self.made, self.now_s = states, 0, 0.0

    def __call__(self, desk: Desk, words: Words) -> Sequence[Check]:
        self.made += 1
        return [Check(f"part {number}", state, f"It is {state}.") for number, state in enumerate(self.states)]

    def clock(self) -> float:
        """Seconds."""
        return self.now_s


@pytest.mark.parametrize(
    ("states", "overall"),
    [(("good", "good"), "good"), (("good", "warn"), "warn"), (("bad", "warn", "good"), "bad"), ((), "good")],
)
def test_the_worst_is_what_it_is(states: tuple[State, ...], overall: str) -> None:
    told = asyncio.run(Health(None, Looks(*states)).deep(Words("en")))  # type: ignore[arg-type]
    assert (told["overall"], len(told["checks"])) == (overall, len(states))


def test_many_who_ask_at_once_are_told_of_one_look() -> None:
    looks = Looks("good")
    health = Health(None, looks, looks.clock)  # type: ignore[arg-type]

    async def ask_often() -> list[dict[str, Any]]:
        return await asyncio.gather(*(health.deep(Words("en")) for _ in range(20)))

    told = asyncio.run(ask_often())
    assert (looks.made, told[0] == told[-1]) == (1, True)
    looks.now_s += KEPT_S
    asyncio.run(health.deep(Words("en")))
    assert looks.made == 2


@pytest.mark.parametrize(
    "path",
    ["/admin", "/p/admin/", "/p/admin/ws", "/p/admin/@file/1", "/p/admin", "/health/deep", "/api/v1/health"],
)
def test_what_is_the_admins_is_no_members(path: str) -> None:
    assert role_for(path) == "admin"
    check_role(path, Visitor("anna", role="admin"))
    with pytest.raises(Refused) as refused:
        check_role(path, Visitor("ben"))
    assert refused.value.status == 403


@pytest.mark.parametrize("path", ["/", "/home", "/p/home/ws", "/administrator", "/p/admins/", "/api/v1/me", "/account"])
def test_the_rest_is_everybodys(path: str) -> None:
    assert role_for(path) == "member"
