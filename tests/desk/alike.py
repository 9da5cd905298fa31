"""This is where tests let listings of a market show photos that are described, without a simulator."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from vopt_lib.desk import market_embedding
from vopt_lib.desk.instance import Desk
from vopt_lib.desk.market_embedding import embed_market


def describe_market(desk: Desk, photos: Sequence[bytes], *, most: int = 100) -> dict[int, int]:
    """Let the listings of the market show these photos in turn. Returns: which of them each listing shows."""
    shown: dict[str, int] = {}

    def answered(client: object, url: str) -> bytes:
        return photos[shown.setdefault(url, len(shown) % len(photos))]

    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(market_embedding, "fetch_photo", answered)
        embed_market(desk, most=most)
    links = desk.lake.scan("listing_photo", version="newest").select("listing_id", "photo_url").collect()
    return {listing_id: shown[url] for listing_id, url in links.iter_rows() if url in shown}
