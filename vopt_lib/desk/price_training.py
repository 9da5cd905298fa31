"""This is where a market's prices are learnt: read, learnt, judged, kept, and put to use if that does any good.

One listing in ten, always the same ones, is never learnt from. So a new model and the one in use can be compared on
rows that neither has seen, however often it is trained.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime
from hashlib import blake2b
from typing import Any, Final

import polars as pl

from vopt_lib import __version__
from vopt_lib.desk.follow import follows
from vopt_lib.desk.heavy import heavy
from vopt_lib.desk.instance import Desk
from vopt_lib.desk.kept import read_published
from vopt_lib.desk.price_demand import as_state, fair_prices, learnt_demand
from vopt_lib.desk.price_models import Loaded, changing_models, model_in_use, refusal
from vopt_lib.desk.priced_rows import MOST_LEARNT, Learnable, learnable
from vopt_lib.desk.runs import Run, new_run_id
from vopt_lib.errors import ModelError, NothingToLearn, TooFewListings, VoptError
from vopt_lib.files import only_one
from vopt_lib.paths import floors_file
from vopt_lib.pricing import store
from vopt_lib.pricing.card import card_markdown
from vopt_lib.pricing.drift import known_of, unknown_shares
from vopt_lib.pricing.gate import Trial, read_floors, refusals
from vopt_lib.pricing.hazard import Demand
from vopt_lib.pricing.learner import Learner, PriceModel, our_learner
from vopt_lib.pricing.quality import by_category, held_against, plain_guess, price_bands, quality
from vopt_lib.schema.model_card import ModelCard, Reason, TrainingStep
from vopt_lib.schema.pricing import PRICED
from vopt_lib.schema.survival import Lack
from vopt_lib.words import N_, Words

LEAST_LEARNT: Final = 500
"""Listings below which no prices are learnt: a tenth of them judges the model."""

HELD_OUT: Final = 10
"""One listing in so many is judged by, and never learnt from."""

_SALT: Final = "held out"

OnStep = Callable[[TrainingStep, int], None]
"""Is told what begins, and of how many listings."""


@dataclass(frozen=True)
class Trained:
    """How a training ended. card: of the new model, whether it is used or not; None: there is none."""

    run: Run
    card: ModelCard | None = None

    @property
    def is_used(self) -> bool:
        """Whether the new model is in use."""
        return self.card is not None and not self.card.refused


def train(
    desk: Desk, market: str = "it", *, learner: Learner | None = None, on_step: OnStep = lambda step, n: None
) -> Trained:
    """Learn a market's prices anew, and remember as a run how it ended: done, held_back (refused) or failed.

    Raises: AlreadyRunning, while another training is under way.
    """
    with heavy(desk, "vopt train"), only_one(desk.paths.train_lock, "vopt train"):
        started_at = desk.clock.now()
        run = Run(new_run_id("train", started_at), "train", started_at, started_at, market=market)
        try:
            card = _trained(desk, run, learner or our_learner(), on_step)
        except VoptError as error:
            return Trained(_told(desk, replace(run, outcome="failed", error=error)))
        run = replace(run, source=card.source, rows=card.rows, listings=card.rows)
        if card.refused:
            return Trained(_told(desk, replace(run, outcome="held_back", error=refusal(card))), card)
        return Trained(_told(desk, replace(run, events=(_in_use(card, run.started_at),))), card)


def followed_markets(desk: Desk) -> list[str]:
    """The markets that are followed and not paused, each once."""
    return list(dict.fromkeys(follow.query.market for follow in follows(desk) if not follow.paused))


def is_held_out(listing_id: str) -> bool:
    """Whether a listing is one of those that no model learns from."""
    digest = blake2b((listing_id + _SALT).encode(), digest_size=8).digest()
    return int.from_bytes(digest, "little") % HELD_OUT == 0


def _trained(desk: Desk, run: Run, learner: Learner, on_step: OnStep) -> ModelCard:
    market = str(run.market)
    on_step(TrainingStep.READING, 0)
    rival = _rival(desk, market, learner)
    found = _enough(learnable(desk, read_published(desk, market), most=MOST_LEARNT), market)
    is_held = found.rows["id"].map_elements(is_held_out, pl.Boolean)
    held, learnt = found.rows.filter(is_held), found.rows.filter(~is_held)
    on_step(TrainingStep.LEARNING, learnt.height)
    began = time.process_time()
    model = learner.fit(learnt.select(*PRICED))
    seconds = time.process_time() - began
    on_step(TrainingStep.JUDGING, held.height)
    trial = _trial(model, learnt, held, rival)
    state = _state(model, learnt, learnt_demand(desk, market, fair_prices(model, held.select(*PRICED))))
    reasons = refusals(trial, read_floors(floors_file(), found.source))
    card = replace(_card(trial, found, run), seconds=seconds, megabytes=state.megabytes, refused=reasons)
    on_step(TrainingStep.KEEPING, learnt.height)
    return _kept(desk, state, _with_learning(card, model, learnt, held))


def _rival(desk: Desk, market: str, learner: Learner) -> Loaded | None:
    """The model in use; one that cannot be loaded is none to compare with. Raises: FileDamaged."""
    try:
        return model_in_use(desk, market, learner=learner)
    except ModelError:
        return None


def _enough(found: Learnable, market: str) -> Learnable:
    """Raises: TooFewListings, NothingToLearn."""
    if found.rows.height >= LEAST_LEARNT:
        return found
    facts = {"market": f"vinted.{market}", "found": found.rows.height, "needed": LEAST_LEARNT}
    raise TooFewListings(**facts) if found.rows.height or found.left_out else NothingToLearn(**facts)


def _trial(model: PriceModel, learnt: pl.DataFrame, held: pl.DataFrame, rival: Loaded | None) -> Trial:
    rows = held.select(*PRICED)
    blind = rows.with_columns(price_eur=pl.lit(None, pl.Float64))
    return Trial(
        told=held_against(model.estimates(blind), rows),
        plain=held_against(plain_guess(learnt, rows), rows),
        rival=held_against(rival.model.estimates(blind), rows) if rival else None,
        rival_name=rival.card.version if rival else None,
    )


def _state(model: PriceModel, learnt: pl.DataFrame, demand: Demand | Lack) -> store.State:
    arrays, told = model.state()
    sales, sales_told = as_state(demand)
    return store.State({**arrays, **known_of(learnt).arrays(), **sales}, {**told, **sales_told})


def _card(trial: Trial, found: Learnable, run: Run) -> ModelCard:
    """What can be said before it is known how the model learnt."""
    days = found.rows["first_seen_at"].dt.date()
    return ModelCard(
        version="",
        market=str(run.market),
        source=found.source,
        trained_at=run.started_at,
        vopt=__version__,
        rows=0,
        first_day=days.min(),  # type: ignore[arg-type]
        last_day=days.max(),  # type: ignore[arg-type]
        left_out=found.left_out,
        quality=quality(trial.told),
        plain=quality(trial.plain),
        rival=trial.rival_name,
        rival_quality=quality(trial.rival) if trial.rival is not None else None,
    )


def _with_learning(card: ModelCard, model: PriceModel, learnt: pl.DataFrame, held: pl.DataFrame) -> ModelCard:
    """The card with how many rows taught the model, where it is wrong, and what in the other rows it had never met."""
    brands, words = unknown_shares(held, known_of(learnt))
    unseen = model.out_of_fold
    return replace(
        card,
        rows=learnt.height,
        categories=by_category(unseen) if unseen is not None else (),
        calibration=price_bands(unseen) if unseen is not None else (),
        unknown_brands=brands,
        unknown_words=words,
    )


def _kept(desk: Desk, state: store.State, card: ModelCard) -> ModelCard:
    """Keep the model, and use it if nothing speaks against it. Returns: its card as it was written."""
    folder = desk.paths.price_models
    with changing_models(desk):
        if store.published(folder).get(card.market) != card.rival and card.rival_quality is not None:
            reason = Reason(N_("Another model was put to use while it learnt."))
            card = replace(card, refused=(*card.refused, reason))
        card = replace(card, version=store.new_version(folder, card.market, card.trained_at))
        store.save(folder, state, card, card_markdown(card, Words(desk.settings.language or "en")))
        if not card.refused:
            store.publish(folder, card.version)
        store.prune(folder, card.market)
    return card


def _in_use(card: ModelCard, at: datetime) -> dict[str, Any]:
    sentence = N_("Model {version} is in use now: {rows} listings, and half of its prices are off by {error} or less.")
    facts = {"version": card.version, "rows": card.rows, "error": f"{card.quality.median_ape:.0%}"}
    return {"at": at.isoformat(), "what": sentence, "facts": facts}


def _told(desk: Desk, run: Run) -> Run:
    ended = replace(run, ended_at=desk.clock.now())
    desk.lake.commit({"run": ended.row()}, app=ended.run_id, number=1)
    return ended
