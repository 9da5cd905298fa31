"""This is where what she decides on something doubtful becomes one more fact, and can be taken back.

So a decision counts like all else that was told: it stays when the same files are taken in again.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Select, delete, func, select
from sqlalchemy.orm import Session

from vopt_lib.errors import NoSuchChoice, UnknownReview
from vopt_lib.schema.own_imports import ReviewChoice, WaitingReview
from vopt_lib.schema.own_records import OwnListing
from vopt_lib.schema.own_shop import Member
from vopt_lib.schema.vinted_terms import folded
from vopt_lib.shop.accounts import currency_of
from vopt_lib.shop.imported import other_people
from vopt_lib.shop.tables import ChannelAccount, Evidence, Import, Listing, Review
from vopt_lib.shop.taking_in.by_hand import written_listing
from vopt_lib.shop.taking_in.doubts import DoubtReason, Told
from vopt_lib.shop.taking_in.facts import HERSELF, Fact, FactKind, Origin, digest, stamp
from vopt_lib.shop.taking_in.settling import STATUSES, Scene, settle
from vopt_lib.shop.taking_in.telling import listing_fact, listing_key, plain_fact
from vopt_lib.shop.taking_in.threads import remember


def reviews_of(member: Member) -> Select[Review]:
    """The questions that are hers to answer: those of her own files; an admin's are all of the household's."""
    query = select(Review).join(Import, Import.id == Review.import_id)
    query = query.where(Review.household_id == member.household_id)
    return query if member.is_admin else query.where(Import.person_id == member.person_id)


def review(session: Session, member: Member, review_id: int) -> Review:
    """One of her questions. Raises: UnknownReview."""
    found = session.scalars(reviews_of(member).where(Review.id == review_id)).first()
    if found is None:
        raise UnknownReview
    return found


def count(session: Session, member: Member) -> int:
    """How many of her questions are open."""
    rows = reviews_of(member).where(Review.decision.is_(None)).subquery()
    return session.scalar(select(func.count()).select_from(rows)) or 0


def waiting(session: Session, member: Member, *, limit: int) -> list[WaitingReview]:
    """The first questions that are open."""
    first = reviews_of(member).where(Review.decision.is_(None)).order_by(Review.id)
    return _told(session, member, session.scalars(first.limit(limit)).all())


def decided(session: Session, member: Member, *, limit: int) -> list[WaitingReview]:
    """The questions answered last."""
    newest = reviews_of(member).where(Review.decision.is_not(None)).order_by(Review.decided_at.desc(), Review.id.desc())
    return _told(session, member, session.scalars(newest.limit(limit)).all())


def _told(session: Session, member: Member, rows: Sequence[Review]) -> list[WaitingReview]:
    files = session.scalars(select(Import).where(Import.id.in_({row.import_id for row in rows})))
    by_id, whose = {file.id: file for file in files}, other_people(session, member)
    return [
        WaitingReview(
            row.id,
            row.reason,
            by_id[row.import_id].file_name,
            row.facts["told"],
            tuple(ReviewChoice(**choice) for choice in row.facts["choices"]),
            row.decision,
            row.decided_at,
            whose.get(by_id[row.import_id].person_id),
        )
        for row in rows
    ]


def decide(session: Session, review: Review, decision: str, target: str, *, at: datetime) -> None:
    """Do as she decided. target: of a choice that has several; "listing:ID", any listing of hers where it has none.

    Raises: NoSuchChoice; UnknownReview, when it is decided already.
    """
    if review.decision is not None:
        raise UnknownReview
    choices = [choice for choice in review.facts["choices"] if choice["decision"] == decision]
    if not choices or (choices[0]["target"] and target not in {choice["target"] for choice in choices}):
        known = ", ".join(dict.fromkeys(choice["decision"] for choice in review.facts["choices"]))
        raise NoSuchChoice(decision=decision, known=known)
    scene = _scene(session, review, at)
    if decision == "link" and not choices[0]["target"]:
        target = _key_of_listing(scene, target)
    review.decision, review.decided_at = decision, at
    settle(scene, _act(scene, review, choices[0]["told"], target))
    if review.facts["told"].get("text"):
        # A stranger's words are kept only as long as somebody has to read them.
        review.facts = {**review.facts, "told": {**review.facts["told"], "text": ""}}


def take_back(session: Session, review: Review, *, at: datetime) -> None:
    """Undo a decision: it waits again. Raises: UnknownReview, when it waits already."""
    if review.decision is None:
        raise UnknownReview
    scene = _scene(session, review, at)
    decision, review.decision, review.decided_at = review.decision, None, None
    session.flush()
    settle(scene, _undo(scene, review, decision))


def _scene(session: Session, review: Review, at: datetime) -> Scene:
    account = session.get_one(ChannelAccount, review.facts["account"], with_for_update=True)
    return Scene(session, account, review.import_id, currency_of(account), at)


def _act(scene: Scene, review: Review, told: dict[str, Any], target: str) -> set[str]:
    """What follows from a decision. Returns the threads that it touches."""
    match review.decision:
        case str(state) if review.reason == DoubtReason.STATUS:
            return _take_for(scene, review.facts["told"]["status"], state)
        case "believe":
            _forget(scene, review.facts["about"])
            fact = plain_fact(told)
            return remember(scene.session, scene.account, [fact]) | _threads(scene, [fact.key])
        case "new":
            fact = listing_fact(_origin(scene, review), OwnListing(**told, external_id=None))
            _forget(scene, fact.key)
            return remember(scene.session, scene.account, [fact]) | _threads(scene, [fact.key])
        case str(decision) if review.facts["fact"] and review.reason in set(DoubtReason):
            return _say(scene, review.facts["about"], Told(decision, target), review.facts["fact"])
        case _:
            return set()


def _undo(scene: Scene, review: Review, decision: str) -> set[str]:
    if review.reason == DoubtReason.STATUS:
        return _take_for(scene, review.facts["told"]["status"], None)
    if decision in ("believe", "new"):
        told = next(choice["told"] for choice in review.facts["choices"] if choice["decision"] == decision)
        key = told["key"] if decision == "believe" else listing_key(OwnListing(**told, external_id=None))
        return _say(scene, key, Told("ignore"), key)
    return _forget(scene, review.facts["about"])


def _say(scene: Scene, about: str, told: Told, fact: str) -> set[str]:
    """Keep a decision as a fact, in the thread of the fact that it comes from."""
    _forget(scene, about)
    facts = {"about": about, "decision": told.decision, "target": told.target}
    anchors = sorted(_threads(scene, [fact, told.target]))
    said = Fact(FactKind.DECIDED, digest("decided", about), tuple(anchors), facts, HERSELF)
    return remember(scene.session, scene.account, [said])


def _forget(scene: Scene, about: str) -> set[str]:
    """Take a decision away. Returns its thread."""
    key = digest("decided", about)
    threads = _threads(scene, [key])
    mine = (Evidence.account_id == scene.account.id, Evidence.key == key)
    scene.session.execute(delete(Evidence).where(*mine).execution_options(synchronize_session="fetch"))
    return threads


def _threads(scene: Scene, keys: Sequence[str]) -> set[str]:
    """The threads of facts; a deal is known by the identity of a row of several archives, too."""
    query = select(Evidence.thread).where(Evidence.account_id == scene.account.id, Evidence.key.in_(keys))
    return set(scene.session.scalars(query))


def _take_for(scene: Scene, status: str, state: str | None) -> set[str]:
    """Let words on orders mean this from now on; None: nothing."""
    means = dict(scene.account.settings.get(STATUSES, {}))
    means.pop(status, None)
    if state is not None:
        means[status] = state
    scene.account.settings = {**scene.account.settings, STATUSES: means}
    rows = select(Evidence).where(Evidence.account_id == scene.account.id, Evidence.kind == FactKind.ORDER)
    return {row.thread for row in scene.session.scalars(rows) if folded(row.facts.get("status", "")) == status}


def _key_of_listing(scene: Scene, target: str) -> str:
    """The key of the fact that tells of one of her listings. Raises: NoSuchChoice."""
    number = target.removeprefix("listing:")
    listing = scene.session.get(Listing, int(number)) if number.isdecimal() else None
    if listing is not None and listing.account_id == scene.account.id:
        mine = select(Evidence).where(Evidence.account_id == scene.account.id, Evidence.kind == FactKind.LISTING)
        row = scene.session.scalars(mine.where(Evidence.facts["row"].as_integer() == listing.id)).first()
        if row is not None:
            return row.key
        if listing.external_id is None:
            hers = written_listing(listing)
            remember(scene.session, scene.account, [hers])
            return hers.key
    raise NoSuchChoice(decision=target, known="listing:ID")


def _origin(scene: Scene, review: Review) -> Origin:
    file = scene.session.get_one(Import, review.import_id)
    return Origin(file.kind, stamp(file.begun_at, file.file_sha256), scene.currency, scene.account.name, b"")
