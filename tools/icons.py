"""Draws the icons that a phone asks for from the house's own mark: `python tools/icons.py`, with Chromium at hand.

The mark is `ui/static/ui/mark.svg`. A maskable icon reaches to its edges, and its drawing stays inside the middle four fifths.
"""

import os
import re
import shutil
from pathlib import Path

from playwright.sync_api import sync_playwright

FOLDER = Path(__file__).resolve().parents[1] / "src" / "shixiao" / "ui" / "static" / "ui"
ICONS = {
    "icon-192.png": (192, False),
    "icon-512.png": (512, False),
    "icon-180.png": (180, True),
    "icon-whole-512.png": (512, True),
}


def drawing(mark: str, size: int, *, is_whole: bool) -> str:
    """The mark at that size; whole, its ground fills the square and what stands on it is smaller."""
    if is_whole:
        ground, stands = re.fullmatch(r"<svg[^>]*>(<rect[^>]*/>)(.*)</svg>\s*", mark, re.DOTALL).groups()
        inside = f'<g transform="translate(3.2 3.2) scale(.8)">{stands}</g>'
        mark = f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 32 32">{re.sub(r" rx=.[0-9]+.", "", ground)}{inside}</svg>'
    return f'<body style="margin:0">{mark.replace("<svg ", f"<svg width={size} height={size} style=display:block ", 1)}'


def main() -> None:
    """Write them all."""
    mark = (FOLDER / "mark.svg").read_text(encoding="utf-8")
    path = os.environ.get("CHROMIUM") or shutil.which("chromium") or shutil.which("chromium-browser")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=["--no-sandbox"])
        for name, (size, is_whole) in ICONS.items():
            page = browser.new_page(viewport={"width": size, "height": size})
            page.set_content(drawing(mark, size, is_whole=is_whole))
            page.screenshot(path=FOLDER / name, omit_background=True)
        browser.close()


if __name__ == "__main__":
    main()
