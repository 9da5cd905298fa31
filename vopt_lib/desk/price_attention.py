"""This is where vopt notices what its owner should know of the price model: a new one was refused, or it grew old."""

from __future__ import annotations

from collections.abc import Iterator

from vopt_lib.desk.instance import Desk
from vopt_lib.desk.price_models import card_in_use
from vopt_lib.desk.price_watch import drift_of
from vopt_lib.desk.report import newest_runs
from vopt_lib.errors import FileDamaged, ModelError, ModelRefused
from vopt_lib.schema.home_page import Attention
from vopt_lib.words import N_, Words

PRICE_MODEL = "/price_model"
"""The page that tells how good the prices are."""


def price_attention(desk: Desk, words: Words, market: str) -> Iterator[Attention]:
    """What is worth knowing of a market's price model, the most pressing first; nothing where there is none."""
    see = words.say(N_("See how good the prices are"))
    if not desk.paths.price_models.is_dir():
        return
    try:
        card, found = card_in_use(desk, market), drift_of(desk, market)
    except (FileDamaged, ModelError) as trouble:
        yield Attention("price_model", "bad", words.error(trouble), see, href=PRICE_MODEL)
        return
    last = next((run for run in newest_runs(desk, "train") if run.market == market), None)
    is_newer = last is not None and (card is None or last.started_at > card.trained_at)
    if last is not None and is_newer and isinstance(last.error, ModelRefused):
        yield Attention("price_model", "warn", words.error(last.error), see, href=PRICE_MODEL, waits_for_her=False)
    if found is not None and found.reasons:
        sentence = N_("The price model has grown old: {why}")
        text = words.say(sentence, why=words.say(found.reasons[0].what, **found.reasons[0].facts))
        command = words.say(N_("`vopt train` learns anew."))
        yield Attention("price_drift", "warn", text, see, command, href=PRICE_MODEL)
