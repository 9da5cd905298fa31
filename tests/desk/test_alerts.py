"""Alerts of the desk: raised by anything, read by each person in her language, and never with a secret in them."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.desk.shop.clocks import NOW, StillClock
from vopt_lib.desk.alerts import alerts_of, end_alert, raise_alert, see_alerts, unseen
from vopt_lib.desk.instance import Desk, open_desk
from vopt_lib.desk.shop import people
from vopt_lib.desk.shop.opening import member_of
from vopt_lib.errors import ServiceError
from vopt_lib.schema.alerts import Alert
from vopt_lib.schema.visitor import Visitor
from vopt_lib.words import Words

QUIET = Alert("quiet:it", "warn", "Nothing has come in.", "`vopt collect` brings it up to date.", for_admins=False)
DOWN = Alert("prefect", "bad", "{why}")


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    """A vopt whose clock stands, with a key of a language model."""
    return open_desk(clock=StillClock(NOW), data=tmp_path, openai_key="sk-abcdef")


def keys(desk: Desk, visitor: Visitor | None = None) -> list[str]:
    return [one.alert.key for one in alerts_of(desk, visitor) if one.ended_at is None]


def test_what_is_raised_lasts_until_it_is_ended(desk: Desk) -> None:
    raise_alert(desk, QUIET)
    raise_alert(desk, QUIET)
    [known] = alerts_of(desk)
    assert (known.alert, known.times, known.begun_at, known.is_seen) == (QUIET, 2, NOW, False)
    assert known.alert.line(Words("en")) == "Nothing has come in. `vopt collect` brings it up to date."
    end_alert(desk, "quiet:it")
    end_alert(desk, "quiet:it")
    assert keys(desk) == []
    assert [one.ended_at for one in alerts_of(desk)] == [NOW]


def test_each_puts_aside_what_she_may_see(desk: Desk) -> None:
    ben = Visitor("ben", member=people.add(desk, member_of(desk), "Ben"))
    raise_alert(desk, QUIET)
    raise_alert(desk, DOWN)
    assert (keys(desk), keys(desk, ben)) == (["prefect", "quiet:it"], ["quiet:it"])
    assert (unseen(desk), unseen(desk, ben)) == (2, 1)
    see_alerts(desk, ben, [one.id for one in alerts_of(desk)])
    assert (unseen(desk), unseen(desk, ben)) == (2, 0)
    see_alerts(desk, None, [one.id for one in alerts_of(desk)])
    assert unseen(desk) == 0


def test_secrets_are_left_out_of_facts_and_of_errors_among_them(desk: Desk) -> None:
    why = ServiceError(service="vopt", why="key sk-abcdef", log="smtp://anna:pass@example.org/x")
    raise_alert(desk, Alert("a", "bad", "{why} {url}", facts={"why": why, "url": "https://u:p@h/ sk-abcdef", "n": 2}))
    [known] = alerts_of(desk)
    assert known.alert.told(Words("en")) == (
        "vopt does not run: key …. Its log is smtp://…@example.org/x. https://…@h/ …"
    )
    assert known.alert.facts["n"] == 2
    assert b"sk-abcdef" not in desk.paths.shop.read_bytes()


def test_a_member_who_is_erased_is_named_by_no_alert(desk: Desk) -> None:
    ben = people.add(desk, member_of(desk), "Benedetta")
    raise_alert(desk, Alert("mail:1", "warn", "{name}", facts={"name": "of benedetta"}))
    raise_alert(desk, QUIET)
    people.erase(desk, member_of(desk), ben, typed="Benedetta")
    assert keys(desk) == ["quiet:it"]
