"""This is where alerts leave the house: each once to every channel, many of a moment in one message.

What was sent is noted after it was sent: killed between the two, it is sent once more. A channel that fails is tried
again later and later, and is itself told on the page. What is over before it could be sent is not sent any more.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from vopt_lib.desk.alert_channels import Channel, channels_of
from vopt_lib.desk.alert_message import Message, message_of, trial_message
from vopt_lib.desk.alerts import end_alert, raise_alert
from vopt_lib.desk.instance import Desk
from vopt_lib.desk.shop.opening import author_of, member_of, shop_of
from vopt_lib.desk.shop.people import person_with
from vopt_lib.errors import AlertNotSent, AlreadyRunning
from vopt_lib.files import only_one
from vopt_lib.schema.alerts import Alert
from vopt_lib.shop import alerts as room
from vopt_lib.shop.founding import HOUSEHOLD
from vopt_lib.words import Words

MESSAGES_AN_HOUR: Final = 6
HOUR: Final = timedelta(hours=1)
FIRST_WAIT: Final = timedelta(minutes=5)
LONGEST_WAIT: Final = timedelta(hours=6)


@dataclass(frozen=True)
class Tried:
    """What became of a trial. trouble: why nothing arrived; None: it did."""

    channel: str
    trouble: AlertNotSent | None


def deliver(desk: Desk, channels: Sequence[Channel] | None = None) -> int:
    """Send what was not sent yet, to every channel of the settings, and forget alerts that are long over.

    Returns: messages that left; 0 also where another process is at it. Raises: ShopError.
    """
    known = channels_of(desk.settings) if channels is None else channels
    try:
        with only_one(desk.paths.alerts_lock, "vopt alerts"):
            _forget_old(desk)
            _forget_channels(desk, known)
            return sum(_deliver_to(desk, channel) for channel in known)
    except AlreadyRunning:
        return 0


def try_channels(desk: Desk, channels: Sequence[Channel] | None = None) -> list[Tried]:
    """Send a trial to every channel, whatever was sent before. Raises: ShopError."""
    words, at = words_of_owner(desk), desk.clock.now()
    known = channels_of(desk.settings) if channels is None else channels
    return [Tried(one.name, _sent(desk, one, trial_message(words, at))) for one in known]


def words_of_owner(desk: Desk) -> Words:
    """In what is sent to nobody in particular: the language of the settings, else the owner's, else English."""
    owner = member_of(desk)
    return Words(desk.settings.language or person_with(desk, owner, owner.person_id).language or "en")


def _deliver_to(desk: Desk, channel: Channel) -> bool:
    """Send her what is due there. Returns: whether a message left."""
    now = desk.clock.now()
    with shop_of(desk).reading() as session:
        due = room.unsent(session, HOUSEHOLD, channel.id, desk.settings.alert_level)
        is_enough = (
            room.messages_between(session, HOUSEHOLD, channel.id, since=now - HOUR, until=now) >= MESSAGES_AN_HOUR
        )
        failed = room.last_failure(session, HOUSEHOLD, channel.id)
    if not due or is_enough or (failed and not _is_time(now, *failed)):
        return False
    words = words_of_owner(desk)
    told = [(begun_at, alert) for _, begun_at, alert in due]
    if _sent(desk, channel, message_of(told, words, now, pages=desk.settings.public_address)):
        return False
    with shop_of(desk).writing(author_of(desk, None, "send alerts")) as session:
        room.note_sent(session, [number for number, _, _ in due], channel.id, now)
    return True


def _sent(desk: Desk, channel: Channel, message: Message) -> AlertNotSent | None:
    """Send it, and let it be known whether the channel works. Returns: why it did not."""
    try:
        channel.send(message)
    except AlertNotSent as error:
        raise_alert(desk, Alert(room.channel_key(channel.id), "warn", AlertNotSent.message, facts=error.facts))
        return error
    end_alert(desk, room.channel_key(channel.id))
    return None


def _is_time(now: datetime, times: int, last_at: datetime) -> bool:
    """Whether a channel that failed so often in a row, last then, is tried again."""
    wait = min(FIRST_WAIT * 2 ** min(times - 1, 10), LONGEST_WAIT)
    return not timedelta() <= now - last_at < wait


def _forget_channels(desk: Desk, known: Sequence[Channel]) -> None:
    """What was told of a channel that is no longer set is over."""
    wanted = {room.channel_key(one.id) for one in known}
    with shop_of(desk).reading() as session:
        told = {key for key in room.open_keys(session, HOUSEHOLD) if key.startswith(room.channel_key(""))}
    for key in told - wanted:
        end_alert(desk, key)


def _forget_old(desk: Desk) -> None:
    """Nothing is written where nothing is old."""
    with shop_of(desk).reading() as session:
        if not room.is_any_old(session, HOUSEHOLD, desk.clock.now()):
            return
    with shop_of(desk).writing(author_of(desk, None, "forget alerts")) as session:
        room.forget_old(session, HOUSEHOLD, desk.clock.now())
