"""This is where a flow is done so that the house hears how it ended: also when it failed, or was killed in its middle.

While a flow runs it holds a lock and a note lies beside it. Whoever finds a note whose lock is free knows that this
flow was killed, whatever Prefect knows of it: the computer may have lost its power, and Prefect's server with it.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from typing import Any, Final, TypeVar

from vopt_lib.desk.alerts import end_alert, raise_alert
from vopt_lib.desk.heavy import FLOW_PATIENCE_S, patient
from vopt_lib.desk.instance import Desk
from vopt_lib.errors import AlreadyRunning, LakeBusy, LakeKeptElsewhere, ShopBusy, ShopError, VoptError
from vopt_lib.files import is_held, only_one, read_json, write_json
from vopt_lib.schema.alerts import Alert, Level
from vopt_lib.words import N_

Result = TypeVar("Result")

PASSING: Final = (AlreadyRunning, LakeBusy, ShopBusy)
"""What is over by the next time: a flow that meets it is skipped, and nothing is wrong."""

SKIPPED: Final = (*PASSING, LakeKeptElsewhere)
"""What no flow fails for; the last: it is another computer's work, whoever plans it here, too."""

SKIPS_TOLD: Final = 3
"""Times in a row that a flow is skipped before it is no passing thing any more."""

JOBS: Final = {
    "daily": N_("The daily round"),
    "collect": N_("Collecting"),
    "recheck": N_("Visiting pages of missed listings"),
    "refine": N_("Working out the figures"),
    "quality": N_("Checking the data"),
    "maintain": N_("Tidying up"),
    "train": N_("Learning prices"),
    "embed": N_("Describing photos"),
    "draft": N_("Making drafts of the inbox"),
    "mail": N_("Reading mailboxes"),
    "backup": N_("The weekly backup"),
    "alerts": N_("Watching over vopt"),
}
"""Every flow, by the name that a person reads."""

_FAILED: Final = N_("{job} failed: {why}")
_KILLED: Final = N_("{job} was stopped in its middle, as by a power cut.")
_SKIPPED: Final = N_("{job} was put off {times} times in a row: {why}")
_COMES_AGAIN: Final = N_(
    "It comes again at its next time. If this happens again, look at its log in Prefect, or ask `vopt doctor`."
)
_GOES_ON: Final = N_("Nothing that it had written is lost, and it comes again at its next time.")


def done_under_watch(desk: Desk, flow: str, work: Callable[[], Result]) -> Result:
    """What this work of a flow returns. Its failure becomes an alert; its end, once it does well, the alert's end.

    Heavy work in it waits longer for its turn than where a person waits.
    Raises: AlreadyRunning, where the same flow is under way; and whatever the work does.
    """
    with only_one(desk.paths.flow_lock(flow), JOBS[flow], wait_s=0), patient(FLOW_PATIENCE_S):
        skips = int(_noted(desk, flow).get("skips", 0))
        _note(desk, flow, skips=skips, is_under_way=True)
        try:
            done = work()
        except PASSING as passing:
            skips += 1
            if skips >= SKIPS_TOLD:
                _tell(desk, flow, _SKIPPED, times=skips, why=passing)
            raise
        except LakeKeptElsewhere:
            raise
        except Exception as error:
            _tell(desk, flow, _FAILED, level="bad", why=_why(error))
            raise
        else:
            skips = 0
            end_alert(desk, alert_key(flow))
            return done
        finally:
            _note(desk, flow, skips=skips)


def tell_killed(desk: Desk) -> list[str]:
    """Let it be known which flows were killed in their middle since this was last asked. Returns: their names."""
    begun = [flow for flow in JOBS if _noted(desk, flow).get("is_under_way")]
    killed = [flow for flow in begun if not is_held(desk.paths.flow_lock(flow))]
    for flow in killed:
        _tell(desk, flow, _KILLED)
        _note(desk, flow, skips=0)
    return killed


def _noted(desk: Desk, flow: str) -> dict[str, Any]:
    """What is noted of a flow: is_under_way; skips: how often in a row it was put off."""
    return read_json(desk.paths.flows / f"{flow}.json") or {}


def _note(desk: Desk, flow: str, **facts: object) -> None:
    write_json(desk.paths.flows / f"{flow}.json", facts)


def _tell(desk: Desk, flow: str, text: str, *, level: Level = "warn", **facts: object) -> None:
    next_step = _GOES_ON if text == _KILLED else _COMES_AGAIN
    # A shop that cannot be written is told by its own check; what went wrong here must not be lost behind it.
    with suppress(ShopError):
        raise_alert(desk, Alert(alert_key(flow), level, text, next_step, {"job": JOBS[flow], **facts}))


def _why(error: Exception) -> VoptError | str:
    """Why, to be said in any language where vopt knows it, else in the error's own words."""
    if isinstance(error, VoptError):
        return error
    return f"{(str(error) or type(error).__name__).rstrip('.')}."


def alert_key(flow: str) -> str:
    """What an alert on this flow is about."""
    return f"flow:{flow}"
