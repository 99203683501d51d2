"""The portal runs on Chrome 109, which is the last one on an old PC: no style sheet, script or page wants more."""

from __future__ import annotations

import os
import re
from pathlib import Path

import pytest

from services.portal.assets import assets
from tests.support.chrome_109 import missing, newer_in_css, newer_in_html, newer_in_js

PORTAL = Path(__file__).parents[2] / "services" / "portal"


@pytest.fixture(autouse=True)
def _data() -> None:
    why = missing()
    if why is not None:
        assert os.environ.get("MPP_REQUIRE_BROWSER") != "1", why
        pytest.skip(why)


def own_names() -> set[str]:
    """Names of fields, answers and settings that the portal's own code and pages give."""
    python = "".join(file.read_text() for file in PORTAL.rglob("*.py"))
    pages = "".join(file.read_text() for file in PORTAL.rglob("*.html"))
    settings = {re.sub("-(.)", lambda found: found[1].upper(), name) for name in re.findall(r"data-([a-z-]+)", pages)}
    return settings | set(re.findall(r'"([a-z_]+)"', python)) | set(re.findall(r'name="([a-z_]+)"', pages))


@pytest.mark.parametrize("name", [name for name in assets() if name.endswith(".css")])
def test_style_sheets_as_they_are_served(name: str) -> None:
    assert newer_in_css(assets()[name].plain.decode()) == set()


@pytest.mark.parametrize("name", [name for name in assets() if name.endswith(".js")])
def test_scripts_as_they_are_served(name: str) -> None:
    assert newer_in_js(assets()[name].plain.decode(), own_names()) == set()


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("p { text-wrap: balance }", "property text-wrap"),
        ("p { & a { color: red } }", "nesting"),
        ("p { color: oklch(1 0 0) }", "function oklch()"),
        ("p { color: color-mix(in srgb, red, blue) }", "function color-mix()"),
        ("@scope (.a) { p { color: red } }", "at-rule @scope"),
        ("@media (scripting: none) { p { color: red } }", "media feature scripting"),
        ("p:popover-open { color: red }", "selector :popover-open"),
        ("p { width: 1rlh }", "unit rlh"),
        ("@media print { p { anchor-name: --a } }", "property anchor-name"),
    ],
)
def test_what_is_newer_in_a_style_sheet_is_told(text: str, told: str) -> None:
    assert told in newer_in_css(text)


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("[3, 1].toSorted()", "member .toSorted"),
        ("Object.groupBy([], each => each)", "Object.groupBy"),
        ("Promise.withResolvers()", "Promise.withResolvers"),
        ("document.startViewTransition()", "member .startViewTransition"),
        ("document.body.showPopover()", "member .showPopover"),
        ("new CloseWatcher()", "global CloseWatcher"),
        ("/[a--b]/v.test('a')", "flags of [a--b]"),
        ("using a = b;", "syntax using"),
    ],
)
def test_what_is_newer_in_a_script_is_told(text: str, told: str) -> None:
    assert told in newer_in_js(text, set())


def test_what_is_newer_in_a_page_is_told() -> None:
    assert newer_in_html("div", {"popover"}) == {"attribute div popover"}
    assert newer_in_html("search", set()) == {"element search"}
    assert newer_in_html("input", {"list", "maxlength", "inputmode", "data-x", "aria-label", "autocomplete"}) == set()
