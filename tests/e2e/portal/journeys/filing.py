"""A citizen files on a telephone, and a clerk accepts: looked at with axe in both languages and at both widths."""

from __future__ import annotations

import re

import pytest

from tests.support.browsing import Visitor


@pytest.mark.parametrize("language", ["id", "en"])
def test_filing_without_an_account_is_for_everybody(visitor: Visitor, language: str) -> None:
    page = visitor.open(f"/ajukan/PGD-LPR?bahasa={language}")
    visitor.look(f"file-{language}")
    page.locator("main button[data-send]").click()
    assert page.evaluate("document.activeElement.hasAttribute('data-summary')")
    visitor.look(f"file-wrong-{language}")
    page.fill("#data-title", "Jalan berlubang")
    page.fill("#data-text", "Ada lubang besar di jalan desa.")
    page.check("input[name='data.classification'][value='complaint']")
    page.check("#anonymous")
    page.locator("main button[data-send]").click()
    assert len(re.findall(r'<dd class="code">', page.content())) == 2
    visitor.look(f"filed-{language}")
