"""This is where the page Administration gets what it shows, and where what is pressed there is done. Admins only."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from itertools import islice
from typing import Final

from vopt_lib.desk import permission
from vopt_lib.desk.assistant_use import usage
from vopt_lib.desk.backup_beside import begin_backup
from vopt_lib.desk.backups_made import backups_made
from vopt_lib.desk.follow import follows
from vopt_lib.desk.health import checks
from vopt_lib.desk.home import is_told
from vopt_lib.desk.home_told import run_told
from vopt_lib.desk.instance import Desk
from vopt_lib.desk.lasting import rest_of
from vopt_lib.desk.ports import ports_of
from vopt_lib.desk.report import newest_runs
from vopt_lib.desk.shop import people, signing_in
from vopt_lib.desk.shop.opening import member_of, shop_of
from vopt_lib.desk.shop.serving import invitation_address
from vopt_lib.errors import VoptError
from vopt_lib.files import is_held
from vopt_lib.schema.admin_page import AdminMoment, AdminPage, BackupFile, MarketState, RunLine
from vopt_lib.schema.health import Check
from vopt_lib.schema.own_people import OwnPerson
from vopt_lib.schema.own_shop import Member
from vopt_lib.schema.searches import Act, Told
from vopt_lib.schema.signing_in import OpenSession
from vopt_lib.schema.visitor import Visitor
from vopt_lib.shop.activity import activities
from vopt_lib.shop.people import must_be_admin
from vopt_lib.words import N_, Words

RUNS: Final = 10
DONE: Final = 15
BACKUPS: Final = 5
DAYS: Final = 30
"""Days whose use of language models is told."""

Done = tuple[str, Mapping[str, object], str | None]
"""What was done: a sentence, its facts, and a link to show."""


def admin_page(desk: Desk, visitor: Visitor) -> AdminPage:
    """What the shop and the folders tell; no damage of the market's data hides it. Raises: NotAllowed; ShopError."""
    by = _admin(desk, visitor)
    everybody = tuple(one for one in people.people(desk, by) if not one.is_removed)
    sessions = tuple(signing_in.sessions_of(desk, by))
    backups, is_backing_up = _backups(desk), is_held(desk.paths.backup_lock)
    with shop_of(desk).reading() as session:
        done = activities(session, by, DONE)
    return AdminPage(
        everybody,
        by.person_id,
        sessions,
        _prefect(desk),
        _markets(desk),
        backups,
        is_backing_up,
        _tokens(desk, by),
        done,
        dict(_acts(everybody, sessions, visitor.words, is_backing_up=is_backing_up)),
    )


def trouble_of(desk: Desk, visitor: Visitor) -> VoptError | None:
    """Why the page cannot be shown to her; None: it can."""
    try:
        _admin(desk, visitor)
    except VoptError as trouble:
        return trouble
    return None


def runs_of(desk: Desk, visitor: Visitor) -> tuple[RunLine, ...]:
    """What ran lately, the newest first. Raises: NotAllowed; LakeError."""
    _admin(desk, visitor)
    told = (run for run in newest_runs(desk) if is_told(run))
    return tuple(RunLine(run.ended_at, run_told(run, visitor.words)) for run in islice(told, RUNS))


def health(desk: Desk, visitor: Visitor) -> list[Check]:
    """How the parts of vopt are; within some seconds. Raises: NotAllowed."""
    _admin(desk, visitor)
    return checks(desk, visitor.words)


def press(desk: Desk, visitor: Visitor, act: str, thing: str) -> Callable[[AdminMoment], AdminMoment]:
    """Do this, and answer."""
    words = visitor.words
    number = int(thing.rpartition(" ")[2]) if thing != "backup" else 0
    try:
        sentence, facts, link = _ACTS[act](desk, _admin(desk, visitor), number)
    except VoptError as error:
        told, link = Told(words.error(error), "bad"), None
    else:
        told = Told(words.say(sentence, **facts), "good")
    return lambda moment: AdminMoment(told, link, moment.turn + 1)


def _admin(desk: Desk, visitor: Visitor) -> Member:
    by = member_of(desk, visitor)
    with shop_of(desk).reading() as session:
        must_be_admin(session, by)
    return by


def _end(desk: Desk, by: Member, number: int) -> Done:
    signing_in.end_session(desk, by, number)
    return N_("The session is over: that browser must sign in again."), {}, None


