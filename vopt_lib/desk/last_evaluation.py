"""This is where the figures of the last `vopt evaluate market` are kept, and read again for pages."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import fields
from datetime import UTC, datetime
from typing import Any

from vopt_lib.desk.evaluate import Evaluation
from vopt_lib.desk.evaluation_told import lines
from vopt_lib.desk.instance import Desk
from vopt_lib.files import read_json, write_json
from vopt_lib.schema.quality_page import Evaluated
from vopt_lib.schema.survival import Interval, Lack
from vopt_lib.schema.tile import Tile
from vopt_lib.words import N_, Words


def keep_evaluation(desk: Desk, done: Evaluation) -> None:
    """Remember these as the last."""
    write_json(desk.paths.evaluation, json.loads(done.as_json()))


def last_evaluation(desk: Desk) -> Evaluation | None:
    """What the last evaluation found; None: there was none, or another version of vopt wrote it."""
    plain = read_json(desk.paths.evaluation)
    try:
        return _evaluation(plain) if plain else None
    except (KeyError, TypeError, ValueError):
        return None


def evaluation_told(desk: Desk, words: Words) -> Evaluated | None:
    """The same for a page."""
    done = last_evaluation(desk)
    if done is None:
        return None
    at = datetime.fromtimestamp(desk.paths.evaluation.stat().st_mtime, UTC)
    return Evaluated(at, _tiles(done, words), [line.strip() for line in lines(done, words)])


def _evaluation(plain: Mapping[str, Any]) -> Evaluation:
    told, lacking = plain["told_days"], plain["lacking"]
    known = {field.name: plain[field.name] for field in fields(Evaluation) if field.name in plain}
    return Evaluation(
        **known | {"told_days": Interval(**told) if told else None, "lacking": Lack(lacking) if lacking else None}
    )


def _tiles(done: Evaluation, words: Words) -> list[Tile]:
    found = [_days(done, words)]
    if done.groups.get("held") is not None:
        groups = words.count(N_("of {n} group"), N_("of {n} groups"), int(done.groups["told"] or 0))
        held = words.percent(float(done.groups["held"] or 0))
        found.append(Tile(words.say(N_("Intervals that hold the truth")), held, detail=f"{groups}, {_goal(words)}"))
    if done.sales.get("precision") is not None:
        sales = words.count(N_("of {n} proven"), N_("of {n} proven"), int(done.sales["proven"] or 0))
        right = words.percent(float(done.sales["precision"] or 0), 1)
        found.append(Tile(words.say(N_("Proven sales that were sales")), right, detail=sales))
    if done.sales.get("recall") is not None:
        visited = words.count(
            N_("of {n} visited in time"), N_("of {n} visited in time"), int(done.sales["visited"] or 0)
        )
        caught = words.percent(float(done.sales["recall"] or 0), 1)
        found.append(Tile(words.say(N_("Sales that were proven")), caught, detail=visited))
    return found


def _goal(words: Words) -> str:
    return words.say(N_("80% are meant to"))


def _days(done: Evaluation, words: Words) -> Tile:
    title = words.say(N_("Days to sell, told"))
    if done.told_days is None:
        return Tile(title, "–", detail=words.say(done.lacking.sentence) if done.lacking else "")
    true = words.number(done.true_days, 1) if done.true_days is not None else "?"
    told = words.number(done.told_days.value, 1)
    return Tile(title, told, words.say(N_("days")), words.say(N_("truly {days} days"), days=true))
