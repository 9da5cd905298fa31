"""This is where what an admin presses on the page of searches is done, and answered in a sentence.

A member has no buttons there. Her browser can press one all the same: whatever a kernel holds can be called by its
name, shown or not. So who presses is asked here, as she is in the shop by then.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace

from vopt_lib.desk import permission
from vopt_lib.desk.draft import follow_draft
from vopt_lib.desk.follow import follows, remove_follow, set_paused
from vopt_lib.desk.instance import Desk
from vopt_lib.desk.job import read_job
from vopt_lib.desk.progress import progress_of
from vopt_lib.desk.shop.opening import member_of, shop_of
from vopt_lib.desk.start import start
from vopt_lib.desk.watched import may_collect, permitted, unpermitted
from vopt_lib.errors import VoptError
from vopt_lib.schema.draft import FollowDraft
from vopt_lib.schema.searches import Moment, Told
from vopt_lib.schema.visitor import Visitor
from vopt_lib.shop.people import must_be_admin
from vopt_lib.words import N_, Words


def press(desk: Desk, visitor: Visitor, act: str, follow_id: str) -> Callable[[Moment], Moment]:
    """Do this act with this follow (or with all, where it is of none). Returns how the page's moment goes on."""
    told = _answered(desk, visitor, lambda: _ACTS[act](desk, follow_id, visitor.words))
    sure = follow_id if act == "remove" else ""
    return lambda moment: replace(moment, told=told, sure=sure, turn=moment.turn + 1)


def press_follow(desk: Desk, visitor: Visitor, draft: FollowDraft) -> tuple[Callable[[Moment], Moment], str]:
    """Follow what she chose; offers to collect it. Returns also what is left of the draft, as an address."""
    words = visitor.words

    def add() -> Told:
        follow = follow_draft(desk, draft)
        offers = follow.id if may_collect(desk) else None
        return Told(words.say(N_("You follow “{name}” from now on."), name=follow.name), "good", offers=offers)

    told = _answered(desk, visitor, add)
    left = draft if told and told.kind == "bad" else FollowDraft(way=draft.way)
    return lambda moment: replace(moment, told=told, sure="", turn=moment.turn + 1), left.as_query()


def first_moment(desk: Desk) -> Moment:
    """What a page remembers when it is opened."""
    return Moment(seen=progress_of(desk).mark)


def noticed(mark: str) -> Callable[[Moment], Moment]:
    """How the page's moment goes on when there are news of this mark: the searches are told anew, a refusal is over."""
    return lambda moment: replace(moment, seen=mark, told=_kept(moment.told))


def _kept(told: Told | None) -> Told | None:
    return None if told is not None and told.kind == "bad" else told


def _answered(desk: Desk, visitor: Visitor, act: Callable[[], Told | None]) -> Told | None:
    """What is said when it is done, or why it is not: also to whoever may not."""
    try:
        by = member_of(desk, visitor)
        with shop_of(desk).reading() as session:
            must_be_admin(session, by)
        return act()
    except VoptError as error:
        return Told(visitor.words.error(error), "bad")


def _collect(desk: Desk, follow_id: str, words: Words) -> None:
    start(desk, [follow_id])


def _collect_all(desk: Desk, follow_id: str, words: Words) -> None:
    start(desk, [follow.id for follow in follows(desk) if not follow.paused])


def _go_on(desk: Desk, follow_id: str, words: Words) -> None:
    """Collect what a stopped job did not come to, as far as it is still wanted."""
    job = read_job(desk.paths.job)
    left = {follow.id for follow in job.remaining} if job else set()
    start(desk, [follow.id for follow in follows(desk) if follow.id in left and not follow.paused])


def _pause(desk: Desk, follow_id: str, words: Words) -> Told:
    name = set_paused(desk, follow_id, paused=True).name
    return Told(words.say(N_("“{name}” is paused. What it brought stays."), name=name), "good")


def _resume(desk: Desk, follow_id: str, words: Words) -> Told:
    follow = set_paused(desk, follow_id, paused=False)
    offers = follow.id if may_collect(desk) else None
    return Told(words.say(N_("“{name}” is watched again."), name=follow.name), "good", offers=offers)


def _remove_surely(desk: Desk, follow_id: str, words: Words) -> Told:
    name = remove_follow(desk, follow_id).name
    return Told(words.say(N_("“{name}” is no longer watched. What it brought stays."), name=name), "good")


def _nothing(desk: Desk, follow_id: str, words: Words) -> None:
    """She is asked first whether she is sure, or is not."""


def _accept(desk: Desk, follow_id: str, words: Words) -> Told:
    permission.accept(desk, unpermitted(desk) or "it")
    return Told(words.say(N_("Thank you. vopt may visit Vinted now.")), "good")


def _withdraw(desk: Desk, follow_id: str, words: Words) -> Told:
    for market in permitted(desk):
        permission.withdraw(desk, market)
    return Told(words.say(N_("Consent withdrawn: vopt no longer visits Vinted.")), "good")


_ACTS: Mapping[str, Callable[[Desk, str, Words], Told | None]] = {
    "collect": _collect,
    "collect-all": _collect_all,
    "go-on": _go_on,
    "pause": _pause,
    "resume": _resume,
    "remove": _nothing,
    "remove-surely": _remove_surely,
    "keep": _nothing,
    "accept": _accept,
    "withdraw": _withdraw,
}
