"""This is where tests get cards of models."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

from vopt_lib.schema.model_card import CategoryQuality, ModelCard, PriceBand, Quality, Reason

TRAINED_AT = datetime(2026, 11, 20, 6, 30, tzinfo=UTC)
GOOD = Quality(800, 0.98, 0.25, 0.41, 0.52, 6.4, 0.02, 0.81, 1.9)
PLAIN = Quality(816, 1.0, 0.36, 0.3, 0.66, 8.1, 0.0)
WHY = Reason(
    "Half of its prices are off by {found} or more; at most {floor} are allowed.", {"found": "60%", "floor": "40%"}
)


def card(version: str = "it-20261120T063000", **changes: Any) -> ModelCard:
    """A card with something of everything."""
    told: dict[str, Any] = {
        "version": version,
        "market": "it",
        "source": "vinted",
        "trained_at": TRAINED_AT,
        "vopt": "0.1.0",
        "rows": 7200,
        "first_day": date(2026, 10, 1),
        "last_day": date(2026, 11, 19),
        "left_out": {"sold": 120, "bundle": 40, "twice": 3},
        "quality": GOOD,
        "plain": PLAIN,
        "rival": "it-20261113T063000",
        "rival_quality": GOOD,
        "categories": (CategoryQuality("Donna > Borse", GOOD),),
        "calibration": (PriceBand(80, 9.5, 10.0, 0.1, 0.5, 0.9),),
        "unknown_brands": 0.05,
        "unknown_words": 0.1,
        "seconds": 41.26,
        "megabytes": 12.5,
    }
    return ModelCard(**(told | changes))
