"""This is where the work that a page started is done: `python -m vopt_lib.desk.work FOLLOW…`, holding its lock."""

from __future__ import annotations

import sys
import traceback
from collections.abc import Sequence

from vopt_lib.desk.follow import follows
from vopt_lib.desk.instance import Desk, open_desk
from vopt_lib.desk.job import Job, read_job, write_job
from vopt_lib.desk.refresh import Step, refresh
from vopt_lib.desk.suggest import learn_catalogues
from vopt_lib.errors import VoptError
from vopt_lib.schema.queries import Follow


def main(follow_ids: Sequence[str]) -> int:
    """Refresh these follows, writing down every step; the exit status is 0 when nothing went wrong."""
    desk = open_desk()
    diary = _Diary(desk, read_job(desk.paths.job) or Job(desk.clock.now(), ()))
    chosen = [follow for follow in follows(desk) if follow.id in follow_ids]
    error = _refusal(desk, chosen, diary)
    if error is None:
        learn_catalogues(desk)
    diary.end(error)
    return 0 if error is None else 1


def _refusal(desk: Desk, chosen: Sequence[Follow], diary: _Diary) -> VoptError | None:
    """Do the work. Returns what it ended with, if not well."""
    try:
        return refresh(desk, chosen, on_step=diary.note).published.error
    except VoptError as refusal:
        return refusal
    except BaseException as fault:  # a panic in a library of Rust is no Exception
        traceback.print_exc()
        return VoptError(what=str(fault) or type(fault).__name__)


class _Diary:
    """What is written down of the job."""

    def __init__(self, desk: Desk, job: Job) -> None:
        self._desk, self._job = desk, job

    def note(self, step: Step) -> None:
        """One step further."""
        self._job = self._job.after(step)
        write_job(self._desk.paths.job, self._job)

    def end(self, error: VoptError | None) -> None:
        """It is over."""
        write_job(self._desk.paths.job, self._job.ended(self._desk.clock.now(), error))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
