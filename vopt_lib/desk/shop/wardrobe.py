"""This is where her own closet becomes records of her shop: from her public profile, or from pages that she saved.

Only hers: what is not of one of her accounts is refused before anything is taken in.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from vopt_lib.desk.ingest import read_saved
from vopt_lib.desk.instance import Desk, client_of
from vopt_lib.desk.shop.opening import shop_of
from vopt_lib.errors import NotAnAnswer, NotAProfileLink, NotHerCloset, UnexpectedAnswer
from vopt_lib.schema.own_records import Doubtful, OwnListing
from vopt_lib.schema.own_shop import Member
from vopt_lib.shop.closets import account_called, only_account
from vopt_lib.sources.vinted.answer import Answer, Origin
from vopt_lib.sources.vinted.parse import market_of, recognise, time_of
from vopt_lib.sources.vinted.parse_closet import ClosetPage, Owner, parse_closet
from vopt_lib.sources.vinted.wardrobe import login_of, profile_from_link, read_closet
from vopt_lib.words import N_

OnPage = Callable[[int, int | None], None]
"""Is told how many listings have been read, and of how many, where the site says so."""

LONGEST_ADDRESS: Final = 500
"""Characters: those of a profile have some sixty."""

_NO_CLOSET: Final = N_("it holds no listings")


@dataclass(frozen=True)
class Closet:
    """Whose closet is meant. account_id: of hers with this login; None: she has none. user_id: of the marketplace."""

    market: str
    login: str
    user_id: int | None
    account_id: int | None


def closet_of(desk: Desk, member: Member, where: str) -> Closet:
    """Whose closet it is: that of a profile's address, or of a file (a saved page, a saved answer of the web API).

    An address without a login costs one request.

    Raises: NotAProfileLink; NotAnAnswer, IngestError; ConsentNeeded and other CollectingErrors.
    """
    if _is_file(where):
        return _owner_of(desk, member, Path(where), _page_in(Path(where)))
    profile = profile_from_link(where)
    login = profile.login
    if login is None:
        with client_of(desk, desk.site(profile.market)) as client:
            login = login_of(client, profile.user_id)
    return _known(desk, member, Closet(profile.market, login, profile.user_id, None))


def profile_address(text: str) -> str:
    """The address of a profile that somebody typed, so written that it can be no file. Raises: NotAProfileLink."""
    if len(text) > LONGEST_ADDRESS:
        raise NotAProfileLink(link=f"{text[:40]}…")
    profile_from_link(text)
    address = text.strip()
    return address if address.casefold().startswith(("http://", "https://")) else f"https://{address}"


def wardrobe_records(
    desk: Desk, member: Member, where: str, *, login: str | None = None, on_page: OnPage = lambda read, of: None
) -> Iterator[OwnListing | Doubtful]:
    """The listings of her closet, as its profile's address or a saved file tells them. login: of an account that she
    says is hers, though vopt does not know it yet.

    Where the hour's budget ends it, the next call goes on: the pages read so far are not asked for again.

    Raises: NotHerCloset, before the first record; what `closet_of` raises; MissingItems, FrozenFeed.
    """
    closet = closet_of(desk, member, where)
    check_hers(closet, login)
    if _is_file(where):
        yield from _page_in(Path(where)).records
        return
    read = 0
    with client_of(desk, desk.site(closet.market)) as client:
        for page in read_closet(client, closet.user_id or 0):
            _check_owners(page.owners, closet)
            read += len(page.records)
            on_page(read, page.pagination.total_entries)
            yield from page.records


def check_hers(closet: Closet, login: str | None) -> None:
    """Let a closet pass that is of an account of hers, or of the login that she says is hers. Raises: NotHerCloset."""
    if closet.account_id is None and closet.login.casefold() != (login or "").removeprefix("@").casefold():
        raise NotHerCloset(login=closet.login)


def _is_file(where: str) -> bool:
    is_address = "/member" in where or where.strip().casefold().startswith(("http://", "https://"))
    return os.path.isfile(where) or not is_address  # noqa: PTH113 - Path.is_file fails where a name is too long


def _check_owners(owners: frozenset[Owner], closet: Closet) -> None:
    """Let a page pass whose listings are hers: an address may name another login than its number's."""
    for owner in owners:
        is_called_so = owner.login is None or owner.login.casefold() == closet.login.casefold()
        if owner.user_id != closet.user_id or not is_called_so:
            raise NotHerCloset(login=owner.login or str(owner.user_id))


def _page_in(file: Path) -> ClosetPage:
    body = read_saved(file)
    content_type = "text/html" if body.lstrip()[:1] == b"<" else "application/json"
    shape = recognise(body, content_type)
    if shape is None:
        raise NotAnAnswer(file=file.name, why=_NO_CLOSET)
    saved_at = time_of(body) or datetime.fromtimestamp(file.stat().st_mtime, UTC)
    origin = Origin(source="vinted", market=market_of(body) or "it", run_id="")
    try:
        return parse_closet(shape, Answer(file.name, 200, content_type, body, saved_at), origin)
    except UnexpectedAnswer as error:
        raise NotAnAnswer(file=file.name, why=_NO_CLOSET) from error


def _owner_of(desk: Desk, member: Member, file: Path, page: ClosetPage) -> Closet:
    """Whose a saved page is. One that names nobody is only for herself to see: it is of her only account."""
    if len(page.owners) > 1:
        raise NotAnAnswer(file=file.name, why=N_("it shows listings of several sellers, not one closet"))
    owner = next(iter(page.owners), None)
    market = market_of(read_saved(file)) or "it"
    if owner and owner.login:
        return _known(desk, member, Closet(market, owner.login, owner.user_id, None))
    with shop_of(desk).reading() as session:
        account = only_account(session, member)
        if account is None:
            raise NotAnAnswer(file=file.name, why=N_("it does not say whose closet it is"))
        return Closet(account.market, account.name, owner.user_id if owner else None, account.id)


def _known(desk: Desk, member: Member, closet: Closet) -> Closet:
    with shop_of(desk).reading() as session:
        account = account_called(session, member, closet.login)
        return replace(closet, account_id=account.id if account else None)
