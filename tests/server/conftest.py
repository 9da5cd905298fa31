"""This is where tests of the server get a running one, with two people before it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.servers import RunningPages, running_pages
from tests.visitors import Tab, Visitor

THINGS_SERVER = (str(Path(__file__).parent / "things_server.py"),)


@pytest.fixture(scope="session")
def pages(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningPages]:
    """The pages of a vopt that has nothing yet, and the page of things."""
    with running_pages(tmp_path_factory.mktemp("pages"), program=THINGS_SERVER) as running:
        yield running


@pytest.fixture(scope="session")
def anna(pages: RunningPages) -> Visitor:
    """Who has something open."""
    return Visitor.new(pages)


@pytest.fixture(scope="session")
def ben(pages: RunningPages) -> Visitor:
    """Who would like to have it."""
    return Visitor.new(pages)


@pytest.fixture(scope="session")
def things(anna: Visitor) -> Iterator[Tab]:
    """Anna's page of things."""
    with anna.opens("things") as tab:
        yield tab
