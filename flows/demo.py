"""This is where the demo's days run through the real `daily` flow: `python -m flows.demo LAST_DAY DAYS`."""

from __future__ import annotations

import json
import sys
from datetime import date

from flows.daily import daily
from vopt_lib.desk.demo import DemoDay, days_to_play, play
from vopt_lib.desk.instance import open_desk


def _tell(day: DemoDay) -> None:
    sys.stdout.write(json.dumps({"day": day.day.isoformat()}) + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    play(open_desk(), days_to_play(date.fromisoformat(sys.argv[1]), int(sys.argv[2])), daily, _tell)
