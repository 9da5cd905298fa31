"""This is where people sign in, stay signed in and sign out, and where they are invited to.

Tokens are opaque text that only a browser or a link keeps. All of it lives by real time, also where the market is a
made-up one whose days last a second. Wrong tries are counted before a password is looked at (`sign_in_tries`); what is
sensitive is written down in the audit log as the person's deed, wrong tries as sums.
"""

from __future__ import annotations

from contextlib import suppress
from datetime import datetime, timedelta
from ipaddress import ip_address
from typing import Any, Final

from vopt_lib.desk.clock import real_clock
from vopt_lib.desk.instance import Desk
from vopt_lib.desk.shop.keys import secrets_of
from vopt_lib.desk.shop.opening import shop_of
from vopt_lib.errors import (
    CodeIsOn,
    CodeNeeded,
    CodeWrong,
    ShopBusy,
    ShopDamaged,
    ShopNotWritten,
    SignInOver,
    WrongPassword,
)
from vopt_lib.schema.own_shop import Member
from vopt_lib.schema.signing_in import OpenSession, SignedIn, Where
from vopt_lib.schema.visitor import Theme
from vopt_lib.shop import audit, credentials, one_time_codes, passwords, sign_in_links, sign_in_tries, web_sessions
from vopt_lib.shop.audit import Author
from vopt_lib.shop.founding import HOUSEHOLD, owner
from vopt_lib.shop.founding import member as member_with
from vopt_lib.shop.people import must_be_admin, person_with
from vopt_lib.shop.tables import Credential, Person, SignInTry
from vopt_lib.words import Language

INVITATION_DAYS: Final = sign_in_links.HOLDS["invitation"].days


def is_login_required(desk: Desk) -> bool:
    """Whether nobody may look without signing in: somebody set a password, or others than this computer get here."""
    if _is_reachable(desk):
        return True
    with shop_of(desk).reading() as session:
        return credentials.anybody_signs_in(session)


def first_link(desk: Desk) -> str | None:
    """The token of a link with which the owner sets her password; None as soon as anybody has one.

    Each call gives another one (only their hashes are kept); those given before stay good for a week.
    """
    shop = shop_of(desk)
    with shop.reading() as session:
        if credentials.anybody_signs_in(session):
            return None
    with shop.writing(_author(desk, None, "first link")) as session:
        person = session.get_one(Person, owner(session).person_id)
        return sign_in_links.new_link(session, person, "first", _now(desk))


def sign_in(desk: Desk, name: str, password: str, where: Where, *, code: str = "") -> str:
    """The token of a new session, for who is called so and has this password (and second factor).

    Raises: WrongPassword, the same for a name that nobody has; CodeNeeded; CodeWrong; TooManyTries; SignInBusy.
    """
    shop, now = shop_of(desk), _now(desk)
    with shop.reading() as session:
        known = credentials.known_as(session, name)
        counted = sign_in_tries.counted_for(session, name, known.person_id, address=where.address, now=now)
    _count(desk, counted, where, now)
    if not passwords.is_right(password, known.password) or known.person_id is None or known.password is None:
        raise WrongPassword
    renewed = passwords.hash_of(password) if passwords.is_dated(known.password) else None
    with shop.writing(_author(desk, known.person_id, "sign in")) as session:
        person = session.get_one(Person, known.person_id)
        if person.deleted_at is not None or credentials.known_with(session, person.id).password != known.password:
            raise WrongPassword
        if known.has_code and not code:
            sign_in_tries.take_back(session, counted)
            token = None
        else:
            _use_code_if_on(desk, session, person, code)
            if renewed:
                credentials.renew_hash(session, person.id, before=known.password, hashed=renewed)
            token = _let_in(desk, session, person, where, wrong=sign_in_tries.forget_tries(session, counted))
    if token is None:
        raise CodeNeeded
    return token


