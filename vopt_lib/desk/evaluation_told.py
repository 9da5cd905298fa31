"""This is where an evaluation is put into words."""

from __future__ import annotations

from collections.abc import Iterator

from vopt_lib.desk.evaluate import Evaluation
from vopt_lib.words import N_, Words

PLAINER = {
    "age of what disappeared": N_("the age of what disappeared"),
    "age of what appeared and disappeared": N_("the same, of what had also appeared meanwhile"),
    "without entry times": N_("every listing taken for watched from its first day"),
    "gone is sold": N_("everything gone taken for sold"),
}
"""The ways of `market.evaluation.plainer_medians`, for a reader."""


def lines(done: Evaluation, words: Words) -> Iterator[str]:
    """What was found, a line each."""
    yield words.say(
        N_("Market {seed} ({family}), {days} days: {listings} listings watched, {pages} of their pages visited."),
        seed=str(done.seed),
        family=done.family,
        days=done.days,
        listings=done.listings,
        pages=done.pages,
    )
    yield words.say(
        N_("Left out of searches: {dropped} of the listings; after the visits {missed} seem missed."),
        dropped=words.percent(done.dropped),
        missed=words.percent(done.missed_share),
    )
    yield from _days(done, words)
    groups = done.groups
    if groups["told"] and groups["held"] is not None:
        yield words.say(
            N_("{told} of {groups} brands, conditions and main catalogues told: {near} within 10 % of the truth."),
            told=groups["told"],
            groups=groups["groups"],
            near=words.percent(groups["near"] or 0.0),
        )
        yield words.say(
            N_("{held} of their 80 % intervals hold the truth; these are {width} wide."),
            held=words.percent(groups["held"]),
            width=words.percent(groups["width"] or 0.0),
        )
    sales = done.sales
    if sales["proven"] and sales["recall"] is not None:
        yield words.say(
            N_("{proven} sales proven: {precision} were sales; of {visited} visited in time, {recall} are proven."),
            proven=sales["proven"],
            precision=words.percent(sales["precision"] or 0.0),
            visited=sales["visited"],
            recall=words.percent(sales["recall"]),
        )
    found = done.deals
    if found["flagged"] and found["precision"] is not None:
        yield words.say(
            N_("Of the {n} surest deals {precision} ask at most 70% of what they are worth; of all on sale, {base}."),
            n=found["flagged"],
            precision=words.percent(found["precision"]),
            base=words.percent(found["base_rate"] or 0.0, 1),
        )
    if done.ages["median_days"] is not None:
        yield words.say(
            N_("Ages told by ids alone: half within {half} days, nine of ten within {most}."),
            half=words.number(done.ages["median_days"], 1),
            most=words.number(done.ages["p90_days"] or 0.0, 1),
        )


def _days(done: Evaluation, words: Words) -> Iterator[str]:
    true = words.say(N_("more than can be told"))
    if done.true_days is not None:
        true = words.number(done.true_days, 1)
    if done.told_days is None:
        yield words.say(N_("Median days to sell: {true}."), true=true)
    if done.lacking is not None:
        yield words.say(done.lacking.sentence)
    if done.told_days is not None:
        low, high = (words.number(end, 1) if end else "?" for end in (done.told_days.low, done.told_days.high))
        told = words.number(done.told_days.value, 1)
        yield words.say(
            N_("Median days to sell: {true}. Told: {told} ({low}–{high})."), true=true, told=told, low=low, high=high
        )
    for way, days in done.plainer.items():
        shown = words.number(days, 1) if days is not None else "?"
        yield words.say(N_("  As plainer ways would tell it, {way}: {days}."), way=words.say(PLAINER[way]), days=shown)
