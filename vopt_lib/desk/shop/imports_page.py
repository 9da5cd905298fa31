"""This is where the page of imports gets what it tells, and where what is pressed on it is done."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Final

from vopt_lib.desk.instance import Desk
from vopt_lib.desk.shop.import_told import counted, told
from vopt_lib.desk.shop.importing import Options, Progress
from vopt_lib.desk.shop.opening import shop_of
from vopt_lib.desk.shop.reviews import (
    CHOICES,
    REASONS,
    decide,
    decided_reviews,
    take_back,
    waiting_count,
    waiting_reviews,
)
from vopt_lib.desk.shop.tables import look_at
from vopt_lib.desk.shop.taking import FileKind, import_file, kind_of
from vopt_lib.desk.shop.uploads import claim, let_go
from vopt_lib.errors import AccountMissing, AccountUnclear, TitleMissing, VoptError
from vopt_lib.schema.imports_page import Chosen, Earlier, ImportsPage, LookedInto, Question, TableSeen
from vopt_lib.schema.own_imports import PastImport, ReviewChoice, WaitingReview
from vopt_lib.schema.own_shop import Member
from vopt_lib.schema.own_tables import FIELDS
from vopt_lib.schema.searches import Act, Told
from vopt_lib.shop.accounts import own_accounts, stands_in
from vopt_lib.shop.imported import newest_listings, past_imports
from vopt_lib.words import N_, Words

SHOWN: Final = 10
"""Questions at once; more come when these are answered."""

PAST: Final = 12
NAMED: Final = 300
"""Listings that a question offers."""

KINDS: Final = {
    FileKind.ARCHIVE: N_("Your Vinted archive"),
    FileKind.MAIL: N_("E-mails of Vinted"),
    FileKind.TABLE: N_("A table of your own"),
    FileKind.WARDROBE: N_("A saved page of your closet"),
}

_FACTS: Final = {
    "title": N_("Title"),
    "subject": N_("Subject"),
    "at": N_("When"),
    "price": N_("Price"),
    "total": N_("Price"),
    "received": N_("Received"),
    "status": N_("State"),
    "brand": N_("Brand"),
    "size": N_("Size"),
    "number": N_("Number"),
    "order_value": N_("Price"),
    "created_at": N_("When"),
    "order_purchased": N_("When"),
    "text": N_("Text"),
}
"""{name of a fact that was read: what it is for a person}; others stay unsaid."""


def imports_page(desk: Desk, member: Member, words: Words) -> ImportsPage:
    """What waits for her, what she answered last, and what came in before."""
    with shop_of(desk).reading() as session:
        accounts, past = own_accounts(session, member), past_imports(session, member, limit=PAST)
        named = newest_listings(session, member, limit=NAMED)
    waiting, answered = waiting_reviews(desk, member, limit=SHOWN), decided_reviews(desk, member, limit=5)
    hers = {f"{title} ({number})": f"listing:{number}" for number, title in named}
    back: list[Act] = [("take-back", words.say(N_("Undo")))]
    return ImportsPage(
        logins=tuple(account.name for account in accounts if not stands_in(account)),
        questions=tuple(_question(one, hers, words) for one in waiting),
        more_questions=max(0, waiting_count(desk, member) - len(waiting)),
        answered=tuple(_answered(one, words) for one in answered),
        earlier=tuple(_earlier(one, words) for one in past),
        acts={str(one.id): _choices(one, words) for one in waiting} | {str(one.id): back for one in answered},
    )


def look_into(desk: Desk, member: Member, chosen: Chosen, words: Words) -> LookedInto:
    """What would become of a file that she dropped: nothing of it is kept."""
    kind = ""
    table = None
    try:
        file = claim(desk, member, chosen.upload_id)
        known = kind_of(file)
        kind = words.say(KINDS[known])
        if known is FileKind.TABLE:
            looked = look_at(desk, member, file, chosen.columns)
            fields = {name: words.say(field.title) for name, field in FIELDS.items()}
            table = TableSeen(looked.head, looked.sample, fields, looked.mapping)
        columns = table.columns if table else None
        report = import_file(desk, member, file, Options(chosen.login, is_trial=True), mapping=columns)
    except (AccountMissing, AccountUnclear):
        return LookedInto(kind, needs_login=True, table=table)
    except VoptError as error:
        is_of_columns = isinstance(error, TitleMissing)
        return LookedInto(kind, trouble=words.error(error), table=table if is_of_columns else None)
    acts: dict[str, list[Act]] = {"": [("take-in", words.say(N_("Take it in")))]}
    return LookedInto(kind, tuple(told(report, words)), table=table, acts={} if report.is_known else acts)


def take_in(
    desk: Desk, member: Member, chosen: Chosen, words: Words, *, progress: Progress = lambda done: None
) -> Told:
    """Take in a file that she dropped; then it is removed from where it waited."""
    try:
        file = claim(desk, member, chosen.upload_id)
        options = Options(chosen.login, progress=progress)
        report = import_file(desk, member, file, options, mapping=chosen.columns)
        let_go(desk, member, chosen.upload_id)
    except VoptError as error:
        return Told(words.error(error), "bad")
    return Told(" ".join(line.strip() + "." for line in told(report, words)[1:]).replace("..", "."), "good")


def press(desk: Desk, member: Member, act: str, review_id: str, *, words: Words) -> Told:
    """Answer a question, or take an answer back. act: the decision, and the target that it names."""
    decision, _, target = act.partition(" ")
    try:
        if decision == "take-back":
            take_back(desk, member, int(review_id))
            return Told(words.say(N_("The answer is taken back, and the question waits again.")), "good")
        decide(desk, member, int(review_id), decision, target=target)
    except VoptError as error:
        return Told(words.error(error), "bad")
    return Told(words.say(N_("Done: {answer}."), answer=words.say(CHOICES[decision])), "good")


def _question(one: WaitingReview, hers: Mapping[str, str], words: Words) -> Question:
    is_open = any(choice.decision == "link" and not choice.target for choice in one.choices)
    known = {name: value for name, value in one.told.items() if name in _FACTS and value}
    facts = tuple((words.say(_FACTS[name]), _fact(name, str(value), words)) for name, value in known.items())
    why = words.say(REASONS.get(one.reason, one.reason))
    return Question(str(one.id), why[:1].upper() + why[1:], one.file_name, facts, hers if is_open else {})


def _fact(name: str, value: str, words: Words) -> str:
    """A moment as she writes it; all else as it was read."""
    try:
        return words.moment(datetime.fromisoformat(value)) if name == "at" else value
    except ValueError:
        return value


def _choices(one: WaitingReview, words: Words) -> list[Act]:
    return [(f"{choice.decision} {choice.target}".strip(), _label(choice, words)) for choice in one.choices]


def _label(choice: ReviewChoice, words: Words) -> str:
    label = words.say(CHOICES.get(choice.decision, choice.decision))
    about = [str(choice.told[name]) for name in ("title", "number", "price") if choice.target and choice.told.get(name)]
    return f"{label}: {' · '.join(about)}"[:120] if about else label


def _answered(one: WaitingReview, words: Words) -> Told:
    what = str(one.told.get("title") or one.told.get("subject") or one.told.get("status") or one.file_name)
    answer = words.say(CHOICES.get(one.decision or "", one.decision or ""))
    return Told(f"{what}: {answer}", offers=str(one.id))


def _earlier(one: PastImport, words: Words) -> Earlier:
    broken = words.say(N_("It was broken off. Take the same file in again, and it goes on."))
    lines = counted(one.read, one.made, words)
    return Earlier(one.file_name, words.moment(one.begun_at), tuple(lines), None if one.is_whole else broken)
