"""This is where the icons that a phone keeps vopt under are drawn from its mark: python -m docs.icons."""

from __future__ import annotations

from pathlib import Path

from playwright.sync_api import Browser

from tests.windows import chromium

STATIC = Path(__file__).parent.parent / "vopt_lib" / "ui" / "static"
ROUND, SQUARE = 'rx="8" ', ""
ICONS = {
    "icon-192": (192, ROUND),
    "icon-512": (512, ROUND),
    "icon-maskable-512": (512, SQUARE),
    "icon-180": (180, SQUARE),
}
"""{file: (px, corners)}. A phone cuts the square ones into its own form; the mark lies within the inner 80 % that every
form keeps (https://www.w3.org/TR/appmanifest/#icon-masks).
"""


def draw(browser: Browser, size: int, corners: str) -> bytes:
    """The mark as a PNG of so many px."""
    mark = (STATIC / "icon.svg").read_text(encoding="utf-8").replace(ROUND, corners)
    page = browser.new_page(viewport={"width": size, "height": size})
    page.set_content(f"<style>body{{margin:0}}svg{{display:block;width:{size}px}}</style>{mark}")
    drawn = page.screenshot(omit_background=True)
    page.close()
    return drawn


def main() -> None:
    """Draw them all."""
    with chromium() as browser:
        for name, (size, corners) in ICONS.items():
            (STATIC / f"{name}.png").write_bytes(draw(browser, size, corners))


if __name__ == "__main__":
    main()
