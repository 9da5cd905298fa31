"""This is where vopt notices what its owner should know, once for the command line and the pages alike.

Whatever is noticed is a sentence and a next step: a command to type at a terminal, a button on a page.
"""

from __future__ import annotations

from collections.abc import Iterator

from vopt_lib.desk import permission
from vopt_lib.desk.alerts import alerts_of
from vopt_lib.desk.duplicates_attention import duplicates_attention
from vopt_lib.desk.follow import follows
from vopt_lib.desk.instance import Desk
from vopt_lib.desk.lasting import (
    HELD_BACK,
    TELLS_MARKET,
    fullest_disk,
    held_back_alert,
    quiet_alert,
    rest_of,
    resting_alert,
)
from vopt_lib.desk.price_attention import price_attention
from vopt_lib.desk.progress import Progress, progress_of, told_now
from vopt_lib.desk.report import newest_runs
from vopt_lib.desk.runs import Run
from vopt_lib.errors import ChecksBroken, NotPublished
from vopt_lib.files import is_held
from vopt_lib.schema.alerts import Alert
from vopt_lib.schema.home_page import Attention
from vopt_lib.schema.visitor import Visitor
from vopt_lib.sources.vinted.breaker import Rest
from vopt_lib.sources.vinted.site import Site
from vopt_lib.words import N_, Words


def attention(desk: Desk, words: Words, market: str = "it", *, visitor: Visitor | None = None) -> list[Attention]:
    """Everything worth knowing now, the most pressing first. visitor: who looks; None: the owner."""
    progress, rest = progress_of(desk), rest_of(desk, market)
    publication = next(iter(newest_runs(desk, "publish", limit=1)), None)
    held_back = _held_back(publication, rest, words)
    noticed = [
        _stopped(progress, rest, words),
        _failed(progress, publication, words),
        held_back,
        _resting(desk.site(market), rest, words),
        None if permission.is_given(desk, market) else _without_consent(words),
        _all_paused(desk, words),
        *duplicates_attention(desk, words, visitor),
        *price_attention(desk, words, market),
        _collecting(progress, words) or _publishing(desk, words),
        None if held_back or rest or progress.is_moving else _quiet(desk, market, words),
        *_alerts(desk, market, words, visitor),
        _no_room(desk, words),
    ]
    return [one for one in noticed if one is not None]


def _stopped(progress: Progress, rest: Rest | None, words: Words) -> Attention | None:
    if progress.state != "stopped":
        return None
    text, command = N_("Collecting was stopped half-way. Nothing is lost."), N_("`vopt collect` goes on.")
    if rest is not None:
        return Attention("stopped", "warn", words.say(text), words.say(N_("See your searches")), waits_for_her=False)
    return Attention("stopped", "warn", words.say(text), words.say(N_("Go on")), words.say(command))


def _failed(progress: Progress, publication: Run | None, words: Words) -> Attention | None:
    """The last collecting that a page started ended with an error, and nothing was published since."""
    job = progress.job
    if job is None or job.error is None or job.ended_at is None or isinstance(job.error, NotPublished | ChecksBroken):
        return None
    if publication is not None and publication.ended_at >= job.ended_at:
        return None
    return Attention("failed", "bad", words.error(job.error), words.say(N_("Try again")))


def _held_back(publication: Run | None, rest: Rest | None, words: Words) -> Attention | None:
    alert = held_back_alert(publication)
    if alert is None:
        return None
    text, command = alert.told(words), alert.told_next(words)
    if alert.href == "/quality":
        # What was collected looks wrong, or could not be looked at: collecting at once brings the same again.
        return Attention("held_back", "warn", text, words.say(N_("See what was checked")), command, href=alert.href)
    if rest is not None:
        return Attention("held_back", "warn", text, words.say(N_("See your searches")), waits_for_her=False)
    return Attention("held_back", "warn", text, words.say(N_("Collect again")), command)


def _resting(site: Site, rest: Rest | None, words: Words) -> Attention | None:
    if rest is None:
        return None
    text = resting_alert(site, rest).told(words)
    return Attention("resting", "warn", text, words.say(N_("See your searches")), waits_for_her=False)


def _without_consent(words: Words) -> Attention:
    text = N_("Vinted is not visited yet, because you have not agreed to the conditions.")
    command = N_("`vopt consent` shows them.")
    return Attention("consent", "warn", words.say(text), words.say(N_("Read the conditions")), words.say(command))


def _all_paused(desk: Desk, words: Words) -> Attention | None:
    known = follows(desk)
    if not known or not all(follow.paused for follow in known):
        return None
    text, command = N_("Everything you follow is paused."), N_("`vopt follow resume` collects it again.")
    return Attention(
        "all_paused", "warn", words.say(text), words.say(N_("Choose what to go on with")), words.say(command)
    )


def _quiet(desk: Desk, market: str, words: Words) -> Attention | None:
    """Nothing came in for longer than it should."""
    alert = quiet_alert(desk, market)
    if alert is None:
        return None
    return Attention("quiet", "warn", alert.told(words), words.say(N_("Collect now")), alert.told_next(words))


def _alerts(desk: Desk, market: str, words: Words, visitor: Visitor | None) -> Iterator[Attention]:
    """What lasts beside that and was not put aside: each thing is said once, so what is told above is left out."""
    told_above = {HELD_BACK, *(f"{kind}:{market}" for kind in TELLS_MARKET)}
    for known in alerts_of(desk, visitor):
        alert = known.alert
        if known.ended_at or known.is_seen or alert.level == "info" or alert.key in told_above:
            continue
        yield _noticed(alert, words)


def _noticed(alert: Alert, words: Words) -> Attention:
    """An alert as the first page tells it: advice is for the page, too; a command to type is for a terminal."""
    label, href = words.say(N_("See more") if alert.href else N_("Look again")), alert.href or "/home"
    if "`" in alert.next_step:
        return Attention("alert", alert.level, alert.told(words), label, alert.told_next(words), href=href)
    return Attention("alert", alert.level, alert.line(words), label, href=href)


def _no_room(desk: Desk, words: Words) -> Attention | None:
    """The disk is so full that the alert of it may not have been kept."""
    alert = fullest_disk(desk)
    if alert is None or alert.level != "bad":
        return None
    if alert.key in {known.alert.key for known in alerts_of(desk) if known.ended_at is None}:
        return None
    return _noticed(alert, words)


def _collecting(progress: Progress, words: Words) -> Attention | None:
    told = told_now(progress, words) if progress.is_moving else None
    if told is None:
        return None
    return Attention("collecting", "info", told.text, words.say(N_("Watch it")), waits_for_her=False)


def _publishing(desk: Desk, words: Words) -> Attention | None:
    if not any(is_held(desk.paths.locks / f"{work}.lock") for work in ("refine", "publish")):
        return None
    text = words.say(N_("New figures are being worked out right now. Until they are ready you see the ones before."))
    return Attention("publishing", "info", text, words.say(N_("Look again")), href="/home", waits_for_her=False)
