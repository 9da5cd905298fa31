"""Pages for people without an account: each a file that runs nothing, asks nobody, and tells no more than it must."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from lxml import html

from tests.markets import BAGS, DRESSES, HOSTILE, HOSTILE_STRANGERS, small_market_data
from tests.selling import sell
from vopt_lib.desk.instance import Desk, open_desk
from vopt_lib.errors import CannotWrite, ExtraMissing, FolderNotOurs, NothingPublished
from vopt_lib.schema.static_pages import StaticPage
from vopt_lib.schema.visitor import Visitor
from vopt_lib.server.publishing import MARK, main, publish
from vopt_lib.server.static_pages import POLICY, files

EVERY = list(StaticPage)
ACTIVE = "//script|//iframe|//object|//form|//input|//button|//link|//*[starts-with(name(), 'marimo')]"
OWNER = Visitor("", "en", role="admin")


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Desk:
    """A market full of strangers' tricks, and a closet whose owner has some, too."""
    made = small_market_data(tmp_path_factory.mktemp("market"), strangers=HOSTILE_STRANGERS)
    sell(made, "Abito rosso", *HOSTILE[:6], place="in the attic")
    return made


@pytest.fixture(scope="module")
def made(desk: Desk) -> dict[str, bytes]:
    return dict(files(desk, OWNER, EVERY))


def test_there_is_a_file_for_each_page_and_each_followed_catalogue(made: dict[str, bytes]) -> None:
    catalogues = {f"prices-{one.id}.html" for one in (DRESSES, BAGS)}
    assert set(made) == {"index.html", "prices.html", "closet.html", "sales.html", *catalogues}


def test_every_link_leads_to_one_of_the_files_or_to_a_listing(made: dict[str, bytes]) -> None:
    for content in made.values():
        led = {link.get("href") for link in html.document_fromstring(content.decode()).xpath("//a")}
        assert led <= made.keys()
    first = html.document_fromstring(made["prices.html"].decode())
    assert f"prices-{BAGS.id}.html" in {link.get("href") for link in first.xpath("//table//a")}


def test_nothing_runs_and_nothing_is_fetched(made: dict[str, bytes]) -> None:
    for name, content in made.items():
        page = html.document_fromstring(content.decode())
        assert page.xpath("//meta[@http-equiv='Content-Security-Policy']/@content") == [POLICY], name
        assert not page.xpath(
            "//script|//iframe|//object|//form|//input|//button|//link|//*[starts-with(name(), 'marimo')]"
        )
        assert not [value for value in page.xpath("//@*") if value.strip().lower().startswith("javascript:")]
        assert not [told for told in page.xpath("//*/@*") if getattr(told, "attrname", "").startswith("on")]
        assert all(source.startswith("data:") for source in page.xpath("//*/@src"))


def test_every_chart_is_drawn(made: dict[str, bytes]) -> None:
    page = html.document_fromstring(made[f"prices-{BAGS.id}.html"].decode())
    charts = page.xpath("//*[contains(@class, 'vopt-chart-marks')]")
    assert len(charts) > 3
    assert all(chart.xpath(".//svg") for chart in charts)
    assert all(chart.get("aria-label") for chart in charts)


def test_prices_tell_of_no_single_listing(made: dict[str, bytes]) -> None:
    for name in ("prices.html", f"prices-{BAGS.id}.html"):
        told = html.document_fromstring(made[name].decode()).text_content()
        assert not [title for title in HOSTILE if len(title.strip()) > 6 and title in told]
        assert b"vinted.net" not in made[name]


def test_a_closet_tells_what_a_visitor_of_it_sees(made: dict[str, bytes]) -> None:
    told = html.document_fromstring(made["closet.html"].decode()).text_content()
    assert "Abito rosso" in told
    assert "€9.50" in told
    assert "in the attic" not in told


def test_sales_are_sums_only(made: dict[str, bytes]) -> None:
    assert b"Abito rosso" not in made["sales.html"]


def test_they_are_in_the_language_of_whom_they_are_for(desk: Desk) -> None:
    for language in ("it", "en"):
        content = dict(files(desk, Visitor("", language, role="admin"), [StaticPage.SALES]))["sales.html"]
        assert html.document_fromstring(content.decode()).get("lang") == language


def test_where_nothing_is_published_it_says_so(tmp_path: Path) -> None:
    empty = open_desk(data=tmp_path)
    with pytest.raises(NothingPublished):
        dict(files(empty, OWNER, [StaticPage.PRICES]))
    assert set(dict(files(empty, OWNER, [StaticPage.CLOSET, StaticPage.SALES]))) == {
        "index.html",
        "closet.html",
        "sales.html",
    }


def test_without_what_draws_it_says_which_extra_is_missing(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(__import__("sys").modules, "vl_convert", None)
    with pytest.raises(ExtraMissing):
        dict(files(desk, OWNER, [StaticPage.PRICES]))


def test_a_folder_that_vopt_wrote_is_replaced_and_no_other(tmp_path: Path) -> None:
    folder = tmp_path / "pages"
    publish([("index.html", b"old"), ("closet.html", b"old")], folder)
    assert publish([("index.html", b"new")], folder).files == ("index.html",)
    assert {path.name: path.read_bytes() for path in folder.iterdir() if path.name != MARK} == {"index.html": b"new"}
    (folder / "mine.txt").write_text("mine")
    with pytest.raises(FolderNotOurs):
        publish([("index.html", b"newer")], folder)
    assert (folder / "index.html").read_bytes() == b"new"


@pytest.mark.parametrize("mark", ["[]", "{", '{"files": 3}'])
def test_a_folder_with_a_strange_mark_is_left_alone(tmp_path: Path, mark: str) -> None:
    (tmp_path / MARK).write_text(mark)
    with pytest.raises(FolderNotOurs):
        publish([("index.html", b"")], tmp_path)


def test_a_link_to_a_folder_is_left_alone(tmp_path: Path) -> None:
    publish([("index.html", b"old")], tmp_path / "pages")
    (tmp_path / "link").symlink_to(tmp_path / "pages")
    with pytest.raises(FolderNotOurs):
        publish([("index.html", b"new")], tmp_path / "link")


def test_what_fails_half_way_leaves_everything_as_it_was(tmp_path: Path) -> None:
    def breaks() -> object:
        yield "index.html", b"new"
        raise NothingPublished

    publish([("index.html", b"old")], tmp_path / "pages")
    with pytest.raises(NothingPublished):
        publish(breaks(), tmp_path / "pages")  # type: ignore[arg-type]
    assert (tmp_path / "pages" / "index.html").read_bytes() == b"old"
    assert [path.name for path in tmp_path.iterdir()] == ["pages"]


def test_a_folder_that_cannot_be_written_is_told(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(CannotWrite):
        publish([("index.html", b"")], tmp_path / "file" / "pages")


def test_the_program_writes_and_tells(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("VOPT_DATA", str(tmp_path / "data"))
    output = tmp_path / "pages"
    assert main(["closet", "--output", str(output)]) == 0
    assert "2 files are in" in capsys.readouterr().out
    assert json.loads((output / MARK).read_bytes()) == {"files": ["index.html", "closet.html"]}
    assert main(["prices", "--output", str(output)]) == 1
    assert "no published data" in capsys.readouterr().err
