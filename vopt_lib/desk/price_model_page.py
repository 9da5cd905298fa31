"""This is where the page of the price model learns what it shows, and where another model is taken into use."""

from __future__ import annotations

from vopt_lib.desk.instance import Desk
from vopt_lib.desk.price_models import use_model
from vopt_lib.desk.pricing_known import Models, models_of
from vopt_lib.desk.shop.opening import member_of
from vopt_lib.errors import VoptError
from vopt_lib.pricing.card import left_out_told
from vopt_lib.schema.price_page import ModelPage
from vopt_lib.schema.searches import Told
from vopt_lib.schema.visitor import Visitor
from vopt_lib.words import N_


def price_model_page(
    desk: Desk, visitor: Visitor, *, market: str = "it", models: Models | None = None, told: Told | None = None
) -> ModelPage:
    """Everything the page shows; what stands in the way is its `trouble`. models: None: those that are kept."""
    try:
        known = models or models_of(desk, market)
        card = known.in_use
        left = sorted(card.left_out.items(), key=lambda one: -one[1]) if card else []
        return ModelPage(
            card=card,
            kept=known.kept,
            drift=known.drift,
            left_out=tuple((left_out_told(reason, visitor.words), count) for reason, count in left if count),
            may_change=member_of(desk, visitor).is_admin,
            told=told,
        )
    except VoptError as error:
        return ModelPage(trouble=error, told=told)


def take_model(desk: Desk, visitor: Visitor, version: str) -> Told:
    """Price things by this model from now on, and say so; only who sees the whole household may."""
    words = visitor.words
    try:
        if not member_of(desk, visitor).is_admin:
            return Told(words.say(N_("Only an admin of the household can choose another model.")), "bad")
        use_model(desk, version)
    except VoptError as error:
        return Told(words.error(error), "bad")
    return Told(words.say(N_("Things are priced by {version} now."), version=version), "good")
