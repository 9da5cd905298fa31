"""Each alert leaves once to every channel; many at once are one message, and a channel that fails does no harm."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from tests.desk.receivers import Pigeon
from tests.desk.shop.clocks import NOW, StillClock
from vopt_lib.desk.alerts import alerts_of, end_alert, raise_alert
from vopt_lib.desk.alerts_sent import deliver, try_channels
from vopt_lib.desk.instance import Desk, open_desk
from vopt_lib.desk.shop import people
from vopt_lib.desk.shop.opening import member_of
from vopt_lib.files import only_one
from vopt_lib.schema.alerts import Alert


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    """A vopt whose clock stands."""
    return open_desk(clock=StillClock(NOW), data=tmp_path)


def later(desk: Desk, minutes: float) -> Desk:
    return replace(desk, clock=StillClock(NOW + timedelta(minutes=minutes)))


def alert(key: str, level: str = "warn") -> Alert:
    return Alert(key, level, "Look at {name}.", facts={"name": key})  # type: ignore[arg-type]


def test_an_alert_is_sent_once_however_long_it_lasts(desk: Desk) -> None:
    pigeon = Pigeon()
    raise_alert(desk, alert("disk"))
    assert deliver(desk, [pigeon]) == 1
    raise_alert(later(desk, 15), alert("disk"))
    assert deliver(later(desk, 15), [pigeon]) == 0
    [message] = pigeon.got
    assert (message.subject, message.level) == ("vopt: Look at disk.", "warn")
    assert message.text.startswith("Look at disk. (since 20 Nov 2026 ")


def test_flapping_is_sent_once_and_a_new_one_anew(desk: Desk) -> None:
    pigeon = Pigeon()
    for begin, end in ((0, 5), (30, 35), (94, 95), (200, 201)):
        raise_alert(later(desk, begin), alert("disk"))
        deliver(later(desk, begin), [pigeon])
        end_alert(later(desk, end), "disk")
    assert [one.at for one in pigeon.got] == [NOW, NOW + timedelta(minutes=200)]


def test_many_at_once_are_one_message_and_the_worst_comes_first(desk: Desk) -> None:
    pigeon = Pigeon()
    for number in range(12):
        raise_alert(desk, alert(f"a{number}"))
    raise_alert(later(desk, 1), alert("worst", "bad"))
    deliver(later(desk, 1), [pigeon])
    [message] = pigeon.got
    assert (message.subject, message.level) == ("vopt: 13 things to know", "bad")
    assert message.text.startswith("Look at worst.")
    assert message.text.endswith("And 3 more: vopt shows them.")
    assert deliver(later(desk, 2), [pigeon]) == 0


def test_six_messages_an_hour_then_the_rest_in_one(desk: Desk) -> None:
    pigeon = Pigeon()
    for minute in range(10):
        raise_alert(later(desk, minute), alert(f"a{minute}"))
        deliver(later(desk, minute), [pigeon])
    assert len(pigeon.got) == 6
    assert deliver(later(desk, 60), [pigeon]) == 1
    assert (pigeon.got[-1].subject, len(pigeon.got)) == ("vopt: 4 things to know", 7)


def test_what_is_less_pressing_than_wanted_or_over_is_not_sent(desk: Desk) -> None:
    pigeon = Pigeon()
    for key, level in (("a", "info"), ("b", "warn"), ("c", "bad")):
        raise_alert(desk, alert(key, level))
    end_alert(desk, "b")
    deliver(desk, [pigeon])
    assert [one.subject for one in pigeon.got] == ["vopt: Look at c."]


def test_a_channel_that_fails_is_told_on_the_page_and_tried_later_and_later(desk: Desk) -> None:
    broken, pigeon = Pigeon("bb22", "broken", why="no connection"), Pigeon()
    raise_alert(desk, alert("disk"))
    tries = []
    for minute in range(0, 41, 5):
        before = alerts_of(desk)
        deliver(later(desk, minute), [broken, pigeon])
        tries += [minute] if alerts_of(desk) != before else []
    assert tries == [0, 5, 15, 35]
    assert [one.subject for one in pigeon.got] == ["vopt: Look at disk."]
    [told] = [one.alert for one in alerts_of(desk) if one.alert.key == "channel:bb22"]
    assert told.facts["channel"] == "broken"
    broken.why = ""
    deliver(later(desk, 90), [broken, pigeon])
    assert [one.subject for one in broken.got] == ["vopt: Look at disk."]
    assert [one.alert.key for one in alerts_of(desk) if one.ended_at is None] == ["disk"]


def test_of_a_channel_that_is_no_longer_set_nothing_is_told(desk: Desk) -> None:
    raise_alert(desk, alert("disk"))
    deliver(desk, [Pigeon("bb22", why="no connection"), Pigeon("bb33", why="no connection")])
    deliver(desk, [Pigeon("bb33", why="no connection")])
    assert {one.alert.key for one in alerts_of(desk) if one.ended_at is None} == {"disk", "channel:bb33"}


def test_killed_after_sending_it_is_sent_once_more_and_no_more(desk: Desk) -> None:
    pigeon = Pigeon(is_killed=True)
    raise_alert(desk, alert("disk"))
    with pytest.raises(KeyboardInterrupt):
        deliver(desk, [pigeon])
    pigeon.is_killed = False
    for minute in range(3):
        deliver(later(desk, minute), [pigeon])
    assert len(pigeon.got) == 2


def test_while_another_process_sends_nobody_else_does(desk: Desk) -> None:
    pigeon = Pigeon()
    raise_alert(desk, alert("disk"))
    with only_one(desk.paths.alerts_lock, "vopt alerts"):
        assert deliver(desk, [pigeon]) == 0
    assert pigeon.got == []


def test_a_clock_that_jumped_back_stops_no_message(desk: Desk) -> None:
    pigeon = Pigeon(why="no connection")
    raise_alert(desk, alert("disk"))
    deliver(desk, [pigeon])
    pigeon.why = ""
    assert deliver(later(desk, -3000), [pigeon]) == 1


def test_words_of_strangers_break_no_line_and_turn_no_writing_round(desk: Desk) -> None:
    pigeon = Pigeon()
    title = "a\r\nBcc: x@evil.example\r\n\r\n<b>\u202eb\u2028" + "x" * 5_000
    raise_alert(desk, Alert("x", "bad", "Look at {name}.", facts={"name": title}))
    deliver(desk, [pigeon])
    [message] = pigeon.got
    assert message.subject.startswith("vopt: Look at a Bcc: x@evil.example <b> b xxx")
    assert len(message.subject) <= 120
    assert (len(message.text.splitlines()), len(message.text)) == (1, 600)


def test_it_is_written_in_the_language_of_the_settings_else_of_the_owner(desk: Desk) -> None:
    pigeon, owner = Pigeon(), member_of(desk)
    people.give_language(desk, owner, owner.person_id, "it")
    raise_alert(desk, Alert("x", "bad", "Nothing has come in since {at}.", facts={"at": NOW}))
    deliver(desk, [pigeon])
    english = replace(desk, settings=desk.settings.model_copy(update={"language": "en"}))
    deliver(english, [two := Pigeon("cc33")])
    assert [one.subject.split("2026")[0] for one in (*pigeon.got, *two.got)] == [
        "vopt: Dal 20 nov ",
        "vopt: Nothing has come in since 20 Nov ",
    ]


def test_where_the_pages_have_an_address_it_leads_there(desk: Desk) -> None:
    told = desk.settings.model_copy(update={"public_address": "https://vopt.example.org"})
    raise_alert(desk, Alert("held_back", "warn", "Not published.", href="/quality"))
    deliver(replace(desk, settings=told), [pigeon := Pigeon()])
    assert pigeon.got[0].text.endswith("\n\nMore at https://vopt.example.org/quality")


def test_a_trial_goes_to_every_channel_and_tells_what_failed(desk: Desk) -> None:
    broken, pigeon = Pigeon("bb22", "broken", why="no answer in time"), Pigeon()
    tried = try_channels(desk, [broken, pigeon])
    assert [(one.channel, str(one.trouble or "")) for one in tried] == [
        ("broken", "Alerts do not reach broken: no answer in time. `vopt alerts test` tries again."),
        ("pigeon", ""),
    ]
    assert [one.subject for one in pigeon.got] == ["vopt: a trial"]
