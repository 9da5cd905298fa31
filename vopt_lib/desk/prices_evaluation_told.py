"""This is where an evaluation of prices is put into words."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Final

from vopt_lib.desk.evaluate_prices import PricesEvaluation
from vopt_lib.desk.side_by_side import side_by_side
from vopt_lib.pricing.baselines import MOST_FOR_ALL, MOST_FOR_RIDGE
from vopt_lib.pricing.scores import PointScores
from vopt_lib.words import N_, Words

LEAST_JUDGED: Final = 30
"""Judged things from which on a category's coverage is told."""

LEAST_FOR_WORST: Final = 400
MOST_CATEGORIES: Final = 12

_NAMES: Final = {
    "model": N_("price model"),
    "median": N_("median of what is alike"),
    "boosting": N_("boosting on usual prices"),
    "ridge": N_("ridge on words, letters"),
    "nets": N_("two sparse nets"),
    "blend": N_("blend of these four"),
}
_HEADS: Final = ("", "RMSLE", "MAE", N_("median APE"), N_("within 20%"), "CPU s", "ms/1k")
_SALT_HEADS: Final = (N_("salt"), N_("judged"), "RMSLE", N_("blend"), N_("covered"), "Winkler")


def lines(done: PricesEvaluation, words: Words) -> Iterator[str]:
    """What was found, a line each."""
    yield from _data(done, words)
    yield ""
    yield from _compared(done, words)
    if len(done.salts) > 1:
        yield ""
        yield from _by_salt(done, words)
    yield ""
    yield from _intervals(done, words)
    yield ""
    yield from _cost(done, words)


def _data(done: PricesEvaluation, words: Words) -> Iterator[str]:
    yield words.say(
        N_("{file}: {things} things with a price in {rows} rows ({unpriced} without a price, {repeated} repeated)."),
        file=done.file,
        things=done.things,
        rows=done.rows,
        unpriced=done.unpriced,
        repeated=done.repeated,
    )
    said = {key: names for key, names in done.columns.items() if key not in done.guessed}
    guessed = {key: names for key, names in done.columns.items() if key in done.guessed}
    if said:
        yield words.say(N_("Columns as said: {columns}."), columns=_mapping(said))
    if guessed:
        yield words.say(N_("Columns guessed by their names: {columns}."), columns=_mapping(guessed))
    currency = done.currency or words.say(N_("not said, taken as one"))
    yield words.say(N_("Currency: {currency}."), currency=currency)
    one = done.salts[0]
    yield words.say(
        N_("Parted by id and salt {salts}: learnt from {learnt}, judged by {judged} that were never seen."),
        salts=", ".join(f"“{scores.salt}”" for scores in done.salts),
        learnt=one.learnt,
        judged=sum(scores.judged for scores in done.salts),
    )


def _mapping(columns: Mapping[str, Sequence[str]]) -> str:
    return ", ".join(f"{key}={'+'.join(names)}" for key, names in columns.items())


def _compared(done: PricesEvaluation, words: Words) -> Iterator[str]:
    cost = done.model.cost
    rows = [_row("model", done.model.points, (cost.cpu_s, cost.ms_per_1000), words)]
    rows += [
        _row(name, scores.points, (scores.cpu_s, scores.ms_per_1000), words) for name, scores in done.baselines.items()
    ]
    yield from side_by_side([[words.say(head) if head else "" for head in _HEADS], *rows])
    if "blend" not in done.baselines:
        yield words.say(
            N_("Of more than {most} things only two plain ways learn, the ridge from {ridge} of them at most."),
            most=MOST_FOR_ALL,
            ridge=MOST_FOR_RIDGE,
        )


def _row(name: str, points: PointScores, cost: tuple[float, float], words: Words) -> list[str]:
    return [
        words.say(_NAMES[name]),
        words.number(points.rmsle, 4),
        words.number(points.mae_eur, 2),
        words.percent(points.median_ape, 1),
        words.percent(points.within_20, 1),
        words.number(cost[0], 2),
        words.number(cost[1], 1),
    ]


def _by_salt(done: PricesEvaluation, words: Words) -> Iterator[str]:
    rows = [[words.say(head) for head in _SALT_HEADS]]
    for one in done.salts:
        blend = one.baselines.get("blend")
        rows.append(
            [
                f"“{one.salt}”",
                words.number(one.judged),
                words.number(one.model.points.rmsle, 4),
                words.number(blend.points.rmsle, 4) if blend else "–",
                words.percent(one.model.intervals.coverage, 1),
                words.number(one.model.intervals.winkler, 3),
            ]
        )
    yield from side_by_side(rows)


def _intervals(done: PricesEvaluation, words: Words) -> Iterator[str]:
    told = done.model.intervals
    yield words.say(
        N_("80 % intervals hold {coverage} of the prices; Winkler {winkler}, mean width {width} (in log price)."),
        coverage=words.percent(told.coverage, 1),
        winkler=words.number(told.winkler, 3),
        width=words.number(told.width, 3),
    )
    shown = [found for found in told.by_category if found.n >= LEAST_JUDGED][:MOST_CATEGORIES]
    if shown:
        yield from side_by_side(
            [[found.category, words.number(found.n), words.percent(found.coverage, 1)] for found in shown]
        )
    if worst := told.worst(LEAST_FOR_WORST):
        yield words.say(
            N_("Least covered of those with {least} or more: {category}, {coverage} of {n}."),
            least=LEAST_FOR_WORST,
            category=worst.category,
            coverage=words.percent(worst.coverage, 1),
            n=worst.n,
        )


def _cost(done: PricesEvaluation, words: Words) -> Iterator[str]:
    cost = done.model.cost
    yield words.say(
        N_("One thing is priced in {ms} ms. Saved, the model takes {saved} MB; learning took {peak} MB, {grown} more."),
        ms=words.number(cost.ms_for_one, 1),
        saved=words.number(cost.saved_mb, 1),
        peak=words.number(cost.peak_mb),
        grown=words.number(cost.grown_mb),
    )
    if done.model.untold:
        yield words.say(
            N_("Of {untold} things it says that the evidence is insufficient; its guesses of them count above."),
            untold=done.model.untold,
        )
