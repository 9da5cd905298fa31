"""`vopt embed` and `vopt similar` as a person uses them: photos are made comparable, and what looks alike is found."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import pytest

from tests.cli.conftest import Vopt
from tests.servers import RunningSimulator
from tests.simulator.drawn import drawn, offers_of

pytestmark = pytest.mark.timeout(300)


@pytest.fixture
def photo(tmp_path: Path) -> Path:
    path = tmp_path / "borsa.webp"
    [bag] = offers_of(("handbag",), (7,), each=1)
    path.write_bytes(drawn(bag, size=(310, 430)).photo)
    return path


def test_photos_of_listings_are_fetched_and_what_looks_alike_is_found(
    vopt: Vopt, market: RunningSimulator, photo: Path
) -> None:
    vopt("follow", "add", "--catalog", "Donna > Borse")
    vopt("collect")
    told = vopt("embed", "--most", "12")
    assert told.status == 0
    assert told.lines[-2:] == [
        "Describing photos: 0 photos described",
        "Describing photos: 12 photos described, 12 fetched",
    ]
    assert vopt("embed", "--own").lines[-1] == "Describing photos: 0 photos described"

    told = vopt("similar", str(photo), "--most", "3")
    assert told.status == 0
    assert "%  " in told.lines[0]
    assert told.lines[-1].startswith("Look-alikes on sale ask €")
    plain = json.loads(vopt("similar", str(photo), "--category", "Borse", "--most", "3", "--json").out)
    assert (len(plain["market"]), plain["photos"], plain["own"]) == (3, 12, [])
    assert json.loads(vopt("similar", str(photo), "--sold", "--json").out)["market"] == []

    listing = plain["market"][0]["listing_id"]
    told = json.loads(vopt("similar", "--listing", str(listing), "--json").out)
    assert (len(told["market"]), told["photos"]) == (10, 12)
    assert listing not in [row["listing_id"] for row in told["market"]]
    assert "vopt does not know the photo of listing 7." in vopt("similar", "--listing", "7").err


def test_what_cannot_be_done_is_a_sentence(vopt: Vopt, photo: Path, tmp_path: Path) -> None:
    told = vopt("similar", str(photo))
    assert (told.status, told.out) == (1, "")
    assert (
        told.err.strip()
        == "No photo has been described by shapes-1 yet. Describe them with `vopt embed --model shapes-1`."
    )
    for named in ((), (str(photo), "--listing", "7")):
        told = vopt("similar", *named)
        assert told.status == 2
        assert "Name a photo, a listing with --listing, or words with --words." in told.err
    missing = vopt("similar", str(tmp_path / "none.jpg"))
    assert missing.status == 1
    assert "Traceback" not in missing.err
    assert "shapes-1" in vopt("embed", "--model", "nobody").err


def test_either_a_photo_or_words_are_looked_for(vopt: Vopt, photo: Path, environment: pytest.MonkeyPatch) -> None:
    environment.setitem(sys.modules, "open_clip", None)
    for arguments in ((), (str(photo), "--words", "abito rosso")):
        told = vopt("similar", *arguments)
        assert told.err.startswith("Name a photo, a listing with --listing, or words with --words.")
    missing = vopt("similar", "--words", "abito rosso")
    assert (missing.status, missing.out) == (1, "")
    assert "pip install 'vopt[vision]'" in missing.err
    assert "compares photos with photos only" in vopt("similar", "--words", "abito", "--model", "shapes-1").err
    assert "pip install" in vopt("embed", "--model", "clip", "--download").err
    assert "Nothing to fetch" in vopt("embed", "--own", "--download").out


def test_a_photo_suggests_its_colour(vopt: Vopt, photo: Path) -> None:
    told = vopt("photos", "suggest", str(photo), language="it")
    assert told.status == 0
    assert told.lines[1].endswith("Rosso")
    plain = json.loads(vopt("photos", "suggest", str(photo), "--json").out)
    assert (plain["model"], plain["colours"][0]["id"], plain["patterns"]) == ("shapes-1", 7, [])
