"""This is where alerts are kept in the shop: raised, ended, put aside, and forgotten when they are old.

One that is raised while it is open is the same one. Whoever writes holds the database, so that two processes that raise
the same at once make one row.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from typing import Any, Final

from sqlalchemy import ColumnElement, case, delete, exists, func, or_, select
from sqlalchemy.orm import Session

from vopt_lib.schema.alert_facts import facts_from, plain_facts
from vopt_lib.schema.alerts import LEVELS, Alert, KnownAlert, Level
from vopt_lib.schema.own_shop import Member
from vopt_lib.shop.sight import alerts_of
from vopt_lib.shop.tables import Alert as AlertRow
from vopt_lib.shop.tables import AlertSeen

FLAPPING: Final = timedelta(hours=1)
"""What was over for less than that when it is raised again was not over: it is the same one, and is not sent again."""

KEPT_FOR: Final = timedelta(days=90)
"""So long one that is over is kept."""

SHOWN_FOR: Final = timedelta(days=7)
"""So long one that is over is shown beside those that last."""

CHANNEL: Final = "channel"

_SHOWN: Final = 100
_LONGEST_KEY: Final = 120


def raise_one(session: Session, household_id: int, alert: Alert, at: datetime) -> AlertRow:
    """Open it, or note that it was raised once more. Its newest words and facts are those that stay."""
    row, is_new = _opened(session, household_id, alert, at)
    row.times += 0 if is_new else 1
    return row


def keep_one(session: Session, household_id: int, alert: Alert, at: datetime) -> AlertRow:
    """Open it, or note that it still lasts."""
    return _opened(session, household_id, alert, at)[0]


def end_one(session: Session, household_id: int, key: str, at: datetime) -> bool:
    """It is over. Returns: whether there was one."""
    row = _open_of(session, household_id, key)
    if row is None:
        return False
    row.ended_at = max(at, row.begun_at)
    return True


def open_keys(session: Session, household_id: int) -> set[str]:
    """The keys of those that last."""
    lasting = (AlertRow.household_id == household_id, AlertRow.ended_at.is_(None))
    return set(session.scalars(select(AlertRow.key).where(*lasting)))


def is_any_old(session: Session, household_id: int, at: datetime) -> bool:
    """Whether one has been over for KEPT_FOR."""
    return session.scalar(select(AlertRow.id).where(*_old(household_id, at)).limit(1)) is not None


def forget_old(session: Session, household_id: int, at: datetime) -> None:
    """Remove those that have been over for KEPT_FOR."""
    old = delete(AlertRow).where(*_old(household_id, at))
    session.execute(old, execution_options={"synchronize_session": False})


def known_alerts(session: Session, member: Member, at: datetime) -> list[KnownAlert]:
    """What she may see: those that last, the worst and newest first, then those that were over lately."""
    is_shown = or_(AlertRow.ended_at.is_(None), AlertRow.ended_at > at - SHOWN_FOR)
    rows = session.scalars(
        alerts_of(member)
        .where(is_shown)
        .order_by(
            AlertRow.ended_at.is_not(None),
            case((AlertRow.ended_at.is_(None), _PRESSING), else_=0),
            func.coalesce(AlertRow.ended_at, AlertRow.begun_at).desc(),
            AlertRow.id.desc(),
        )
        .limit(_SHOWN)
    ).all()
    seen = set(session.scalars(select(AlertSeen.alert_id).where(AlertSeen.person_id == member.person_id)))
    return [_known(row, is_seen=row.id in seen) for row in rows]


def told_since(session: Session, household_id: int, keys: Iterable[str], at: datetime) -> list[KnownAlert]:
    """Those of these keys that lasted at this moment or later, over or not, whoever may see them; oldest first."""
    of_keys = (AlertRow.household_id == household_id, AlertRow.key.in_(list(keys)), AlertRow.last_at >= at)
    rows = session.scalars(select(AlertRow).where(*of_keys).order_by(AlertRow.begun_at, AlertRow.id))
    return [_known(row, is_seen=False) for row in rows]


def count_unseen(session: Session, member: Member) -> int:
    """How many of those that last she may see and has not put aside."""
    seen = exists().where(AlertSeen.alert_id == AlertRow.id, AlertSeen.person_id == member.person_id)
    asked = alerts_of(member).where(AlertRow.ended_at.is_(None), ~seen)
    return session.scalar(asked.with_only_columns(func.count(), maintain_column_froms=True)) or 0


def see(session: Session, member: Member, ids: Iterable[int], at: datetime) -> None:
    """Put these aside for her; those that she may not see, or has put aside before, are left as they are."""
    wanted = list(ids)
    seen = exists().where(AlertSeen.alert_id == AlertRow.id, AlertSeen.person_id == member.person_id)
    hers = alerts_of(member).where(AlertRow.id.in_(wanted[:_SHOWN]), ~seen).with_only_columns(AlertRow.id)
    for alert_id in session.scalars(hers).all():
        facts = {"alert_id": alert_id, "person_id": member.person_id, "seen_at": at}
        session.add(AlertSeen(household_id=member.household_id, **facts))


def unsent(session: Session, household_id: int, channel: str, level: Level) -> list[tuple[int, datetime, Alert]]:
    """Number, begin and alert of those that last, are as pressing as this or more, and were not sent there: the worst
    and oldest first. What is told of a channel itself is for the page only.
    """
    levels = LEVELS[LEVELS.index(level) :]
    lasting = (AlertRow.household_id == household_id, AlertRow.ended_at.is_(None), AlertRow.level.in_(levels))
    asked = select(AlertRow).where(*lasting, AlertRow.key.not_like(f"{CHANNEL}:%"))
    rows = session.scalars(asked.order_by(_PRESSING, AlertRow.begun_at, AlertRow.id))
    return [(row.id, row.begun_at, alert_of(row)) for row in rows if channel not in row.sent]


def messages_between(session: Session, household_id: int, channel: str, *, since: datetime, until: datetime) -> int:
    """How many messages went there in this time: what left at one moment was one."""
    told = (AlertRow.household_id == household_id, AlertRow.told_at > since)
    sent = session.scalars(select(AlertRow.sent).where(*told))
    moments = {datetime.fromisoformat(one[channel]) for one in sent if channel in one}
    return sum(since < moment <= until for moment in moments)


def note_sent(session: Session, ids: Sequence[int], channel: str, at: datetime) -> None:
    """These were sent there."""
    for row in session.scalars(select(AlertRow).where(AlertRow.id.in_(ids))):
        row.sent = {**row.sent, channel: at.isoformat()}
        row.told_at = at


def last_failure(session: Session, household_id: int, channel: str) -> tuple[int, datetime] | None:
    """How often in a row nothing could be sent there, and when last; None: it works as far as is known."""
    row = _open_of(session, household_id, channel_key(channel))
    return (row.times, row.last_at) if row else None


def channel_key(channel: str) -> str:
    """The key of the alert that nothing reaches this channel."""
    return f"{CHANNEL}:{channel}"


def alert_of(row: AlertRow) -> Alert:
    """The alert that a row keeps."""
    return Alert(
        row.key,
        level_of(row.level),
        row.text,
        row.next_step,
        facts=facts_from(row.facts),
        href=row.href,
        for_admins=row.for_admins,
    )


def level_of(name: str) -> Level:
    """The level of this name."""
    return next(level for level in LEVELS if level == name)


_PRESSING: Final = case({level: place for place, level in enumerate(reversed(LEVELS))}, value=AlertRow.level)


def _known(row: AlertRow, *, is_seen: bool) -> KnownAlert:
    return KnownAlert(
        row.id, alert_of(row), row.begun_at, row.last_at, times=row.times, ended_at=row.ended_at, is_seen=is_seen
    )


def _opened(session: Session, household_id: int, alert: Alert, at: datetime) -> tuple[AlertRow, bool]:
    """The open row of this alert, as it is told now, and whether it is a new one."""
    row = _open_of(session, household_id, alert.key) or _flapping(session, household_id, alert.key, at)
    is_new = row is None
    if row is None:
        row = AlertRow(household_id=household_id, key=alert.key[:_LONGEST_KEY], begun_at=at, times=1, sent={})
        session.add(row)
    for name, value in _told(alert).items():
        setattr(row, name, value)
    row.last_at, row.ended_at = at, None
    session.flush()
    return row, is_new


def _told(alert: Alert) -> dict[str, Any]:
    return {
        "level": alert.level,
        "text": alert.text,
        "next_step": alert.next_step,
        "facts": plain_facts(alert.facts),
        "href": alert.href,
        "for_admins": alert.for_admins,
    }


def _old(household_id: int, at: datetime) -> tuple[ColumnElement[bool], ...]:
    return AlertRow.household_id == household_id, AlertRow.ended_at < at - KEPT_FOR


def _open_of(session: Session, household_id: int, key: str) -> AlertRow | None:
    return next(iter(_of_key(session, household_id, key, AlertRow.ended_at.is_(None))), None)


def _flapping(session: Session, household_id: int, key: str, at: datetime) -> AlertRow | None:
    return next(iter(_of_key(session, household_id, key, AlertRow.ended_at > at - FLAPPING)), None)


def _of_key(session: Session, household_id: int, key: str, condition: Any) -> Sequence[AlertRow]:
    of_key = (AlertRow.household_id == household_id, AlertRow.key == key[:_LONGEST_KEY], condition)
    return session.scalars(select(AlertRow).where(*of_key).order_by(AlertRow.ended_at.desc()).limit(1)).all()