def session_of(desk: Desk, token: str) -> SignedIn | None:
    """Who this token lets in, as she is now; None: nobody. Her session ends later for it.

    That is written at most once a minute, and left where nothing can be written: who looks is not kept out by it.
    """
    shop, now = shop_of(desk), _now(desk)
    with shop.reading() as session:
        found = web_sessions.signed_in(session, token, now)
    if found is None:
        return None
    one, seen_at = found
    if abs(now - seen_at) >= web_sessions.SEEN_EVERY:
        with suppress(ShopBusy, ShopDamaged, ShopNotWritten), shop.changing() as connection:
            web_sessions.see(connection, one.session, now=now, idle=_days(desk.settings.session_idle_days))
    return one


def sign_out(desk: Desk, token: str) -> None:
    """End the session of this token; nothing happens where it has ended."""
    known = session_of(desk, token)
    if known is None:
        return
    with suppress(SignInOver), shop_of(desk).writing(_author(desk, known.person_id, "sign out")) as session:
        by = member_with(session, known.person_id)
        _note(session, web_sessions.end_session(session, by, known.session), signed_out=True)


def remember(desk: Desk, token: str, *, language: Language | None = None, theme: Theme | None = None) -> None:
    """Keep how she wants to read, wherever she signs in. Raises: SignInOver."""
    known = _must_be_in(desk, token)
    with shop_of(desk).writing(_author(desk, known.person_id, "change language" if language else "theme")) as session:
        person = session.get_one(Person, known.person_id)
        person.language, person.theme = language or person.language, theme or person.theme


def sessions_of(desk: Desk, by: Member) -> list[OpenSession]:
    """Who is signed in with which browser, the one seen last first: an admin sees everybody, a member herself."""
    with shop_of(desk).reading() as session:
        return web_sessions.sessions_of(session, by, _now(desk))


def end_session(desk: Desk, by: Member, session_id: int) -> None:
    """End a session of hers; an admin ends anybody's. Raises: SignInOver."""
    with shop_of(desk).writing(_author(desk, by.person_id, "end sessions")) as session:
        _note(session, web_sessions.end_session(session, by, session_id), ended=1)


def end_sessions(desk: Desk, by: Member, person_id: int, *, besides: int | None = None) -> int:
    """End all of her sessions, but for one; an admin ends anybody's. Returns: how many. Raises: NotAllowed."""
    with shop_of(desk).writing(_author(desk, by.person_id, "end sessions")) as session:
        if by.person_id != person_id:
            must_be_admin(session, by)
        ended = web_sessions.end_sessions(session, person_id, besides=besides)
        _note(session, person_id, ended=ended)
    return ended


def invite(desk: Desk, by: Member, person_id: int) -> str:
    """The token of a link with which she sets her password, once, within a week. Raises: NotAllowed; UnknownPerson."""
    with shop_of(desk).writing(_author(desk, by.person_id, "invite")) as session:
        person = _person_to_let_in(session, by, person_id)
        _note(session, person_id, invited=True)
        return sign_in_links.new_link(session, person, "invitation", _now(desk))


def reset_password(desk: Desk, by: Member, person_id: int) -> str:
    """The token of a link with which she sets another password, once, within a day. Hers is good no more, and her
    sessions end. Raises: NotAllowed; UnknownPerson.
    """
    with shop_of(desk).writing(_author(desk, by.person_id, "reset password")) as session:
        person, now = _person_to_let_in(session, by, person_id), _now(desk)
        credentials.keep_password(session, person, None, now)
        _note(session, person_id, password_reset=True, ended=web_sessions.end_sessions(session, person_id))
        return sign_in_links.new_link(session, person, "reset", now)


def invited(desk: Desk, token: str) -> str:
    """The name of whom a link is for. Raises: LinkUsed."""
    with shop_of(desk).reading() as session:
        return sign_in_links.link_with(session, token, _now(desk))[1].name


def accept(desk: Desk, token: str, password: str, where: Where, *, code: str = "") -> str:
    """Set the password of whom this link is for, and let her in. Returns: the token of a new session.

    Of two who use a link at the same moment, one does. Who has a second factor enters its code.

    Raises: LinkUsed; PasswordUnusable; CodeNeeded; CodeWrong; TooManyTries; SignInBusy.
    """
    shop, now = shop_of(desk), _now(desk)
    with shop.reading() as session:
        _, person = sign_in_links.link_with(session, token, now)
        known = credentials.known_with(session, person.id)
        counted = sign_in_tries.counted_for(session, person.name, person.id, address=where.address, now=now)
    passwords.must_be_usable(password, person.name)
    if known.has_code:
        if not code:
            raise CodeNeeded
        _count(desk, counted, where, now)
    hashed = passwords.hash_of(password)
    with shop.writing(_author(desk, person.id, "set password")) as session:
        link, person = sign_in_links.link_with(session, token, now)
        _use_code_if_on(desk, session, person, code)
        link.used_at = now
        _keep_password(session, person, hashed, now)
        return _let_in(desk, session, person, where, link=link.kind)


