"""This is where prices are learnt and watched under Prefect: learnt weekly and on demand, watched every day.

The demo learns with `python -m flows.train`, in its VOPT_DATA.
"""

from __future__ import annotations

from prefect import get_run_logger, task

from flows.refine import report_task
from flows.scheduled import scheduled
from vopt_lib.desk.instance import open_desk
from vopt_lib.desk.price_training import followed_markets
from vopt_lib.desk.price_training import train as learn
from vopt_lib.desk.price_watch import watch_prices
from vopt_lib.desk.runs import headline
from vopt_lib.words import Words


@task(task_run_name="train {market}")
def train_one(market: str) -> None:
    """Learn a market's prices. The task fails when nothing could be learnt; a model that is refused is no failure."""
    desk = open_desk()
    done = learn(desk, market)
    get_run_logger().info(headline(done.run, Words(desk.settings.language or "en")))
    if done.run.outcome == "failed" and done.run.error:
        raise done.run.error


@task(name="watch prices")
def watch_task() -> None:
    """Hold the price models in use against what came in since they were trained."""
    desk = open_desk()
    words, log = Words(desk.settings.language or "en"), get_run_logger()
    for market in followed_markets(desk):
        found = watch_prices(desk, market)
        for reason in found.reasons if found else ():
            log.warning(words.say(reason.what, **reason.facts))


def run_name() -> str:
    """The day it learns on, in the marketplace's time."""
    return f"train {open_desk().clock.now():%Y-%m-%d}"


@scheduled("train", flow_run_name=run_name)
def train(markets: list[str] | None = None) -> None:
    """Learn the prices of these markets (default: all that are followed), one after the other; then watch and report.

    One that fails does not stop the others.
    """
    for market in markets or followed_markets(open_desk()):
        train_one(market, return_state=True)
    watch_task(return_state=True)
    report_task(return_state=True)


if __name__ == "__main__":
    train()
