"""This is where what is doubtful is put before her, once, and taken away again where it has become clear."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import asdict
from typing import TYPE_CHECKING

from sqlalchemy import select

from vopt_lib.shop.tables import ChannelAccount, Review
from vopt_lib.shop.taking_in.doubts import Doubt
from vopt_lib.shop.taking_in.facts import digest
from vopt_lib.shop.taking_in.threads import chosen

if TYPE_CHECKING:
    from vopt_lib.shop.taking_in.settling import Scene


def write_doubts(scene: Scene, doubts: Sequence[Doubt], facts: Iterable[str]) -> None:
    """Bring the reviews that come from these facts (their keys) to the doubts that there are now."""
    wanted = {key_of(scene.account, doubt): doubt for doubt in doubts}
    mine = select(Review).where(Review.household_id == scene.account.household_id)
    known = {row.key: row for row in chosen(scene.session, mine, Review.key, wanted)}
    waiting = mine.where(Review.decision.is_(None))
    for row in list(chosen(scene.session, waiting, Review.facts["fact"].as_string(), facts)):
        if row.facts["account"] == scene.account.id and row.key not in wanted:
            scene.session.delete(row)
    for key, doubt in wanted.items():
        told = facts_of(scene.account, doubt)
        if key not in known:
            scene.counts["reviews_new"] += 1
            house = scene.account.household_id
            new = Review(household_id=house, import_id=scene.import_id, key=key, reason=doubt.reason, facts=told)
            scene.session.add(new)
        elif known[key].decision is None and known[key].facts != told:
            known[key].facts = told


def facts_of(account: ChannelAccount, doubt: Doubt) -> dict[str, object]:
    """What a review keeps of a doubt."""
    return {
        "account": account.id,
        "about": doubt.about,
        "fact": doubt.fact,
        "told": doubt.facts,
        "choices": [asdict(choice) for choice in doubt.choices],
    }


def key_of(account: ChannelAccount, doubt: Doubt) -> str:
    """The key of its review: the same doubt on two accounts is two."""
    return digest(account.id, doubt.key)
