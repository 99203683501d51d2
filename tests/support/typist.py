"""A person who types: every key is counted, and what the data themselves need is told apart from what the page asks.

Nothing sleeps as long as a person would: the time of typing is computed (`KEY`), what the browser and the line take is
measured, or follows from the trips and bytes that are counted here.
"""

from __future__ import annotations

import time
from dataclasses import dataclass, field

from playwright.sync_api import CDPSession, Page, Request

KEY = 0.2  # seconds for each key: 300 in a minute
LINE, DELAY = 256_000 / 8, 0.8  # bytes per second, seconds for a round trip: what a village office has
SLOWER = 6  # times, of the processor


@dataclass
class Typist:
    """One person at one page. `data` counts the keys of what is filed, `keys` all others."""

    page: Page
    data: int = 0
    keys: int = 0
    waited: float = 0.0
    trips: int = 0  # requests that somebody waited for
    bytes: int = 0
    _seen: list[Request] = field(default_factory=list)

    def type(self, text: str) -> None:
        """What is to be filed."""
        self.page.keyboard.type(text)
        self.data += len(text)

    def press(self, key: str) -> None:
        """A key, or several at once, as Control+Enter."""
        self.page.keyboard.press(key)
        self.keys += len(key.split("+"))

    def go_to(self, control: str) -> None:
        """On from field to field until this one has the focus: by Enter, and by Tab where Enter would do something."""
        for _ in range(60):
            here, tag = self.page.evaluate("[document.activeElement.id, document.activeElement.tagName]")
            if here == control:
                return
            self.press("Enter" if tag in ("INPUT", "SELECT") else "Tab")
        raise AssertionError(f"{control} is not reached from here")

    def send(self, key: str, leads_to: str) -> None:
        """Press, and wait for the page that this leads to: its trips and bytes are those that a person waits for."""
        self._seen.clear()
        self.page.on("requestfinished", self._note)
        began = time.monotonic()
        self.press(key)
        self.page.wait_for_url(leads_to)
        self.waited += time.monotonic() - began
        self.page.remove_listener("requestfinished", self._note)
        for request in self._seen:
            self.bytes += sum(request.sizes().values())
            self.trips += 1

    def _note(self, request: Request) -> None:
        self._seen.append(request)

    @property
    def seconds(self) -> float:
        """Of somebody at this browser and line: typing is computed, waiting was measured."""
        return self.waited + KEY * (self.data + self.keys)

    @property
    def seconds_on_the_line(self) -> float:
        """What trips and bytes take on the line of a village office, each trip for itself."""
        return self.trips * DELAY + self.bytes / LINE


def hold_back(page: Page) -> CDPSession:
    """An old PC in a village office: a slow processor, a thin line that answers late."""
    session = page.context.new_cdp_session(page)
    session.send("Emulation.setCPUThrottlingRate", {"rate": SLOWER})
    session.send("Network.enable")
    session.send(
        "Network.emulateNetworkConditions",
        {"offline": False, "latency": DELAY * 1000, "downloadThroughput": LINE, "uploadThroughput": LINE},
    )
    return session


# ------------------------------------------------------------------ what is filed

LICENCE = "PRZ-SIP-DR", {
    "applicant-nik": "{nik}", "applicant-name": "{name}", "data-kind": "", "data-str_number": "STR-{index}",
    "data-practice_name": "Klinik {index}", "data-practice_address": "Jalan Contoh {index}",
    "data-practice_region": "35.15.14.2013", "requirements-str": "", "requirements-identity": "",
}  # fmt: skip
BIRTH = "ADM-LHR-01", {
    "applicant-nik": "{nik}", "applicant-name": "{name}", "data-family_card": "{family_card}",
    "data-mother_nik": "{mother}", "data-child-name": "Bayi Contoh", "data-child-sex": "",
    "data-child-birth_date": "{born}", "data-child-birth_place": "35.15", "requirements-birth_statement": "",
    "requirements-marriage": "", "requirements-family_card": "",
}  # fmt: skip


def register(person: Typist, service: tuple[str, dict[str, str]], told: dict[str, str]) -> None:
    """From the page that asks for the service to the receipt, without a mouse. What is "" is ticked or chosen."""
    code, fields = service
    person.type(code)
    person.send("Enter", f"**/daftar/{code}**")
    for control, text in fields.items():
        person.go_to(control)
        if text:
            person.type(text.format(**told))
        else:
            person.press("Space")
    person.send("Control+Enter", "**/tanda-terima")
