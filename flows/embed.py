"""This is where photos are described under Prefect: own ones, and some of those of listings, several times a night."""

from __future__ import annotations

from prefect import get_run_logger, task

from flows.refine import report_task
from flows.scheduled import scheduled
from flows.side_by_side import map_batches_of
from vopt_lib.desk.embedding import embed_own
from vopt_lib.desk.follow import due_markets
from vopt_lib.desk.instance import open_desk
from vopt_lib.desk.market_embedding import embed_market
from vopt_lib.desk.runs import Run, headline
from vopt_lib.errors import LakeKeptElsewhere
from vopt_lib.words import Words


@task(name="embed own photos")
def embed_own_task(model: str) -> None:
    """Describe the photos of own things that are not yet."""
    desk = open_desk()
    _tell(embed_own(desk, model=model, map_batches=map_batches_of(desk.settings)))


@task(task_run_name="embed {market}")
def embed_one(market: str, model: str) -> None:
    """Describe photos of a market's listings, as many as one run fetches. The task fails when none could be fetched.

    Where another computer collects, they are fetched there, and nothing is done.
    """
    desk = open_desk()
    try:
        run = embed_market(desk, market, model=model, map_batches=map_batches_of(desk.settings))
    except LakeKeptElsewhere as elsewhere:
        get_run_logger().info(Words(desk.settings.language or "en").error(elsewhere))
        return
    _tell(run)
    if run.outcome == "failed" and run.error:
        raise run.error


@scheduled("embed")
def embed(markets: list[str] | None = None, model: str = "shapes-1") -> None:
    """Describe own photos, then those of these markets (default: all that are due), one after the other.

    One that fails does not stop the others.
    """
    embed_own_task(model, return_state=True)
    for market in markets or due_markets(open_desk()):
        embed_one(market, model, return_state=True)
    report_task(return_state=True)


def _tell(run: Run) -> None:
    get_run_logger().info(headline(run, Words(open_desk().settings.language or "en")))


if __name__ == "__main__":
    embed()