def set_password(desk: Desk, by: Member, person_id: int, password: str) -> None:
    """Set somebody's password on this computer itself; her sessions end. Raises: NotAllowed; PasswordUnusable; …"""
    with shop_of(desk).reading() as session:
        must_be_admin(session, by)
        passwords.must_be_usable(password, person_with(session, by, person_id).name)
    hashed = passwords.hash_of(password)
    with shop_of(desk).writing(_author(desk, by.person_id, "set password")) as session:
        person = _person_to_let_in(session, by, person_id)
        _keep_password(session, person, hashed, _now(desk))
        _note(session, person_id, password_set=True)


def change_password(desk: Desk, token: str, old: str, new: str) -> None:
    """Let her sign in with another password from now on; her other sessions end.

    Raises: SignInOver; PasswordUnusable; WrongPassword; TooManyTries; SignInBusy.
    """
    known = _must_be_in(desk, token)
    passwords.must_be_usable(new, known.name)
    _must_know(desk, known, old)
    hashed = passwords.hash_of(new)
    with shop_of(desk).writing(_author(desk, known.person_id, "change password")) as session:
        person = session.get_one(Person, known.person_id)
        _keep_password(session, person, hashed, _now(desk), besides=known.session)
        _note(session, person.id, password_changed=True)


def begin_code(desk: Desk, token: str) -> str:
    """The otpauth:// address of a new second factor, which counts once she confirmed it. Raises: SignInOver; CodeIsOn;
    SecretsLost.
    """
    known, secret = _must_be_in(desk, token), one_time_codes.new_secret()
    locked = secrets_of(desk).lock(secret)
    with shop_of(desk).writing(_author(desk, known.person_id, "begin second factor")) as session:
        credentials.begin_code(session, session.get_one(Person, known.person_id), locked)
    return one_time_codes.address_of(secret, known.name)


def confirm_code(desk: Desk, token: str, code: str) -> None:
    """Switch her second factor on, as her app shows its codes. Raises: SignInOver; CodeWrong; CodeIsOn; SecretsLost."""
    known, now = _must_be_in(desk, token), _now(desk)
    with shop_of(desk).writing(_author(desk, known.person_id, "second factor on")) as session:
        mine = credentials.credential_of(session, session.get_one(Person, known.person_id))
        if mine.code_since is not None:
            raise CodeIsOn
        _use_code(desk, mine, code, now)
        mine.code_since = now
        _note(session, known.person_id, second_factor=True)


def has_code(desk: Desk, person_id: int) -> bool:
    """Whether she signs in with a second factor, too."""
    with shop_of(desk).reading() as session:
        return credentials.known_with(session, person_id).has_code


def remove_code(desk: Desk, token: str, password: str) -> None:
    """Let her sign in without a second factor. Raises: SignInOver; WrongPassword; TooManyTries; SignInBusy."""
    known = _must_be_in(desk, token)
    _must_know(desk, known, password)
    with shop_of(desk).writing(_author(desk, known.person_id, "second factor off")) as session:
        _forget_code(session, session.get_one(Person, known.person_id))


def end_code_of(desk: Desk, by: Member, person_id: int) -> None:
    """Let somebody sign in without her second factor, whose telephone is gone. Raises: NotAllowed; UnknownPerson."""
    with shop_of(desk).writing(_author(desk, by.person_id, "second factor off")) as session:
        _forget_code(session, _person_to_let_in(session, by, person_id))


