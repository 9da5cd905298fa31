"""What is raised is one row while it lasts, on both databases; each reader puts aside what she may see."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from threading import Thread

import numpy as np
import pytest
from sqlalchemy import func, select
from sqlalchemy.exc import IntegrityError

from tests.shop.full import ANNA, BEN, add_ben
from tests.shop.people import FAMILY, NOW, author
from vopt_lib.errors import CollectingPaused, VoptError
from vopt_lib.schema.alert_facts import plain_facts
from vopt_lib.schema.alerts import Alert
from vopt_lib.shop import alerts
from vopt_lib.shop.store import Shop
from vopt_lib.shop.tables import Alert as AlertRow
from vopt_lib.shop.tables import AlertSeen
from vopt_lib.words import Words

DISK = Alert("disk", "bad", "Only {n} MB are left.", facts={"n": 12})
MAIL = Alert("mail:anna", "warn", "Nothing came.", for_admins=False)


def raised(shop: Shop, alert: Alert, at: datetime = NOW) -> None:
    with shop.writing(author()) as session:
        alerts.raise_one(session, FAMILY, alert, at)


def ended(shop: Shop, key: str, at: datetime) -> bool:
    with shop.writing(author()) as session:
        return alerts.end_one(session, FAMILY, key, at)


def told(shop: Shop, at: datetime = NOW) -> list[tuple[str, int, bool]]:
    """(key, times, whether it lasts) of what Anna sees."""
    with shop.reading() as session:
        known = alerts.known_alerts(session, ANNA, at)
    return [(one.alert.key, one.times, one.ended_at is None) for one in known]


def minutes(n: float) -> datetime:
    return NOW + timedelta(minutes=n)


def test_raised_again_while_it_lasts_it_is_the_same_one_with_its_newest_words(shop: Shop) -> None:
    raised(shop, DISK)
    raised(shop, replace(DISK, facts={"n": 8}), minutes(15))
    with shop.reading() as session:
        [one] = alerts.known_alerts(session, ANNA, minutes(20))
    assert one.alert == replace(DISK, facts={"n": 8})
    assert (one.times, one.begun_at, one.last_at, one.ended_at) == (2, NOW, minutes(15), None)


def test_what_is_kept_lasts_without_being_raised_once_more(shop: Shop) -> None:
    raised(shop, DISK)
    with shop.writing(author()) as session:
        alerts.keep_one(session, FAMILY, DISK, minutes(15))
    assert told(shop) == [("disk", 1, True)]


def test_over_for_an_hour_it_is_a_new_one_and_over_for_less_the_old_one(shop: Shop) -> None:
    raised(shop, DISK)
    assert ended(shop, "disk", minutes(10))
    assert not ended(shop, "disk", minutes(11))
    raised(shop, DISK, minutes(69))
    assert told(shop, minutes(70)) == [("disk", 2, True)]
    assert ended(shop, "disk", minutes(80))
    raised(shop, DISK, minutes(140))
    assert told(shop, minutes(150)) == [("disk", 1, True), ("disk", 2, False)]


def test_a_key_has_one_open_row_whatever_is_written(shop: Shop) -> None:
    raised(shop, DISK)
    with pytest.raises(IntegrityError), shop.writing(author()) as session:
        session.add(
            AlertRow(household_id=FAMILY, key="disk", level="bad", text="", next_step="", facts={}, href="",
                     for_admins=True, begun_at=NOW, last_at=NOW)
        )  # fmt: skip


def test_two_that_raise_the_same_at_once_make_one_row(shop: Shop) -> None:
    both = [Thread(target=raised, args=(shop, DISK)) for _ in range(2)]
    for one in both:
        one.start()
    for one in both:
        one.join()
    assert told(shop) == [("disk", 2, True)]


def test_the_worst_comes_first_and_what_is_over_last_for_a_week(shop: Shop) -> None:
    for key, level in (("a", "info"), ("b", "bad"), ("c", "warn"), ("d", "bad")):
        raised(shop, Alert(key, alerts.level_of(level), ""))
    ended(shop, "d", minutes(5))
    assert [key for key, _, _ in told(shop, minutes(6))] == ["b", "c", "a", "d"]
    assert [key for key, _, _ in told(shop, minutes(6) + timedelta(days=7))] == ["b", "c", "a"]


def test_a_member_sees_what_is_not_for_admins_and_puts_aside_for_herself_alone(shop: Shop) -> None:
    add_ben(shop)
    raised(shop, DISK)
    raised(shop, MAIL)
    with shop.reading() as session:
        assert [one.alert.key for one in alerts.known_alerts(session, BEN, NOW)] == ["mail:anna"]
        assert (alerts.count_unseen(session, ANNA), alerts.count_unseen(session, BEN)) == (2, 1)
        ids = session.scalars(select(AlertRow.id)).all()
    for _ in range(2):
        with shop.writing(author(person_id=2)) as session:
            alerts.see(session, BEN, [*ids, 999], NOW)
    with shop.reading() as session:
        assert (alerts.count_unseen(session, ANNA), alerts.count_unseen(session, BEN)) == (2, 0)
        assert session.scalar(select(func.count()).select_from(AlertSeen)) == 1
        assert [one.is_seen for one in alerts.known_alerts(session, BEN, NOW)] == [True]


def test_what_is_over_for_ninety_days_is_forgotten_with_who_saw_it(shop: Shop) -> None:
    raised(shop, DISK)
    raised(shop, MAIL)
    with shop.writing(author()) as session:
        alerts.see(session, ANNA, [1, 2], NOW)
    ended(shop, "disk", NOW)
    for days, left in ((90, 2), (91, 1)):
        with shop.writing(author()) as session:
            alerts.forget_old(session, FAMILY, NOW + timedelta(days=days))
        with shop.reading() as session:
            assert session.scalar(select(func.count()).select_from(AlertRow)) == left
            assert session.scalar(select(func.count()).select_from(AlertSeen)) == left


def test_facts_come_back_as_they_were_to_be_said_in_any_language(shop: Shop) -> None:
    paused = CollectingPaused(host="Vinted", until=datetime(2026, 11, 21, 8, tzinfo=UTC), why="DataDome")
    facts = {"why": paused, "on": date(2026, 11, 20), "n": 1200, "name": "{n}", "rest": None}
    facts |= {"share": 0.25, "price": Decimal("12.50"), "is_so": True}
    raised(shop, Alert("x", "warn", "{name} {n} {on} {why}", facts=facts))
    with shop.reading() as session:
        [known] = alerts.known_alerts(session, ANNA, NOW)
    alert = known.alert
    assert {**alert.facts, "why": str(alert.facts["why"])} == {**facts, "why": str(paused)}
    assert alert.told(Words("it")) == f"{{n}} 1.200 20 nov 2026 {Words('it').error(paused)}"


def test_an_error_of_another_version_is_still_told(shop: Shop) -> None:
    raised(shop, Alert("x", "warn", "{why}", facts={"why": VoptError(what="z")}))
    for name, facts in (("Words", {}), ("PortTaken", {"port": "eighty"})):
        with shop.writing(author()) as session:
            session.get_one(AlertRow, 1).facts = {"why": {"error": name, "facts": facts}}
        with shop.reading() as session:
            [known] = alerts.known_alerts(session, ANNA, NOW)
        assert known.alert.told(Words("en")) == f"Something went wrong: {name}"


def test_numbers_of_any_library_are_numbers_and_what_is_none_is_text() -> None:
    assert plain_facts({"n": np.int64(7), "share": np.float32(0.5), "none": float("nan"), "list": [1]}) == {
        "n": 7, "share": 0.5, "none": "nan", "list": "[1]",
    }  # fmt: skip
