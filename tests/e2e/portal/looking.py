"""`python -m tests.e2e.portal.looking FOLDER`: a real browser looks at the pages that tests have seen (`seen.py`).

MPP_PORTAL is the mall that their style sheets come from. Each page is written into one and the same window, so that
axe is loaded once. It is looked at on a small telephone and on a PC at 200 %; what depends on no width, once; to look
at colours takes longer than at all else together. Prints what is wrong, and ends with 1.
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
COLOURS = ("color-contrast", "link-in-text-block")
OF_ITS_WIDTH = ("target-size", "scrollable-region-focusable")
# Wrong in each way that is looked for: who finds nothing here is blind.
BAD = """<!doctype html><html><title>x</title><main><h1>x</h1><p style="width: 900px"><input>
<a href="#a" class="s">.</a><a href="#b" class="s">.</a></p><p>Pucat sekali</p></main></html>"""
PALE = "() => { document.querySelector('p + p').style.color = '#ddd' }"  # the policy lets no page say so
FOUND_IN_BAD = {"html-has-lang", "label", "target-size", "color-contrast"}


def main(folder: Path) -> int:
    """Look at every page of the folder."""
    pages = json.loads((folder / "pages.json").read_text())
    wrong: list[str] = []
    with sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=where(), args=["--no-sandbox", "--disable-gpu"])
        page = browser.new_page()
        page.goto(os.environ["MPP_PORTAL"] + "/periksa")
        page.evaluate(Axe().axe_script)
        page.set_content(BAD)
        page.evaluate(PALE)
        found = broken_rules(page, options(PHONE, colours=True))
        wrong += [
            f"a page that is wrong on purpose passes: {each}"
            for each in FOUND_IN_BAD
            if not any(told.startswith(each) for told in found)
        ]
        for size in (PHONE, ZOOMED):
            page.set_viewport_size({"width": size[0], "height": size[1]})
            for name, told in pages.items():
                if size == PHONE or told["elements"] or told["colours"]:
                    page.set_content((folder / name).read_text())
                    wrong += [f"{told['where']} ({name}) at {size[0]} px: {each}" for each in look(page, size, told)]
        browser.close()
    print("\n".join(wrong) or f"{len(pages)} pages, nothing wrong")
    return 1 if wrong else 0


def look(page: Page, size: tuple[int, int], told: dict[str, Any]) -> list[str]:
    """What is wrong with the page that the window shows, which is so large."""
    wide = page.evaluate("document.documentElement.scrollWidth")
    found = broken_rules(page, options(size, told["colours"])) if told["elements"] or told["colours"] else []
    return found + ([f"{wide} px wide"] if wide > size[0] else [])


def options(size: tuple[int, int], colours: bool) -> dict[str, Any]:
    """What axe looks for: everything on a telephone, and what depends on the width on a PC."""
    if size == ZOOMED:
        return {"runOnly": [*OF_ITS_WIDTH, *(COLOURS if colours else ())], "resultTypes": ["violations"]}
    rules = {"target-size": {"enabled": True}} | {rule: {"enabled": colours} for rule in COLOURS}
    return {"rules": rules, "resultTypes": ["violations"]}


def broken_rules(page: Page, asked: dict[str, Any]) -> list[str]:
    """Each with the elements that break it."""
    found = page.evaluate("options => axe.run(document, options).then(told => told.violations)", asked)
    return [f"{each['id']}: {each['help']} {[node['html'][:200] for node in each['nodes'][:3]]}" for each in found]


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1])))
