"""This is where an evaluation of our advice is put into words."""

from __future__ import annotations

from collections.abc import Iterator

from vopt_lib.desk.evaluate_advice import (
    LARGEST_GAP,
    LEAST_CLOSED,
    LEAST_OF_BEST,
    MOST_OVER_UNAVOIDABLE,
    AdviceEvaluation,
)
from vopt_lib.words import N_, Words


def lines(done: AdviceEvaluation, words: Words) -> Iterator[str]:
    """What was found, a line each."""
    yield words.say(
        N_("Market {seed} ({family}): {watched} listings watched, prices learnt from {learnt}, {sold} sales."),
        seed=str(done.seed),
        family=done.family,
        watched=done.watched,
        learnt=done.learnt,
        sold=round(done.sold),
    )
    if done.lacking is not None:
        yield words.say(done.lacking.sentence)
    if done.price_error is not None and done.unavoidable is not None:
        yield words.say(
            N_("Median error of the fair price: {error}; unavoidable: {least}. Ratio {ratio} (goal {goal})."),
            error=words.percent(done.price_error, 1),
            least=words.percent(done.unavoidable, 1),
            ratio=words.number(done.over_unavoidable or 0.0, 2),
            goal=words.number(MOST_OVER_UNAVOIDABLE, 2),
        )
    yield from _calibration(done, words)
    if done.of_best is not None and done.closed is not None:
        yield words.say(
            N_("{n} things at our prices: {share} of the profit of an oracle that knows all (goal {goal})."),
            n=done.items,
            share=words.percent(done.of_best, 1),
            goal=words.percent(LEAST_OF_BEST),
        )
        yield words.say(
            N_("Of the way from asking the fair price to the oracle's prices: {share} (goal {goal})."),
            share=words.percent(done.closed),
            goal=words.percent(LEAST_CLOSED),
        )


def _calibration(done: AdviceEvaluation, words: Words) -> Iterator[str]:
    if done.gap is None or done.gap_as_asked is None:
        return
    yield words.say(
        N_("Chance to be sold within 30 days, told and true, by tenths of {n} new listings or more:"),
        n=min(round(row["listings"]) for row in done.held),
    )
    for row in done.held:
        told, true = (words.percent(row[name], 1) for name in ("told", "happened"))
        yield f"  {told} · {true}"
    yield words.say(
        N_("Worst tenth: {gap} off, and {as_asked} where sellers cut their prices as they do (goal {goal})."),
        gap=words.percent(done.gap, 1),
        as_asked=words.percent(done.gap_as_asked, 1),
        goal=words.percent(LARGEST_GAP),
    )
