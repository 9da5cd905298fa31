"""This is where vopt notices what its owner should know, once for the command line and the pages alike.

Whatever is noticed is a sentence and a next step: a command to type at a terminal, a button on a page.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta

from vopt_lib.desk import permission
from vopt_lib.desk.duplicates_attention import duplicates_attention
from vopt_lib.desk.follow import follows
from vopt_lib.desk.instance import Desk
from vopt_lib.desk.price_attention import price_attention
from vopt_lib.desk.progress import Progress, progress_of, told_now
from vopt_lib.desk.report import newest_runs
from vopt_lib.desk.runs import Run
from vopt_lib.errors import BadDay, ChecksBroken, CollectingPaused, NotPublished, VoptError
from vopt_lib.files import is_held
from vopt_lib.schema.home_page import Attention
from vopt_lib.schema.visitor import Visitor
from vopt_lib.sources.vinted.breaker import Breaker, Rest
from vopt_lib.sources.vinted.site import Site
from vopt_lib.words import N_, Words

QUIET_FOR = timedelta(hours=36)  # once a day, and a little patience


def attention(desk: Desk, words: Words, market: str = "it", *, visitor: Visitor | None = None) -> list[Attention]:
    """Everything worth knowing now, the most pressing first. visitor: who looks; None: the owner."""
    now, progress, rest = desk.clock.now(), progress_of(desk), rest_of(desk, market)
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
        None if held_back or rest or progress.is_moving else _quiet(desk, market, now, words),
    ]
    return [one for one in noticed if one is not None]


def rest_of(desk: Desk, market: str = "it") -> Rest | None:
    """The rest that this market's site has from us now, if any."""
    return Breaker(desk.paths.host_state(desk.site(market).host)).rest(desk.clock.now())


def newest_arrival(desk: Desk) -> datetime | None:
    """End of the newest run that brought listings; None: none did."""
    return max(_arrivals(desk), default=None)


def _arrivals(desk: Desk) -> Iterator[datetime]:
    for kind in ("collect", "ingest"):
        yield from (run.ended_at for run in newest_runs(desk, kind, 200) if run.rows)


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
    if publication is None or publication.outcome == "done" or publication.error is None:
        return None
    if isinstance(publication.error, BadDay | ChecksBroken):
        return _looks_wrong(publication.error, words)
    text, label = words.error(publication.error), words.say(N_("Collect again"))
    if rest is not None:
        return Attention("held_back", "warn", text, words.say(N_("See your searches")), waits_for_her=False)
    return Attention("held_back", "warn", text, label, words.say(N_("`vopt collect` tries again.")))


def _looks_wrong(error: VoptError, words: Words) -> Attention:
    """What was collected looks wrong, or could not be looked at: collecting at once brings the same again."""
    label, command = words.say(N_("See what was checked")), words.say(N_("`vopt collect` tries again."))
    return Attention("held_back", "warn", words.error(error), label, command, href="/quality")


def _resting(site: Site, rest: Rest | None, words: Words) -> Attention | None:
    if rest is None:
        return None
    name = site.name if site.is_real else "Vinted"
    text = words.error(CollectingPaused(host=name, until=rest.until, why=rest.why))
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


def _quiet(desk: Desk, market: str, now: datetime, words: Words) -> Attention | None:
    """Nothing came in for longer than it should."""
    newest = newest_arrival(desk)
    is_wanted = permission.is_given(desk, market) and any(not follow.paused for follow in follows(desk))
    if newest is None or not is_wanted or now - newest <= QUIET_FOR:
        return None
    text, command = N_("Nothing has come in since {at}."), N_("`vopt collect` brings it up to date.")
    return Attention("quiet", "warn", words.say(text, at=newest), words.say(N_("Collect now")), words.say(command))


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
