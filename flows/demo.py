"""This is where the demo's days run through the real `daily` flow: `python -m flows.demo`, in the demo's VOPT_DATA."""

from __future__ import annotations

import json
import sys
from functools import partial

from flows.daily import daily
from vopt_lib.desk.demo import PAGES_A_DAY, DemoDay, play_on
from vopt_lib.desk.instance import open_desk


def _tell(day: DemoDay) -> None:
    sys.stdout.write(json.dumps({"day": day.day.isoformat()}) + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    play_on(open_desk(), partial(daily, pages=PAGES_A_DAY), _tell)
