"""`make pictures`: the pictures of README and runbook, of a mall that the demo has walked through; its data alone.

Needs Chromium, as the journeys of the portal do. Writes docs/pictures, or the folder that is named.
"""

from __future__ import annotations

import io
import re
import subprocess
import sys
from pathlib import Path

import requests
from PIL import Image
from playwright.sync_api import Browser, Page, sync_playwright

from tests.support.browsing import missing, where
from tests.support.mall import MPP, Mall, data_folder

FOLDER = Path(__file__).parents[2] / "docs" / "pictures"
PC, PHONE = (1366, 768), (360, 640)
COLOURS = 64  # of a picture: pages have few
PASSWORD = "rahasia-demo"
CODE = re.compile(r"\b[PRC][0-9A-Z]{11}\b")


def main(into: Path = FOLDER) -> int:
    """Make them all, anew."""
    if (why := missing()) is not None:
        print(why, file=sys.stderr)
        return 1
    into.mkdir(exist_ok=True)
    with data_folder() as folder:
        mall = Mall(folder / "data")
        mall.folder.mkdir(mode=0o711)
        mall.start()
        try:
            told = subprocess.run([MPP, "demo", "--url", mall.url], capture_output=True, text=True, check=True).stdout
            with sync_playwright() as driver:
                browser = driver.chromium.launch(executable_path=where(), args=["--no-sandbox", "--disable-gpu"])
                take(browser, mall, CODE.findall(told), into)
                browser.close()
        finally:
            mall.interrupt()
    print(f"{sum(file.stat().st_size for file in into.glob('*.png')) // 1000} kB in {into}")
    return 0


def take(browser: Browser, mall: Mall, codes: list[str], into: Path) -> None:
    """What each person sees first."""
    permit = next(code for code in codes if code.startswith("P"))
    page = window(browser, PC)
    page.goto(mall.url + "/")
    keep(page, into / "front.png")
    telephone = window(browser, PHONE)
    telephone.goto(f"{mall.url}/lacak/{permit}")
    keep(telephone, into / "tracked-phone.png")
    sign_in(page, mall, "petugas.sukodono")
    page.goto(mall.url + "/daftar/ADM-LHR-01")
    keep(page, into / "register.png")
    sign_in(page, mall, "verifikator.dpmptsp")
    keep(page, into / "worklist.png")
    headers = mall.log_in("verifikator.dpmptsp")
    held = requests.get(f"{mall.url}/api/v1/worklist", headers=headers, timeout=20).json()["items"][0]
    page.goto(f"{mall.url}/kasus/{held['collection']}/{held['case_id']}")
    keep(page, into / "case.png")
    sign_in(page, mall, "operator")
    page.goto(mall.url + "/kelola")
    keep(page, into / "operator.png")


def window(browser: Browser, size: tuple[int, int]) -> Page:
    """Somebody's screen."""
    return browser.new_context(locale="id-ID", viewport={"width": size[0], "height": size[1]}).new_page()


def sign_in(page: Page, mall: Mall, account: str) -> None:
    """As somebody of the staff, whoever was there before."""
    page.context.clear_cookies()
    page.goto(mall.url + "/masuk")
    page.fill("#nama", account)
    page.fill("#sandi", PASSWORD)
    page.press("#sandi", "Enter")
    page.wait_for_url(re.compile(r"/(?!masuk)\w+"))


def keep(page: Page, file: Path) -> None:
    """What stands on the screen now, with few colours."""
    found = Image.open(io.BytesIO(page.screenshot())).convert("RGB")
    found.quantize(COLOURS, dither=Image.Dither.NONE).save(file, optimize=True)


if __name__ == "__main__":
    sys.exit(main(*map(Path, sys.argv[1:])))
