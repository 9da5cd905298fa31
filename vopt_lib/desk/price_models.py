"""This is where the price model in use is found, and another one put in its place."""

from __future__ import annotations

from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import Final

from vopt_lib.desk import price_demand
from vopt_lib.desk.instance import Desk
from vopt_lib.desk.kept import Memory
from vopt_lib.errors import ModelDamaged, ModelRefused, VoptError
from vopt_lib.files import only_one
from vopt_lib.pricing import store
from vopt_lib.pricing.drift import Known
from vopt_lib.pricing.hazard import Demand
from vopt_lib.pricing.learner import Learner, PriceModel, our_learner
from vopt_lib.schema.model_card import KeptModel, ModelCard
from vopt_lib.schema.pricing import Unlearnt
from vopt_lib.schema.survival import Lack
from vopt_lib.words import N_

WAIT_S: Final = 60.0

_MEMORY: Final = Memory(most=3)
"""Models, not of anybody: the whole house sees the same prices. One of a large market takes 60 MB."""


@dataclass(frozen=True)
class Loaded:
    """A model that is in memory, with its card, the brands and words that it knows, and how fast its things sell."""

    model: PriceModel
    card: ModelCard
    known: Known
    demand: Demand | Lack = Lack.FEW_SOLD


def price_model(desk: Desk, market: str, *, learner: Learner | None = None) -> PriceModel | Unlearnt:
    """The model in use: read once by each process, and again when another one is put in its place.

    Raises: ModelDamaged; FileDamaged.
    """
    found = model_in_use(desk, market, learner=learner)
    return found.model if found else Unlearnt.NO_MODEL


def model_in_use(desk: Desk, market: str, *, learner: Learner | None = None) -> Loaded | None:
    """The same with what is known of it; None: none is in use. Raises: ModelDamaged; FileDamaged."""
    version = store.published(desk.paths.price_models).get(market)
    return loaded(desk, version, learner=learner) if version else None


def loaded(desk: Desk, version: str, *, learner: Learner | None = None) -> Loaded:
    """A kept model, in memory. Raises: ModelDamaged, UnknownModel."""
    folder = desk.paths.price_models
    try:
        # A model that comes back from a backup may have the name of another.
        kept_ns = (folder / version / store.STATE).stat().st_mtime_ns
    except OSError as error:
        raise ModelDamaged(version=version, why=N_("its files are not there")) from error
    return _MEMORY.answer((folder, version, kept_ns, learner), lambda: _load(desk, version, learner or our_learner()))


def card_in_use(desk: Desk, market: str) -> ModelCard | None:
    """The card of the model in use; None: there is none. Raises: ModelDamaged, UnknownModel; FileDamaged."""
    version = store.published(desk.paths.price_models).get(market)
    return store.card_of(desk.paths.price_models, version) if version else None


def kept_models(desk: Desk, market: str | None = None) -> list[KeptModel]:
    """The models that are kept, the newest first; one whose card is damaged is told with its trouble.

    Raises: FileDamaged.
    """
    folder = desk.paths.price_models
    used = set(store.published(folder).values())
    return [_kept(desk, version, version in used) for version in store.versions(folder, market)]


def card_text(desk: Desk, name: str) -> str:
    """The card of a kept model for people, in Markdown. Raises: UnknownModel; ModelDamaged."""
    folder = desk.paths.price_models
    return store.card_text(folder, store.version_called(folder, name))


def use_model(desk: Desk, name: str, *, anyway: bool = False, learner: Learner | None = None) -> ModelCard:
    """Put a kept model in use, once it is seen to work. anyway: also one that was refused.

    Raises: UnknownModel; ModelRefused; ModelDamaged; ModelNotKept; AlreadyRunning.
    """
    folder = desk.paths.price_models
    with changing_models(desk):
        version = store.version_called(folder, name)
        card = loaded(desk, version, learner=learner).card
        if card.refused and not anyway:
            raise refusal(card)
        store.publish(folder, version)
    return card


def refusal(card: ModelCard) -> ModelRefused:
    """Why a model is not used, as an error: the first reason."""
    first = card.refused[0]
    return ModelRefused(**{**first.facts, "version": card.version, "why": first.what})


def changing_models(desk: Desk) -> AbstractContextManager[object]:
    """Held while a model is kept, put to use or removed. Raises: AlreadyRunning, after a minute."""
    return only_one(desk.paths.models_lock, "vopt models", wait_s=WAIT_S)


def _load(desk: Desk, version: str, learner: Learner) -> Loaded:
    folder = desk.paths.price_models
    state, card = store.load(folder, version), store.card_of(folder, version)
    try:
        own = {name: told for name, told in state.told.items() if name != price_demand.TOLD}
        model, known = learner.of_state(state.arrays, own), Known.of_arrays(state.arrays)
        return Loaded(model, card, known, price_demand.of_state(state.arrays, state.told))
    except (LookupError, TypeError, ValueError) as error:
        if isinstance(error, VoptError):
            raise
        raise ModelDamaged(version=version, why=N_("this vopt does not understand what it learnt")) from error


def _kept(desk: Desk, version: str, is_published: bool) -> KeptModel:
    try:
        return KeptModel(version, store.card_of(desk.paths.price_models, version), is_published)
    except ModelDamaged as trouble:
        return KeptModel(version, None, is_published, trouble)