def _end_all(desk: Desk, by: Member, number: int) -> Done:
    name = people.person_with(desk, by, number).name
    signing_in.end_sessions(desk, by, number)
    return N_("{name} must sign in again everywhere."), {"name": name}, None


def _invite(desk: Desk, by: Member, number: int) -> Done:
    name = people.person_with(desk, by, number).name
    link = invitation_address(desk, signing_in.invite(desk, by, number))
    told = N_("With this link {name} sets a password, once and within a week. Copy it now: it is not shown again.")
    return told, {"name": name}, link


def _reset(desk: Desk, by: Member, number: int) -> Done:
    name = people.person_with(desk, by, number).name
    link = invitation_address(desk, signing_in.reset_password(desk, by, number))
    told = N_(
        "{name} is signed out everywhere, and sets another password with this link, once and within a day. Copy it "
        "now: it is not shown again."
    )
    return told, {"name": name}, link


def _share(desk: Desk, by: Member, number: int) -> Done:
    people.share(desk, by, number, True)
    told = N_("{name} sees what the whole household has, from the next page on, and changes her own only.")
    return told, {"name": people.person_with(desk, by, number).name}, None


def _share_no_more(desk: Desk, by: Member, number: int) -> Done:
    people.share(desk, by, number, False)
    told = N_("{name} sees her own only, from the next page on.")
    return told, {"name": people.person_with(desk, by, number).name}, None


def _back_up(desk: Desk, by: Member, number: int) -> Done:
    begin_backup(desk)
    return N_("The backup has begun, and goes on when you leave. It stands here as soon as it is whole."), {}, None


def _look(desk: Desk, by: Member, number: int) -> Done:
    return N_("This is how it is now."), {}, None


_ACTS: Final[Mapping[str, Callable[[Desk, Member, int], Done]]] = {
    "end": _end,
    "end-all": _end_all,
    "invite": _invite,
    "reset": _reset,
    "share": _share,
    "share-no-more": _share_no_more,
    "back-up": _back_up,
    "look": _look,
}


def _acts(
    everybody: tuple[OwnPerson, ...], sessions: tuple[OpenSession, ...], words: Words, *, is_backing_up: bool
) -> Iterator[tuple[str, tuple[Act, ...]]]:
    signed_in = {one.person_id for one in sessions}
    for person in everybody:
        acts = [("invite", words.say(N_("Invitation link"))), ("reset", words.say(N_("Another password")))]
        acts += [("end-all", words.say(N_("Sign out everywhere")))] if person.id in signed_in else []
        acts += [_sharing(person, words)] if person.role == "member" else []
        yield f"person {person.id}", tuple(acts)
    for one in sessions:
        yield f"session {one.id}", (("end", words.say(N_("End"))),)
    now = ("look", words.say(N_("Look again"))) if is_backing_up else ("back-up", words.say(N_("Back up now")))
    yield "backup", (now,)


def _sharing(person: OwnPerson, words: Words) -> Act:
    if person.sees_household:
        return "share-no-more", words.say(N_("Let her see her own only"))
    return "share", words.say(N_("Let her see everything"))


def _prefect(desk: Desk) -> str | None:
    port = ports_of(desk.paths).get("prefect")
    return f"http://127.0.0.1:{port}" if port else None


def _markets(desk: Desk) -> tuple[MarketState, ...]:
    return tuple(
        _market(desk, market) for market in dict.fromkeys([one.query.market for one in follows(desk)] or ["it"])
    )


def _market(desk: Desk, market: str) -> MarketState:
    site, rest = desk.site(market), rest_of(desk, market)
    is_given = permission.is_given(desk, market)
    known = (rest.until, rest.why) if rest else (None, "")
    return MarketState(market, site.name, not site.is_real, is_given, *known)


def _backups(desk: Desk) -> tuple[BackupFile, ...]:
    newest = backups_made(desk.paths.backups)[:BACKUPS]
    return tuple(BackupFile(path.name, path.stat().st_size, made_at) for made_at, path in newest)


def _tokens(desk: Desk, by: Member) -> dict[str, int]:
    tokens: dict[str, int] = {}
    for one in usage(desk, by, DAYS).sums:
        tokens[one.model] = tokens.get(one.model, 0) + one.tokens
    return tokens
