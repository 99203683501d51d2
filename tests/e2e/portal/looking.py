"""`python -m tests.e2e.portal.looking FOLDER`: a real browser looks at the pages that tests have seen (`seen.py`).

MPP_PORTAL is the mall that their style sheets come from. Each page is written into one and the same window, so that
axe is loaded once. It is looked at on a small telephone and on a PC at 200 %; what depends on no width, once. Prints
what is wrong, and ends with 1.
"""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path
from typing import Any

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, sync_playwright

from tests.support.browsing import where

PHONE, ZOOMED = (320, 640), (683, 384)  # 1366 x 768 at 200 % has half as many pixels of CSS
EVERYTHING = {"rules": {"target-size": {"enabled": True}}, "resultTypes": ["violations"]}
OF_ITS_WIDTH = {
    "runOnly": ["color-contrast", "target-size", "scrollable-region-focusable", "link-in-text-block"],
    "resultTypes": ["violations"],
}
# Wrong in each way that is looked for: who finds nothing here is blind.
BAD = """<!doctype html><html><title>x</title><main><h1>x</h1><p style="width: 900px"><input>
<a href="#a" class="s">.</a><a href="#b" class="s">.</a></p></main></html>"""
FOUND_IN_BAD = {"html-has-lang", "label", "target-size"}


def main(folder: Path) -> int:
    """Look at every page of the folder."""
    pages = json.loads((folder / "pages.json").read_text())
    wrong: list[str] = []
    with sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=where(), args=["--no-sandbox", "--disable-gpu"])
        page = browser.new_page()
        page.goto(os.environ["MPP_PORTAL"] + "/periksa")
        page.evaluate(Axe().axe_script)
        blind = [each for each in FOUND_IN_BAD if not any(each in told for told in look(page, BAD, EVERYTHING))]
        wrong += [f"a page that is wrong on purpose passes: {each}" for each in blind]
        for (width, height), options in ((PHONE, EVERYTHING), (ZOOMED, OF_ITS_WIDTH)):
            page.set_viewport_size({"width": width, "height": height})
            for name, address in pages.items():
                wrong += [
                    f"{address} ({name}) at {width} px: {each}"
                    for each in look(page, (folder / name).read_text(), options)
                ]
        browser.close()
    print("\n".join(wrong) or f"{len(pages)} pages, nothing wrong")
    return 1 if wrong else 0


def look(page: Page, text: str, options: dict[str, Any]) -> list[str]:
    """What is wrong with one page at the width that the window has."""
    page.set_content(text)
    width = page.viewport_size["width"] if page.viewport_size else 0
    wide, found = page.evaluate(
        "options => axe.run(document, options).then(told => [document.documentElement.scrollWidth, told.violations])",
        options,
    )
    told = [f"{each['id']}: {each['help']} {[node['html'][:200] for node in each['nodes'][:3]]}" for each in found]
    return told + ([f"{wide} px wide"] if wide > width else [])


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1])))
