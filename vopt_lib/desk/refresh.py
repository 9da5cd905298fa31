"""This is where what is followed is brought up to date: collected, worked out, published, tidied."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Literal

from vopt_lib.desk import permission
from vopt_lib.desk.collect import collect
from vopt_lib.desk.instance import Desk
from vopt_lib.desk.publish import publish_day, refine_day
from vopt_lib.desk.recheck import OnPage, nobody, recheck
from vopt_lib.desk.runs import Run
from vopt_lib.desk.upkeep import keep_tidy
from vopt_lib.schema.queries import Follow

Stage = Literal["collecting", "figures", "publishing", "tidying"]


@dataclass(frozen=True)
class Step:
    """How far a refresh is.

    While collecting: which follow, and what its run brought so far (None before its first commit); `is_over` with the
    follow's last step.
    """

    stage: Stage
    follow: Follow | None = None
    run: Run | None = None
    is_over: bool = False


OnStep = Callable[[Step], None]


@dataclass(frozen=True)
class Refreshed:
    """What a refresh did: the run of each follow, or the round of visits, and the publication."""

    collected: tuple[Run, ...]
    published: Run


def refresh(desk: Desk, chosen: Sequence[Follow], *, on_step: OnStep = lambda step: None) -> Refreshed:
    """Collect these follows, one after the other; then work out the figures, publish them and tidy up.

    What the marketplace refuses is reported in the runs and stops neither the other follows nor the figures.

    Raises: ConsentNeeded, before anything is asked; AlreadyRunning; LakeError.
    """
    require_consent(desk, chosen)
    collected = tuple(_collect(desk, follow, on_step) for follow in chosen)
    on_step(Step("figures"))
    refine_day(desk)
    on_step(Step("publishing"))
    published = publish_day(desk)
    on_step(Step("tidying"))
    keep_tidy(desk)
    return Refreshed(collected, published)


def refresh_missed(desk: Desk, market: str, *, pages: int | None = None, on_page: OnPage = nobody) -> Refreshed:
    """Visit pages of listings that searches no longer show (`recheck.recheck`); then work out the figures and publish.

    Raises: ConsentNeeded, before anything is asked; AlreadyRunning; UnknownMarket; LakeError.
    """
    permission.demand(desk, market)
    run = recheck(desk, market, pages=pages, on_page=on_page)
    refine_day(desk)
    return Refreshed((run,), publish_day(desk))


def require_consent(desk: Desk, chosen: Iterable[Follow]) -> None:
    """Let these follows pass if every market of theirs may be visited. Raises: ConsentNeeded."""
    for market in dict.fromkeys(follow.query.market for follow in chosen):
        permission.demand(desk, market)


def _collect(desk: Desk, follow: Follow, on_step: OnStep) -> Run:
    on_step(Step("collecting", follow))
    run = collect(desk, follow, on_progress=lambda now: on_step(Step("collecting", follow, now)))
    on_step(Step("collecting", follow, run, is_over=True))
    return run
