"""This is where the built-in descriptor of photos is fitted, to photos that the simulator draws: models/shapes-1.npz.

python -m docs.fit_descriptor            draws some thousands, which takes minutes, and writes the file
python -m docs.fit_descriptor --photos N as many as that

Nothing else goes in: no photo that anybody took, and no word on what such a photo shows. Each part of the shape
(`vopt_lib.vision.descriptor.PARTS`) is centred and turned onto the directions in which drawn photos differ most. What
makes drawn photos of one silhouette differ (how it lies, light, cloth, what it lies on) is then made to count less:
within-class whitening (A. O. Hatch, S. Kajarekar, A. Stolcke, Interspeech 2006). Vectors of another fit are not
comparable with those of this one: a file that replaces a published one gets another name.
"""

from __future__ import annotations

import argparse
from collections.abc import Iterator, Sequence
from dataclasses import replace
from io import BytesIO
from pathlib import Path
from typing import Final

import numpy as np
import numpy.typing as npt
from PIL import Image

from tests.simulator.drawn import DRESS
from vopt_lib.files import write_bytes
from vopt_lib.schema.vinted_terms import colours
from vopt_lib.simulator.kinds import leaves
from vopt_lib.simulator.offers import Offer
from vopt_lib.simulator.photos import draw_photo, look_of
from vopt_lib.vision.descriptor import NAME, PARTS, parts_of

FILE: Final = Path(__file__).parent.parent / "models" / f"{NAME}.npz"
SEED: Final = 7
PHOTOS: Final = 4_000
KEPT: Final = {"silhouette": 96, "evened": 128, "shares": 128}
"""How many directions of each part are kept."""
RIDGE: Final = 0.03
"""Of the largest spread within a silhouette, added to all: drawn photos do not know everything that may differ."""

Rows = npt.NDArray[np.float64]


def offers(count: int, seed: int) -> Iterator[Offer]:
    """Listings of all silhouettes in turn, each in one or two colours; only what their photos show is of use."""
    rng = np.random.default_rng(seed)
    catalogues: dict[str, list[int]] = {}
    for leaf in leaves():
        catalogues.setdefault(leaf.kind.silhouette, []).append(leaf.node.catalog_id)
    known = [colour.id for colour in colours()]
    for number in range(count):
        of_silhouette = list(catalogues.values())[number % len(catalogues)]
        yield replace(
            DRESS,
            listing_id=number,
            title="",
            catalog_id=int(rng.choice(of_silhouette)),
            colour_ids=tuple(rng.choice(known, int(rng.integers(1, 3)), replace=False).tolist()),
            photo_seed=int(rng.integers(2**31)),
            seller_id=number,
        )


def drawn(count: int, seed: int) -> Iterator[tuple[str, Image.Image]]:
    """The silhouettes and the leading photos of such listings, a fifth of these wider than high."""
    for number, offer in enumerate(offers(count, seed)):
        size = (256, 192) if number % 5 == 0 else (192, 256)
        photo = Image.open(BytesIO(draw_photo(offer, 1, size, "jpeg"))).convert("RGB")
        yield look_of(offer).silhouette, photo


def fitted(rows: Rows, silhouettes: Sequence[str], kept: int) -> tuple[Rows, Rows]:
    """The mean of rows, and the axes (numbers of a row, kept) onto which what differs from it is turned."""
    mean = rows.mean(axis=0)
    directions = np.linalg.svd(rows - mean, full_matrices=False)[2][:kept].T
    turned = (rows - mean) @ directions
    _, of_row = np.unique(silhouettes, return_inverse=True)
    means = np.stack([turned[of_row == at].mean(axis=0) for at in range(of_row.max() + 1)])
    spread, within = np.linalg.eigh(np.cov((turned - means[of_row]).T))
    whitened = directions @ within / np.sqrt(spread / spread[-1] + RIDGE)
    # The sign of a direction means nothing: the same on every machine.
    return mean, whitened * np.sign(whitened[np.abs(whitened).argmax(axis=0), np.arange(kept)])


def fit(count: int, seed: int) -> dict[str, npt.NDArray[np.float16] | npt.NDArray[np.float32]]:
    """The arrays of models/shapes-1.npz."""
    seen = [(silhouette, parts_of(photo)) for silhouette, photo in drawn(count, seed)]
    silhouettes = [silhouette for silhouette, _ in seen]
    arrays: dict[str, npt.NDArray[np.float16] | npt.NDArray[np.float32]] = {}
    for name in PARTS:
        rows = np.stack([parts[name] for _, parts in seen]).astype(np.float64)
        mean, axes = fitted(rows, silhouettes, KEPT[name])
        arrays[f"{name}_mean"] = mean.astype(np.float32)
        arrays[f"{name}_axes"] = axes.astype(np.float16)
    return arrays


def main() -> None:
    """Fit it, and write the file."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--photos", type=int, default=PHOTOS)
    content = BytesIO()
    np.savez_compressed(content, **fit(parser.parse_args().photos, SEED))
    write_bytes(FILE, content.getvalue())


if __name__ == "__main__":
    main()
