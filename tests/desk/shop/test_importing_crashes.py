"""An import that is killed at any moment and taken in again gives the same shop as one that was not."""

from __future__ import annotations

import signal
from pathlib import Path

import pytest

from tests.cradle import lived
from tests.desk.shop.takings import IMAGE, Home, home, label, listing, order, sold, write
from vopt_lib.commit_points import CommitPoint

POINTS = [
    *(f"{CommitPoint.IMPORT_BEGUN}#{n}" for n in (1, 2)),
    *(f"{CommitPoint.IMPORT_PHOTO_STORED}#{n}" for n in (1, 3)),
    *(f"{CommitPoint.IMPORT_BATCH_WRITTEN}#{n}" for n in (1, 2, 3, 4, 5)),
    *(f"{CommitPoint.IMPORT_ENDED}#{n}" for n in (1, 2, 3)),
]


def files(one: Home) -> list[str]:
    """An archive of several batches, a later one, and mails."""
    photos = {f"photos/{1000000000 + n}/1.webp": IMAGE + bytes([n]) for n in range(1, 5)}
    created_at = "2026-11-06 20:30:14 +0100"
    cells = [listing(1000000000 + n, title=f"Cosa {n}", created_at=created_at) for n in range(1, 5)]
    sale = order(title="Cosa 1", seller="anna_r", order_purchased="2026-11-09 17:31:00 +0000")
    later = [listing(1000000009, title="Cosa 2"), listing(1000000003, title="Cosa 3", order_value="9.0 EUR")]
    return [
        str(one.archive(*cells, sale, day=10, photos=photos)),
        str(one.archive(*later, day=12)),
        str(one.mail(*sold("Cosa 1"))),
        str(one.mail(*label("Cosa 1"), sent="10", pdf="Vinted-Label-16606466410.pdf")),
    ]


def run(folder: Path, point: str, taken: list[str]) -> int:
    return lived("tests.desk.shop.taken_in_child", str(folder), point, *taken)


@pytest.mark.slow
@pytest.mark.parametrize("point", POINTS)
def test_killed_anywhere_and_repeated_the_shop_is_the_same(tmp_path: Path, point: str) -> None:
    taken = files(home(tmp_path))
    whole, killed = home(tmp_path / "whole"), tmp_path / "killed"
    for one in (whole, home(killed)):
        write(one, title="Cosa 4")
    for file in taken:
        whole.take(Path(file))
    assert len([row for row in whole.said()["listings"] if row["external_id"] is None]) == 0
    assert run(killed, point, taken) == -signal.SIGKILL, f"never reached {point}"
    assert run(killed, "never", taken) == 0
    assert home(killed).said() == whole.said()
    assert not [path for path in (killed / "data" / "photos").iterdir() if path.name.startswith(".")]


def test_killed_between_two_batches_what_was_written_stays_and_the_rest_follows(tmp_path: Path) -> None:
    taken = files(home(tmp_path))
    assert run(tmp_path / "killed", f"{CommitPoint.IMPORT_BATCH_WRITTEN}#1", taken[:1]) == -signal.SIGKILL
    assert len(home(tmp_path / "killed").said()["listings"]) == 2
    assert run(tmp_path / "killed", "never", taken[:1]) == 0
    assert len(home(tmp_path / "killed").said()["listings"]) == 4
