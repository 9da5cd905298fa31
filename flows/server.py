"""This is where the Prefect server of vopt starts: `python -m flows.server …` is `prefect server start …`, mended.

Prefect 3.8 with SQLAlchemy 2.1 schedules nothing: it inserts scheduled runs in bulk together with a `state`, which is
no column. SQLAlchemy 2.0 passed over that, 2.1 raises InvalidRequestError, and every round of the scheduler ends so.
What is written is the same once the attribute says that there is nothing to write for it.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from typing import Any

from prefect.cli import app
from prefect.server.database import orm_models


def main(arguments: Sequence[str]) -> None:
    """Serve until told to end."""
    let_scheduler_insert()
    sys.argv = ["prefect", "server", "start", *arguments]
    app()


def let_scheduler_insert() -> None:
    """Let runs be inserted with a `state`, which is written to a table of its own afterwards."""
    for table in (orm_models.FlowRun, orm_models.TaskRun):
        state: Any = table.__mapper__.all_orm_descriptors["state"]
        state.bulk_dml_setter = _write_nothing


def _write_nothing(*_: object) -> None:
    pass


if __name__ == "__main__":
    main(sys.argv[1:])
