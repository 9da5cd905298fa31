"""`vopt labels` lists what waits, and writes the labels that are asked for."""

from __future__ import annotations

import hashlib
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from tests.cli.conftest import Vopt
from tests.shop.pdfs import A4, label, sizes_mm
from vopt_lib.desk.instance import open_desk
from vopt_lib.desk.shop.opening import author_of, shop_of
from vopt_lib.shop.tables import ChannelAccount, Order, OrderLine, Shipment


@pytest.fixture
def sold(environment: pytest.MonkeyPatch) -> None:
    """A dress was sold, which has a label, and a skirt, which has none."""
    desk = open_desk()
    desk.paths.labels.mkdir()
    sha256 = hashlib.sha256(label()).hexdigest()
    (desk.paths.labels / sha256).write_bytes(label())
    facts = {"kind": "sale", "state": "reserved", "currency": "EUR", "account_id": 1, "source": "test"}
    with shop_of(desk).writing(author_of(desk, None, "test")) as session:
        session.add(ChannelAccount(household_id=1, person_id=1, channel="vinted", market="it", name="a"))
        session.flush()
        for title, label_sha256 in (("a dress", sha256), ("a skirt", None)):
            shipment = Shipment(household_id=1, send_by=datetime.now(UTC) + timedelta(days=1))
            shipment.label_sha256 = label_sha256
            line = OrderLine(household_id=1, title=title)
            session.add(Order(household_id=1, ordered_at=datetime.now(UTC), lines=[line], shipment=shipment, **facts))


@pytest.mark.usefixtures("sold")
def test_without_being_asked_for_any_it_shows_what_waits(vopt: Vopt) -> None:
    told = vopt("labels")
    assert [line.split("  ")[-1] for line in told.lines] == [
        "a dress",
        "a skirt (no label yet)",
        "Print them with `vopt labels --all`, or some with --order NUMBER.",
    ]


@pytest.mark.usefixtures("sold")
def test_all_labels_that_there_are_go_into_one_file(vopt: Vopt, tmp_path: Path) -> None:
    told = vopt("labels", "--all", "--layout", "a4-2", "--output", str(tmp_path / "out.pdf"))
    assert (told.status, told.lines) == (0, [f"The labels are in {tmp_path}/out.pdf."])
    assert sizes_mm((tmp_path / "out.pdf").read_bytes()) == [A4]


@pytest.mark.usefixtures("sold")
def test_one_that_has_no_label_is_named_and_nothing_is_written(vopt: Vopt, tmp_path: Path) -> None:
    told = vopt("labels", "--order", "1", "--order", "2", "--output", str(tmp_path / "out.pdf"))
    assert (told.status, told.err.startswith("“a skirt” has no label yet.")) == (1, True)
    assert not (tmp_path / "out.pdf").exists()


def test_without_sales_there_is_nothing_to_print(vopt: Vopt) -> None:
    assert vopt("labels", "--all").lines == ["There is no label to print."]
