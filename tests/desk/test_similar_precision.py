"""How much of what is found for a photo is the same kind of thing in the same colour, on photos that are drawn."""

from __future__ import annotations

import numpy as np
import pytest

from tests.simulator.drawn import COLOURS, drawn, offers_of
from vopt_lib.desk.similar import COLOUR
from vopt_lib.vision.decode import open_photo
from vopt_lib.vision.descriptor import ShapesEmbedder, asked
from vopt_lib.vision.index import Index
from vopt_lib.vision.vectors import Vectors


@pytest.mark.slow
@pytest.mark.timeout(900)
def test_of_the_three_most_alike_nine_in_ten_are_the_same_kind_in_the_same_colour() -> None:
    """480 things of 12 kinds in 4 colours, 10 of each, in the size that listings' photos are fetched in.

    Of the ten most alike of 30 of each, which take three times as long, 96 % are the same kind, and 92 % in the same
    colour; in all 8 colours 93 % and 85 %.
    """
    made_by = ShapesEmbedder()
    drawings = [drawn(offer, size=(310, 430)) for offer in offers_of(colour_ids=COLOURS[::2], each=10)]
    vectors = made_by.vectors([open_photo(one.photo, longest=made_by.longest) for one in drawings])
    index = Index(Vectors.of(made_by.name, [str(place) for place in range(len(drawings))], vectors))
    found = index.search(asked(vectors, colour=COLOUR), model=made_by.name, count=4)
    queries, places = found["query"].to_numpy(), found["photo_sha256"].cast(int).to_numpy()
    others = queries != places
    kinds, colours = np.array([one.kind for one in drawings]), np.array([one.colour_id for one in drawings])
    is_kind = (kinds[queries] == kinds[places])[others]
    is_both = is_kind & (colours[queries] == colours[places])[others]
    assert is_kind.mean() >= 0.94
    assert is_both.mean() >= 0.89