def _let_in(desk: Desk, session: Any, person: Person, where: Where, **facts: Any) -> str:
    """Begin a session of hers, and write down that she signed in. Returns: its token."""
    now, settings = _now(desk), desk.settings
    sign_in_tries.know_address(session, person.id, where.address, now)
    lasts = {"idle": _days(settings.session_idle_days), "longest": _days(settings.session_days)}
    token = web_sessions.begin_session(session, person, where, now=now, **lasts)
    _note(session, person.id, signed_in=True, address=where.address[:60], browser=where.browser[:200], **facts)
    return token


def _keep_password(session: Any, person: Person, hashed: str, now: datetime, *, besides: int | None = None) -> None:
    """Let this be her password: links to set another, other sessions and counts of wrong tries are over."""
    credentials.keep_password(session, person, hashed, now)
    sign_in_links.forget_links(session, person.id, now)
    sign_in_tries.forget_all(session, person.id)
    web_sessions.end_sessions(session, person.id, besides=besides)


def _count(desk: Desk, counted: tuple[sign_in_tries.Counted, ...], where: Where, now: datetime) -> None:
    """Count a try as wrong, until it is known. Raises: TooManyTries."""
    shop = shop_of(desk)
    with shop.reading() as session:
        # Who hammers while she must wait makes nobody else wait: only what counts is written.
        sign_in_tries.must_not_wait(session, counted, now)
    with shop.writing(_author(desk, None, "wrong passwords")) as session:
        for one in sign_in_tries.begin_try(session, counted, now):
            _note(session, one.person_id, wrong_tries=sign_in_tries.tries_of(session, one), address=where.address[:60])


def _must_know(desk: Desk, known: SignedIn, password: str) -> None:
    """Let who is signed in pass when this is her password; it is counted like others. Raises: WrongPassword; …"""
    now = _now(desk)
    with shop_of(desk).reading() as session:
        mine, where = credentials.known_with(session, known.person_id), web_sessions.where_of(session, known.session)
        counted = sign_in_tries.counted_for(session, known.name, known.person_id, address=where.address, now=now)
    _count(desk, counted, where, now)
    if not passwords.is_right(password, mine.password):
        raise WrongPassword
    with shop_of(desk).writing(_author(desk, known.person_id, "password known")) as session:
        sign_in_tries.forget_tries(session, counted)


def _forget_code(session: Any, person: Person) -> None:
    if credentials.forget_code(session, person):
        _note(session, person.id, second_factor=False)


def _use_code_if_on(desk: Desk, session: Any, person: Person, code: str) -> None:
    mine = credentials.credential_of(session, person)
    if mine.code_since is not None:
        _use_code(desk, mine, code, _now(desk))


def _use_code(desk: Desk, mine: Credential, code: str, now: datetime) -> None:
    """Use up this code of hers. Raises: CodeWrong; SecretsLost."""
    if mine.code_secret is None:
        raise CodeWrong
    credentials.use_code(mine, secrets_of(desk).open(mine.code_secret), code, now)


def _must_be_in(desk: Desk, token: str) -> SignedIn:
    found = session_of(desk, token)
    if found is None:
        raise SignInOver
    return found


def _person_to_let_in(session: Any, by: Member, person_id: int) -> Person:
    """Whom an admin lets in. Raises: NotAllowed; UnknownPerson, also for one who was removed."""
    must_be_admin(session, by)
    person = person_with(session, by, person_id)
    member_with(session, person_id)
    return person


def _note(session: Any, person_id: int | None, **facts: Any) -> None:
    """Write down what was done about somebody's signing in; None: about nobody known."""
    about = (Credential.__tablename__, person_id) if person_id else (SignInTry.__tablename__, HOUSEHOLD)
    audit.note(session, *about, facts)


def _author(desk: Desk, person_id: int | None, deed: str) -> Author:
    """Her, in the audit log's own time, which is the market's."""
    return Author(HOUSEHOLD, person_id, deed, desk.clock.now())


def _is_reachable(desk: Desk) -> bool:
    """Whether others than this computer get to the pages: they listen beyond loopback, or have a public address."""
    return desk.settings.public_address is not None or not ip_address(desk.settings.pages_host).is_loopback


def _now(desk: Desk) -> datetime:
    return real_clock(desk.clock).now()


def _days(days: int) -> timedelta:
    return timedelta(days=days)
