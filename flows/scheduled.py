"""This is where a flow gets what all of them share: missed runs let go, a watch over its end, a word when put off.

A flow that finds its work under way elsewhere, another writer at the tables, or these another computer's, is skipped:
that is no failure, and it comes again at its next time.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial, wraps
from typing import Any, ParamSpec

from prefect import Flow, flow, get_run_logger
from prefect.runtime import deployment
from prefect.states import Completed

from flows.catch_up import let_go_of_missed
from vopt_lib.desk.flow_runs import SKIPPED, done_under_watch, tell_killed
from vopt_lib.desk.instance import open_desk
from vopt_lib.schema.clock import SystemClock
from vopt_lib.words import N_, Words

Given = ParamSpec("Given")

_SKIPPED = N_("{why} It comes again at its next time.")


def scheduled(name: str, **options: Any) -> Callable[[Callable[Given, None]], Flow[Given, Any]]:
    """A flow of this name, and with these options of Prefect's, that the house watches over."""

    def made(body: Callable[Given, None]) -> Flow[Given, Any]:
        @wraps(body)
        def watched(*args: Given.args, **given: Given.kwargs) -> Any:
            desk = open_desk()
            tell_killed(desk)
            _let_go_of_missed()
            try:
                return done_under_watch(desk, name, partial(body, *args, **given))
            except SKIPPED as skipped:
                words = Words(desk.settings.language or "en")
                told = words.say(_SKIPPED, why=words.error(skipped))
                get_run_logger().info(told)
                return Completed(name="Skipped", message=told)

        return flow(name=name, **options)(watched)

    return made


def _let_go_of_missed() -> None:
    """Let go of what was missed. A server that does not say what was keeps nothing from being done."""
    try:
        let_go_of_missed(SystemClock().now(), begun=deployment.id)
    except Exception as fault:  # whatever its client meets: no connection, a time-out, an answer it does not know
        get_run_logger().warning("Missed runs were not looked for: %s", fault)
