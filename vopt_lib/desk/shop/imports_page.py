"""This is where the page of imports gets what it tells, and where what is pressed on it is done."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from dataclasses import replace
from datetime import datetime
from typing import Final

from vopt_lib.desk.instance import Desk
from vopt_lib.desk.shop.figures import only_hers
from vopt_lib.desk.shop.import_told import counted, told
from vopt_lib.desk.shop.importing import Options, Progress, known_mail_server
from vopt_lib.desk.shop.mailbox_page import SERVICES, mailbox_acts, shown_mailboxes
from vopt_lib.desk.shop.opening import member_of, shop_of
from vopt_lib.desk.shop.reviews import (
    CHOICES,
    REASONS,
    decide,
    decided_reviews,
    take_back,
    waiting_count,
    waiting_reviews,
)
from vopt_lib.desk.shop.tables import Looked, look_at
from vopt_lib.desk.shop.taking import FileKind, import_closet, import_file, import_mailbox, kind_of
from vopt_lib.desk.shop.under_way import under_way
from vopt_lib.desk.shop.uploads import claim, let_go
from vopt_lib.errors import (
    AccountMissing,
    AccountUnclear,
    ConsentNeeded,
    NotHerCloset,
    TitleMissing,
    UploadGone,
    VoptError,
)
from vopt_lib.schema.imports_page import Chosen, Earlier, ImportsPage, LookedInto, Question, TableSeen, Way
from vopt_lib.schema.own_imports import ImportReport, PastImport, ReviewChoice, WaitingReview
from vopt_lib.schema.own_shop import Member
from vopt_lib.schema.own_tables import FIELDS
from vopt_lib.schema.searches import Act, Acts, Told
from vopt_lib.schema.visitor import Visitor
from vopt_lib.shop.accounts import own_logins
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

_KINDS_OF_WAYS: Final[Mapping[Way, str]] = {"closet": N_("Your closet on Vinted"), "mailbox": KINDS[FileKind.MAIL]}

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


def trouble_of(desk: Desk, visitor: Visitor) -> VoptError | None:
    """Why the page cannot be shown; None: it can."""
    try:
        imports_page(desk, member_of(desk, visitor), visitor.words)
    except VoptError as trouble:
        return trouble
    return None


def imports_page(desk: Desk, member: Member, words: Words) -> ImportsPage:
    """What waits for her, what she answered last, what came in before, and her mailboxes."""
    with shop_of(desk).reading() as session:
        logins, past = own_logins(session, member), past_imports(session, member, limit=PAST)
        named = newest_listings(session, member, limit=NAMED)
    waiting, answered = waiting_reviews(desk, member, limit=SHOWN), decided_reviews(desk, member, limit=5)
    hers = {f"{title} ({number})": f"listing:{number}" for number, title in named}
    boxes, is_reading = shown_mailboxes(desk, member), under_way(desk, member) is not None
    back: list[Act] = [("take-back", words.say(N_("Undo")))]
    return ImportsPage(
        logins=tuple(logins),
        questions=tuple(_question(one, hers, words) for one in waiting),
        more_questions=max(0, waiting_count(desk, member) - len(waiting)),
        answered=tuple(_answered(one, words) for one in answered),
        earlier=tuple(_earlier(one, words) for one in past if one.is_whole or not is_reading),
        mailboxes=boxes,
        services=SERVICES,
        acts={
            "closet": [("visit", words.say(N_("Look at it")))],
            **{address: mailbox_acts(words) for address, _ in boxes},
            **{str(one.id): _choices(one, words) for one in waiting},
            **{str(one.id): back for one in answered},
        },
    )


def look_into(
    desk: Desk, member: Member, chosen: Chosen, words: Words, *, progress: Progress = lambda done: None
) -> LookedInto:
    """What would become of a file that she dropped, or of her closet: nothing of it is kept.

    A mailbox is not read twice: she is only asked whose e-mails these are.
    """
    with shop_of(desk).reading() as session:
        logins = own_logins(session, member)
    kind = "" if chosen.way == "file" else words.say(_KINDS_OF_WAYS[chosen.way])
    table = None
    options = Options(chosen.login, is_trial=True, progress=progress)
    try:
        if chosen.way == "mailbox":
            needs_login = chosen.login is None and len(logins) != 1
            return LookedInto(kind, needs_login=needs_login, acts={} if needs_login else _taking(words))
        if chosen.way == "closet":
            return _looked(import_closet(desk, member, chosen.id, options), kind, words)
        file = claim(desk, member, chosen.id)
        known = kind_of(file)
        kind = words.say(KINDS[known])
        table = _table_seen(look_at(desk, member, file, chosen.columns), words) if known is FileKind.TABLE else None
        columns = table.columns if table else None
        report = import_file(desk, member, file, options, mapping=columns, mail_server=chosen.mail_server)
        doubts = known is FileKind.MAIL and bool(report.read.get("doubtful"))
        needs_server = doubts and known_mail_server(desk, member, chosen.login) is None
        return replace(_looked(report, kind, words), table=table, needs_mail_server=needs_server)
    except (AccountMissing, AccountUnclear):
        return LookedInto(kind, needs_login=True, table=table)
    except ConsentNeeded as error:
        return LookedInto(kind, trouble=words.error(error), needs_consent=True)
    except NotHerCloset as error:
        trouble = words.error(error) if chosen.login or logins else None
        return LookedInto(kind, trouble=trouble, needs_login=not logins)
    except VoptError as error:
        return LookedInto(kind, trouble=words.error(error), table=table if isinstance(error, TitleMissing) else None)


def take_in(
    desk: Desk, member: Member, chosen: Chosen, words: Words, *, progress: Progress = lambda done: None
) -> Told:
    """Take in a file that she dropped, which is then removed from where it waited; or her closet; or her mailbox."""
    options = Options(chosen.login, progress=progress)
    try:
        match chosen.way:
            case "closet":
                report = import_closet(desk, member, chosen.id, options)
            case "mailbox":
                report = import_mailbox(desk, only_hers(member), chosen.id, options)
            case "file":
                file = claim(desk, member, chosen.id)
                said = {"mapping": chosen.columns, "mail_server": chosen.mail_server}
                report = import_file(desk, member, file, options, **said)  # type: ignore[arg-type]
                let_go(desk, member, chosen.id)
    except VoptError as error:
        return Told(words.error(error), "bad")
    return Told(" ".join(line.strip() + "." for line in told(report, words)[1:]).replace("..", "."), "good")


def leave(desk: Desk, member: Member, chosen: Chosen) -> None:
    """Remove a file that she dropped and does not want to take in."""
    with suppress(UploadGone):
        let_go(desk, member, chosen.id)


def _looked(report: ImportReport, kind: str, words: Words) -> LookedInto:
    return LookedInto(kind, tuple(told(report, words)), acts={} if report.is_known else _taking(words))


def _taking(words: Words) -> Acts:
    return {"": [("take-in", words.say(N_("Take it in"))), ("leave", words.say(N_("Leave it")))]}


def _table_seen(looked: Looked, words: Words) -> TableSeen:
    fields = {name: words.say(field.title) for name, field in FIELDS.items()}
    return TableSeen(looked.head, looked.sample, fields, looked.mapping)


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
    return Question(str(one.id), why[:1].upper() + why[1:], _file(one), facts, hers if is_open else {})


def _file(one: WaitingReview | PastImport) -> str:
    """Its name, and whose it is, where that is somebody else."""
    return f"{one.file_name} · {one.whose}" if one.whose else one.file_name


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
    return Earlier(_file(one), words.moment(one.begun_at), tuple(lines), None if one.is_whole else broken)
