"""This is where the pages are listed: their names, their notebooks, and how the sidebar draws them."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from vopt_lib.paths import checkout
from vopt_lib.words import N_

Group = Literal["own", "market", "upkeep"]

GROUPS: dict[Group, str] = {"own": N_("Selling"), "market": N_("Market"), "upkeep": N_("Keeping order")}
"""The headings of the sidebar, in their order."""


@dataclass(frozen=True)
class Page:
    """One page. `icon` is the path of a 24 × 24 line drawing, `notebook` the marimo notebook that it is; a page without
    a `group` is reached by links of the others.

    `is_first`: one of the few that stand at the bottom of a phone.
    """

    name: str
    title: str
    icon: str
    notebook: Path
    group: Group | None = None
    is_first: bool = False

    @property
    def href(self) -> str:
        """Its address, without filters."""
        return "/" if self.name == "home" else f"/{self.name}"

    @property
    def in_sidebar(self) -> bool:
        """Whether the sidebar leads there."""
        return self.group is not None


def _page(name: str, title: str, icon: str, group: Group | None = None, *, is_first: bool = False) -> Page:
    return Page(name, title, icon, checkout() / "notebooks" / f"{name}.py", group, is_first)


PAGES = (
    _page("home", N_("Home"), "M3 11.5 12 4l9 7.5M5.5 9.5V20h13V9.5M10 20v-6h4v6", "own", is_first=True),
    _page("studio", N_("Studio"), "M4 20l1-4.5L16.5 4 20 7.5 8.5 19zM13.5 7l3.5 3.5M4 20l4.5-1", "own", is_first=True),
    _page(
        "inventory",
        N_("Inventory"),
        "M3.5 8.5 12 4l8.5 4.5v8L12 21l-8.5-4.5zM3.5 8.5 12 13l8.5-4.5M12 13v8",
        "own",
        is_first=True,
    ),
    _page("sales", N_("Sales"), "M4 20V10h4v10M10 20V5h4v15M16 20v-7h4v7M3 20h18", "own", is_first=True),
    _page(
        "price",
        N_("What to ask"),
        "M4 12.5V4h8.5L21 12.5 12.5 21zM8.5 8.5v.1M14.5 10.5a3 3 0 1 0 0 4.5M10 12h3.5M10 14h3.5",
        "own",
    ),
    _page("market", N_("Prices"), "M4 19V5M4 19h16M7.5 15l3.5-4 3 2.5L19.5 7", "market"),
    _page(
        "brand",
        N_("Brands"),
        "M12 14.5a5.5 5.5 0 1 0 0-11 5.5 5.5 0 0 0 0 11ZM8.5 13.6 7 21l5-2.5L17 21l-1.5-7.4",
        "market",
    ),
    _page("deals", N_("Deals"), "M4 4h8l8.5 8.5-8 8L4 12zM8.4 8.4v.1M10 14l4-4", "market"),
    _page("follow", N_("Searches"), "M10.5 17a6.5 6.5 0 1 0 0-13 6.5 6.5 0 0 0 0 13ZM15.5 15.5 20 20", "market"),
    _page(
        "similar",
        N_("Look-alikes"),
        "M4 4h9v9H4zM11 16.5V20h9v-9h-3.5M6 11l2.2-2.6 1.6 1.7 1.2-1.3L13 11M7.3 6.9v.1",
        "market",
    ),
    _page(
        "quality",
        N_("Data quality"),
        "M12 3.5 5 6v5.5c0 4.3 3 7.3 7 9 4-1.7 7-4.7 7-9V6zM8.8 12l2.3 2.3 4.1-4.6",
        "upkeep",
    ),
    _page("imports", N_("Imports"), "M12 3.5v11M7.5 10.5l4.5 4.5 4.5-4.5M4 15.5V20h16v-4.5", "upkeep"),
    _page("duplicates", N_("Duplicates"), "M4 4h11v11H4zM9 9h11v11H9zM12 14.5l2 2 3.5-4", "upkeep"),
    _page("sql", N_("Questions"), "M5 6h14v10h-7l-4 3.5V16H5zM9 10h6M9 13h3.5", "upkeep"),
    _page(
        "people",
        N_("People"),
        "M9 11a3 3 0 1 0 0-6 3 3 0 0 0 0 6M3 20c0-8 12-8 12 0M16 11a3 3 0 0 0 0-6M21 20q0-5-4-6",
        "upkeep",
    ),
    _page(
        "admin",
        N_("Administration"),
        "M4 7h10M18 7h2M4 17h2M10 17h10M16 9a2 2 0 1 0 0-4 2 2 0 0 0 0 4M8 19a2 2 0 1 0 0-4 2 2 0 0 0 0 4",
        "upkeep",
    ),
    _page("listing", N_("Listing"), "M4 4h8l8.5 8.5-8 8L4 12z"),
    _page("price_model", N_("Price model"), "M4 20V4M4 20h16M7 16l10-9M8 9v.1M12 14v.1M16 11v.1"),
    _page("assistant", N_("Language models"), "M4 5h16v10h-8l-5 4v-4H4zM8 9h8M8 12h5"),
)
