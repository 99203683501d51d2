"""The portal: a case registered on an old PC and a thin line, what pages cost beyond the interface, memory."""

from __future__ import annotations

import subprocess
import time
from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta
from typing import TYPE_CHECKING

import requests
from playwright.sync_api import sync_playwright

from mpp.identity import demo as people
from tests.load import cost
from tests.load.figures import percentile
from tests.support import browsing
from tests.support.mall import MPP, Mall, data_folder, processes_of
from tests.support.page_rules import Parsed
from tests.support.typist import BIRTH, LICENCE, Typist, hold_back, register
from tests.support.wait import until

if TYPE_CHECKING:
    from tests.load.stages import Run

CLERK, PASSWORD = "petugas.sukodono", "rahasia-demo"
USERS, READING = 10, 1.0  # people at once, and the seconds that each looks at a page
PAGES = {
    "front": ("/", ("/services",)),
    "service": ("/layanan/PRZ-SIP-DR", ("/services/PRZ-SIP-DR",)),
    "worklist": ("/kerja", ("/worklist?limit=25", "/worklist/counts", "/me", "/drafts")),
    "register": ("/daftar/PRZ-SIP-DR", ("/services/PRZ-SIP-DR",)),
}  # each page, and what it asks of the interface


def portal(run: Run) -> None:
    """All of it, at a `make run` that the demo has walked through."""
    with data_folder() as folder:
        mall = Mall(folder / "data")
        mall.folder.mkdir(mode=0o711)
        mall.start()
        subprocess.run([MPP, "demo", "--url", mall.url], check=True, capture_output=True)
        _beyond_the_interface(run, mall)
        _typed(run, mall)
        pids = {mall.process.pid, *processes_of(mall.folder)}
        found = cost.resident({str(pid): [cost.psutil.Process(pid)] for pid in pids})
        run.figures.add(
            "portal.resident.embedded_mall", sum(found.values()), "MB", note="with portal and papers at work"
        )
        mall.interrupt()
        until(lambda: not processes_of(mall.folder), what="the end of the database")


# ------------------------------------------------------------------ typed


def _typed(run: Run, mall: Mall) -> None:
    """A licence and a birth, by who types at human speed."""
    born = (date.today() - timedelta(days=9)).strftime("%m%d%Y")  # noqa: DTZ011 - as a Chromium that speaks English asks
    with sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=browsing.where(), args=["--no-sandbox", "--disable-gpu"])
        for name, service, index in (("licence", LICENCE, 81), ("birth", BIRTH, 83)):
            who = people.resident(index)
            told = {"nik": who.nik, "name": who.name, "index": str(index), "mother": who.nik, "born": born}
            page = browser.new_context(locale="id-ID").new_page()
            page.set_default_timeout(120_000)
            page.goto(f"{mall.url}/masuk")
            page.fill("#nama", CLERK)
            page.fill("#sandi", PASSWORD)
            page.press("#sandi", "Enter")
            page.wait_for_url("**/kerja")
            page.goto(f"{mall.url}/daftar")
            hold_back(page)
            person = Typist(page)
            register(person, service, told | {"family_card": who.family_card})
            run.figures.add(
                f"portal.typed.{name}.seconds", person.seconds, "s", note=f"{person.keys} keys beyond the data"
            )
            run.figures.add(f"portal.typed.{name}.keys", person.keys, "keys")
            run.figures.add(f"portal.typed.{name}.waited", person.waited, "s", note=f"{person.bytes} bytes")
            page.context.close()
        browser.close()


# ------------------------------------------------------------------ beyond the interface


def _beyond_the_interface(run: Run, mall: Mall) -> None:
    """Ten people who look at a page for a second each: p95 of the page, less that of what it asks of the interface."""
    token = mall.log_in(CLERK)
    signed_in = requests.Session()
    form = Parsed(signed_in.get(f"{mall.url}/masuk", timeout=20).text).forms[0]
    typed = form.values | {"nama": CLERK, "sandi": PASSWORD}
    signed_in.post(f"{mall.url}/masuk", data=typed, timeout=20).raise_for_status()
    for name, (page, calls) in PAGES.items():
        pages = _by_ten(run, mall, (page,), cookies=dict(signed_in.cookies.items()))
        asked = _by_ten(run, mall, tuple(f"/api/v1{call}" for call in calls), headers=token)
        for share in (0.5, 0.95):
            key = f"portal.page.{name}.p{round(share * 100)}"
            run.figures.add(key, percentile(pages, share), "ms", users=USERS, baseline=percentile(asked, share))
        more = percentile(pages, 0.95) - percentile(asked, 0.95)
        run.figures.add(f"portal.beyond_the_interface.{name}.p95", more, "ms", users=USERS)


def _by_ten(run: Run, mall: Mall, addresses: tuple[str, ...], **asked: dict[str, str]) -> list[float]:
    """Milliseconds of each time that somebody asked for all of these, one after the other."""
    end = time.monotonic() + run.seconds

    def person(number: int) -> list[float]:
        took, session = [], requests.Session()
        time.sleep(READING * number / USERS)
        while time.monotonic() < end:
            began = time.perf_counter()
            for address in addresses:
                session.get(mall.url + address, timeout=30, **asked).raise_for_status()
            took.append(1000 * (time.perf_counter() - began))
            time.sleep(READING)
        return took[1:]  # the first one opens the connection

    with ThreadPoolExecutor(USERS) as people_at_once:
        return [each for found in people_at_once.map(person, range(USERS)) for each in found]
