"""A clerk registers by keyboard alone, and the page asks for few keys, trips and bytes beyond what is filed."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from playwright.sync_api import Browser

from mpp.identity import demo as people
from tests.support.browsing import Visitor
from tests.support.typist import BIRTH, KEY, LICENCE, Typist, register

PROMISED, MOST_KEYS = 60, 90  # seconds, and keys beyond the data
FIRST_VISIT = 200_000  # bytes


def told(index: int) -> dict[str, str]:
    """What the papers of a demo resident say."""
    who, mother = people.resident(index), people.resident(index - index % 2 + 1)
    born = date.today() - timedelta(days=9)  # noqa: DTZ011 - the counter's own day
    return {
        "nik": who.nik, "name": who.name, "index": str(index), "family_card": mother.family_card,
        "mother": mother.nik, "born": born.strftime("%m%d%Y"),  # this Chromium speaks English
    }  # fmt: skip


@pytest.mark.parametrize(("name", "service", "index"), [("licence", LICENCE, 850), ("birth", BIRTH, 53)])
def test_a_case_is_registered_in_less_than_a_minute_on_the_line_of_a_village(
    visitor: Visitor, name: str, service: tuple[str, dict[str, str]], index: int
) -> None:
    page = visitor.sign_in("petugas.sukodono").page
    page.goto(visitor.url + "/daftar")
    person = Typist(page)
    register(person, service, told(index))
    print(f"{name}: {person.data} keys of data, {person.keys} others, {person.trips} trips, {person.bytes} bytes")
    assert person.keys <= MOST_KEYS
    assert KEY * (person.data + person.keys) + person.seconds_on_the_line < PROMISED


def test_a_first_visit_is_light(browser: Browser, visitor: Visitor) -> None:
    travelled: list[int] = []
    visitor.page.on("requestfinished", lambda request: travelled.append(sum(request.sizes().values())))
    visitor.page.goto(visitor.url + "/", wait_until="networkidle")
    assert len(travelled) >= 4
    assert sum(travelled) < FIRST_VISIT
