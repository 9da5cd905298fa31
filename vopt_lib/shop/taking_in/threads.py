"""This is where facts are kept, each once, and where those that may hang together get one thread.

A thread is named after the smallest anchor in it, so it has the same name in whatever order its facts came.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final, TypeVar

from sqlalchemy import Select, insert, select, update
from sqlalchemy.orm import Session

from vopt_lib.shop.tables import ChannelAccount, Evidence
from vopt_lib.shop.taking_in.facts import Fact, FactKind
from vopt_lib.shop.taking_in.things import merged

AT_ONCE: Final = 400
"""Values that one question to the database names."""

Row = TypeVar("Row")


@dataclass
class Known:
    """What the shop already knows of the facts of a batch. threads: {anchor: its thread}."""

    rows: dict[str, Evidence]
    threads: dict[str, str]
    joined: dict[str, str] = field(default_factory=dict)

    def thread(self, name: str) -> str:
        """The thread that one of this name is part of now."""
        while name in self.joined:
            name = self.joined[name]
        return name

    def join(self, names: Iterable[str]) -> str:
        """One thread of several."""
        several = {self.thread(name) for name in names}
        smallest = min(several)
        self.joined |= dict.fromkeys(several - {smallest}, smallest)
        return smallest


def remember(session: Session, account: ChannelAccount, facts: Sequence[Fact]) -> set[str]:
    """Keep these facts. Returns the threads in which something is new."""
    known = _known(session, account, facts)
    new_anchors = {anchor for fact in facts for anchor in fact.anchors} - known.threads.keys()
    known.threads |= {anchor: anchor for anchor in new_anchors}
    touched: set[str] = set()
    new: dict[str, dict[str, Any]] = {}
    for fact in facts:
        row = known.rows.get(fact.key)
        names = [known.threads[anchor] for anchor in fact.anchors]
        thread = known.join([*names, row.thread] if row else names)
        if row is None:
            earlier = new.get(fact.key)
            new[fact.key] = _row(account, fact, thread, earlier)
            touched.add(thread)
        elif fact.kind is FactKind.LISTING and (told := merged(row.facts, fact.facts)) != row.facts:
            row.facts = told
            touched.add(thread)
    _join(session, account, known)
    marks = (Fact(FactKind.ANCHOR, anchor, (), {}, "") for anchor in sorted(new_anchors))
    _add(session, known, [*(_row(account, mark, mark.key, None) for mark in marks), *new.values()])
    return {known.thread(name) for name in touched}


def _known(session: Session, account: ChannelAccount, facts: Sequence[Fact]) -> Known:
    keys = {fact.key for fact in facts} | {anchor for fact in facts for anchor in fact.anchors}
    mine = select(Evidence).where(Evidence.account_id == account.id)
    rows = {row.key: row for row in chosen(session, mine, Evidence.key, keys)}
    anchors = {key: row.thread for key, row in rows.items() if row.kind == FactKind.ANCHOR}
    return Known({key: row for key, row in rows.items() if key not in anchors}, anchors)


def _row(account: ChannelAccount, fact: Fact, thread: str, earlier: Mapping[str, Any] | None) -> dict[str, Any]:
    facts = fact.facts
    if earlier and fact.kind is FactKind.LISTING:
        facts = merged(earlier["facts"], facts)
    return {
        "household_id": account.household_id,
        "account_id": account.id,
        "key": fact.key,
        "kind": str(fact.kind),
        "thread": thread,
        "source": fact.source,
        "at": fact.at,
        "facts": facts,
    }


def _join(session: Session, account: ChannelAccount, known: Known) -> None:
    """Give the facts of threads that became one its name."""
    session.flush()
    for name in known.joined:
        session.execute(
            update(Evidence)
            .where(Evidence.account_id == account.id, Evidence.thread == name)
            .values(thread=known.thread(name))
            .execution_options(synchronize_session=False)
        )


def _add(session: Session, known: Known, rows: Sequence[dict[str, Any]]) -> None:
    for row in rows:
        row["thread"] = known.thread(row["thread"])
    if rows:
        session.execute(insert(Evidence), rows)


def facts_of(session: Session, account: ChannelAccount, threads: Iterable[str]) -> dict[str, list[Evidence]]:
    """{thread: all that was told in it}."""
    mine = select(Evidence).where(Evidence.account_id == account.id, Evidence.kind != FactKind.ANCHOR)
    mine = mine.execution_options(populate_existing=True)
    found: dict[str, list[Evidence]] = {}
    for row in chosen(session, mine, Evidence.thread, threads):
        found.setdefault(row.thread, []).append(row)
    return found


def as_fact(row: Evidence) -> Fact:
    """A fact again."""
    return Fact(FactKind(row.kind), row.key, (), row.facts, row.source, row.at)


def chosen(session: Session, query: Select[Row], column: Any, values: Iterable[Any]) -> Iterator[Row]:
    """The rows of a query whose column is one of these values, however many these are."""
    for some in pieces(sorted(values)):
        yield from session.scalars(query.where(column.in_(some)))


def pieces(values: Sequence[Any]) -> Iterator[Sequence[Any]]:
    """The values, as many at a time as one question names."""
    return (values[start : start + AT_ONCE] for start in range(0, len(values), AT_ONCE))
