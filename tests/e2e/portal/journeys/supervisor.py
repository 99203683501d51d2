"""Who supervises: the overview, tasks given to somebody, a mistake, looked at in both languages."""

from __future__ import annotations

import pytest

from tests.e2e.portal.filing import registered
from tests.e2e.portal.pages import Pages
from tests.support.browsing import Visitor


@pytest.mark.parametrize("language", ["id", "en"])
def test_the_page_of_a_supervisor_is_for_everybody(visitor: Visitor, language: str) -> None:
    clerk = Pages(visitor.url).sign_in("petugas.sukodono")
    for index in (850, 851) if language == "id" else (852, 853):
        registered(clerk, index, requirements__practice_place="1")
    visitor.open(f"/?bahasa={language}")
    page = visitor.sign_in("penyelia.dpmptsp").page
    page.goto(visitor.url + "/pengawasan")
    page.evaluate("document.querySelectorAll('details').forEach(each => { each.open = true; })")
    visitor.look(f"supervise-{language}")
    page.click(".thumb .btn-primary")
    page.wait_for_selector(".summary")
    visitor.look(f"supervise-nothing-{language}")
    page.click("[data-tick-all]")
    page.select_option("#kepada", "verifikator.dpmptsp")
    page.click(".thumb .btn-primary")
    page.wait_for_selector("[role=status]")
    visitor.look(f"supervise-assigned-{language}")
    visitor.open("/pengawasan?holder=penyelia.dpmptsp")
    visitor.look(f"supervise-empty-{language}")
