"""This is where tests that make drafts of photos get their photos, and something that looks at them."""

from __future__ import annotations

from collections.abc import Sequence

from tests.vision.pictures import drawn, thing, written
from vopt_lib.desk.instance import Desk
from vopt_lib.schema.photo_analysis import Analysis, Seen

SHIRT = written(thing(300, 400), "JPEG", quality=80)
BACK = written(drawn(120, 160, seed=1), "JPEG")
LABEL = written(drawn(120, 160, seed=2), "PNG")


def seen(value: int | str, label: str, confidence: float = 0.95) -> Seen:
    """A value as a model that sees tells it."""
    return Seen(value, {"it": label, "en": label}, confidence, "model")


SHOWN = Analysis(
    fields={
        "catalog_id": (seen(9000019, "Giubbotti di jeans"), seen(9000020, "Giacche di pelle", 0.03)),
        "brand": (seen("Levi's", "Levi's"),),
        "colours": (seen("Azzurro", "Azzurro"), seen("Bianco", "Bianco"), seen("Nero", "Nero")),
        "material": (seen("denim", "denim", 0.4),),
    },
    sure=frozenset({"catalog_id", "brand", "colours"}),
    by="a model",
)


def looked(desk: Desk, contents: Sequence[bytes]) -> Analysis:
    """Somebody who sees a jacket on every photo."""
    return SHOWN
