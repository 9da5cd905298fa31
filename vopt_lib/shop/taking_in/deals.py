"""This is where facts about sales and purchases are put together: which of them are about the same one.

The transaction's number is sure. A fact without one belongs to the only sale that it fits by title, stranger, price and
time; where several fit it waits for her, and nothing is booked on it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cached_property
from typing import Any, Final

from vopt_lib.shop.taking_in.doubts import Choice, Doubt, DoubtReason, Told
from vopt_lib.shop.taking_in.facts import Fact, FactKind, bundle_key, title_key

_HOURS: Final = timedelta(hours=2)
_DAY: Final = timedelta(days=1)

WITHIN: Final[Mapping[FactKind, tuple[timedelta, timedelta]]] = {
    FactKind.SOLD: (_HOURS, _HOURS),
    FactKind.PURCHASE: (_DAY, _HOURS),
    FactKind.ORDER: (_DAY, _DAY),
    FactKind.LABEL: (14 * _DAY, _HOURS),
    FactKind.SENT: (21 * _DAY, _HOURS),
    FactKind.COMPLETED: (60 * _DAY, _HOURS),
    FactKind.BOOKED: (60 * _DAY, 2 * _DAY),
}
"""How long before a fact, and after it, the sale was. Vinted gives 5 working days to send and cancels what arrives
nowhere; a table often says only the day."""

JOIN_IN_TURN: Final = (
    *(FactKind.SOLD, FactKind.LABEL, FactKind.SENT),
    *(FactKind.PURCHASE, FactKind.ORDER, FactKind.BOOKED),
)
"""Facts without a number, in the order in which they look for the sale that they are about."""

SEVERAL: Final = frozenset({FactKind.LABEL, FactKind.SENT})
"""Facts of which one sale may have several: a label that is sent again."""

Fits = Callable[["Deal", "Deal"], bool]


@dataclass(frozen=True)
class Deal:
    """One sale or purchase, by all that was told of it."""

    facts: tuple[Fact, ...]

    @cached_property
    def keys(self) -> frozenset[str]:
        """The keys of its facts."""
        return frozenset(fact.key for fact in self.facts)

    @property
    def key(self) -> str:
        """What it is known by: its first fact."""
        return self.facts[0].key

    @property
    def about(self) -> str:
        """What is decided on it is decided on this."""
        return self.facts[0].about

    @cached_property
    def abouts(self) -> frozenset[str]:
        """What may have been decided on it."""
        return frozenset(fact.about for fact in self.facts)

    @cached_property
    def kinds(self) -> frozenset[FactKind]:
        """What was told of it."""
        return frozenset(fact.kind for fact in self.facts)

    def first(self, name: str, *kinds: FactKind) -> Any:
        """What the earliest fact (of these kinds) says that says it; None: none does."""
        return next(iter(self.every(name, *kinds)), None)

    def last(self, name: str, *kinds: FactKind) -> Any:
        """What the latest one says."""
        return next(reversed(self.every(name, *kinds)), None)

    def every(self, name: str, *kinds: FactKind) -> list[Any]:
        """What all of them say."""
        told = (fact for fact in self.facts if not kinds or fact.kind in kinds)
        return [fact.facts[name] for fact in told if fact.facts.get(name) is not None]

    @cached_property
    def titles(self) -> frozenset[str]:
        """What it is called; a bundle also is so many things of one buyer."""
        bundles = (bundle_key(fact.facts) for fact in self.facts)
        return frozenset([*map(title_key, self.every("title")), *filter(None, bundles)])

    @cached_property
    def since(self) -> datetime | None:
        """The earliest moment at which it can have been agreed; None: nothing says when."""
        return max((fact.at - WITHIN[fact.kind][0] for fact in self.facts if fact.at), default=None)

    @cached_property
    def until(self) -> datetime | None:
        """The latest one."""
        return min((fact.at + WITHIN[fact.kind][1] for fact in self.facts if fact.at), default=None)

    @property
    def order(self) -> tuple[str, str]:
        """Earlier ones first."""
        return (self.until.isoformat() if self.until else "", self.key)

    def with_(self, other: Deal) -> Deal:
        """Both together."""
        return _deal((*self.facts, *other.facts))


def _deal(facts: Iterable[Fact]) -> Deal:
    return Deal(tuple(sorted(facts, key=lambda fact: (fact.at is None, fact.at, fact.kind, fact.key))))


def deals(facts: Iterable[Fact], decided: Mapping[str, Told]) -> tuple[list[Deal], list[Doubt]]:
    """The sales and purchases of a thread, and what only a person can say of them."""
    known = [_as_decided(fact, decided) for fact in facts if not _is_ignored(fact, decided)]
    doubts = [doubt for fact in known if (doubt := _doubt_of(fact))]
    doubtful = {doubt.about for doubt in doubts}
    waiting: dict[FactKind, list[Deal]] = {}
    found: list[Deal] = []
    for deal in _alike([fact for fact in known if fact.about not in doubtful]):
        numbered = deal.first("number") is not None
        (found if numbered else waiting.setdefault(deal.facts[0].kind, [])).append(deal)
    for kind in JOIN_IN_TURN:
        found, unsure = _joined(kind, waiting.pop(kind, []), found, decided)
        doubts += unsure
    found += [deal for rest in waiting.values() for deal in rest]
    return sorted(found, key=lambda deal: deal.order), doubts


def _as_decided(fact: Fact, decided: Mapping[str, Told]) -> Fact:
    told = decided.get(fact.about)
    return fact.telling(side=told.decision) if told and told.decision in ("sale", "purchase") else fact


def _is_ignored(fact: Fact, decided: Mapping[str, Told]) -> bool:
    told = decided.get(fact.about)
    return told is not None and told.decision == "ignore"


def _doubt_of(fact: Fact) -> Doubt | None:
    """What is missing in a fact so that it says nothing."""
    if fact.at is None and fact.facts.get("number") is None:
        return Doubt(DoubtReason.NO_TIME, fact.about, shown(fact), (Choice("ignore"),), fact.key)
    if fact.kind is FactKind.ORDER and fact.facts.get("side") is None:
        choices = (Choice("sale"), Choice("purchase"), Choice("ignore"))
        return Doubt(DoubtReason.SIDE, fact.about, shown(fact), choices, fact.key)
    return None


def _alike(facts: Sequence[Fact]) -> list[Deal]:
    """Facts that are surely about the same: of the same number, or the same row told by several files."""
    groups: dict[str, list[Fact]] = {}
    for fact in facts:
        number = fact.facts.get("number")
        groups.setdefault(f"#{number}" if number else fact.about, []).append(fact)
    return sorted((_deal(group) for group in groups.values()), key=lambda deal: deal.order)


def _joined(
    kind: FactKind, loose: Sequence[Deal], found: Sequence[Deal], decided: Mapping[str, Told]
) -> tuple[list[Deal], list[Doubt]]:
    """Loose facts of one kind, each joined to the deal that it is about; one that fits none is a deal of its own."""
    whole = {deal.key: deal for deal in found}
    chosen = {deal.key: _chosen(deal, found, decided) for deal in loose}
    closed = {deal.key for deal in found if kind in deal.kinds} | set(chosen.values())
    open_to = {deal.key: deal for deal in found if deal.key not in closed or kind in SEVERAL}
    free = [deal for deal in loose if chosen[deal.key] is None]
    pairs, unsure = _matched(free, list(open_to.values()))
    if kind in SEVERAL:
        pairs |= {key: keys[0] for key, keys in unsure.items() if len(keys) == 1}
    doubts = []
    for deal in loose:
        target = chosen[deal.key] if chosen[deal.key] is not None else pairs.get(deal.key, "")
        if target:
            whole[target] = whole[target].with_(deal)
        elif deal.key in unsure:
            doubts.append(_which_sale(deal, [open_to[key] for key in unsure[deal.key]]))
        else:
            whole[deal.key] = deal
    return list(whole.values()), doubts


def _chosen(deal: Deal, found: Sequence[Deal], decided: Mapping[str, Told]) -> str | None:
    """The deal that she said a fact is about; "": one of its own; None: she said nothing."""
    told = next((decided[key] for key in sorted(deal.abouts & decided.keys()) if decided[key].decision in _SAID), None)
    if told is None:
        return None
    return next((other.key for other in found if told.target in other.abouts), "")


_SAID: Final = frozenset({"that", "own"})


def _matched(loose: Sequence[Deal], found: Sequence[Deal]) -> tuple[dict[str, str], dict[str, list[str]]]:
    """{loose: the one found that it is about}, and {loose: those it may be about}.

    A pair is sure where the one found has no other to choose from, and nobody else wants that one.
    """
    may = {deal.key: [one.key for one in loose if _fits(one, deal)] for deal in found}
    may = {key: wanted for key, wanted in may.items() if wanted}
    pairs: dict[str, str] = {}
    while sure := _undisputed(may):
        pairs |= sure
        may = {
            key: [one for one in wanted if one not in sure] for key, wanted in may.items() if key not in sure.values()
        }
    unsure: dict[str, list[str]] = {}
    for key, wanted in may.items():
        for one in wanted:
            unsure.setdefault(one, []).append(key)
    return pairs, unsure


def _undisputed(may: Mapping[str, Sequence[str]]) -> dict[str, str]:
    wanted_by: dict[str, list[str]] = {}
    for key, wanted in may.items():
        if len(wanted) == 1:
            wanted_by.setdefault(wanted[0], []).append(key)
    return {one: keys[0] for one, keys in wanted_by.items() if len(keys) == 1}


def _fits(one: Deal, other: Deal) -> bool:
    """Whether two may be the same: a title in common, nothing that contradicts, and a moment at which both can be."""
    if one.titles.isdisjoint(other.titles):
        return False
    for name in ("side", "stranger", "price"):
        if not _agree(one.first(name), other.first(name)):
            return False
    if one.since is None or one.until is None or other.since is None or other.until is None:
        return False
    return one.since <= other.until and other.since <= one.until


def _agree(one: Any, other: Any) -> bool:
    return one is None or other is None or one == other


def _which_sale(deal: Deal, may_be: Sequence[Deal]) -> Doubt:
    choices = [Choice("that", other.about, shown(other.facts[0])) for other in may_be]
    told = shown(deal.facts[0])
    return Doubt(DoubtReason.WHICH_SALE, deal.about, told, (*choices, Choice("own"), Choice("ignore")), deal.key)


def shown(fact: Fact) -> dict[str, Any]:
    """What she sees of a fact."""
    names = ("title", "number", "price", "total", "received", "currency", "status")
    told = {name: fact.facts[name] for name in names if name in fact.facts}
    return {**told, "kind": str(fact.kind), "at": fact.at.isoformat() if fact.at else None}
