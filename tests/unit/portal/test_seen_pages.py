"""Which of the pages that tests were shown a browser looks at: none of what could be wrong is left out."""

from __future__ import annotations

from tests.e2e.portal.seen import Seen, Shown
from tests.support.page_rules import Parsed


def shown(*pages: tuple[str, str]) -> Seen:
    seen = Seen()
    for where, inside in pages:
        text = f'<html lang="id"><main>{inside}</main></html>'
        seen.note(where, text, Parsed(text))
    return seen


def texts(pages: set[Shown]) -> set[str]:
    return {page.text.split("<main>")[1].split("</main>")[0] for page in pages}


def test_of_two_pages_that_are_built_alike_one_is_kept() -> None:
    seen = shown(("/kasus/1", "<p>satu</p>"), ("/kasus/2", "<p>dua</p>"), ("/kasus/3", f"<p>{'m' * 500}</p>"))
    assert [page.where for page in seen.pages.values()] == ["/kasus/1", "/kasus/3"], "a long word is wide"


def test_a_page_whose_elements_are_all_on_another_is_not_asked_again() -> None:
    seen = shown(("/cari", "<p>x</p>"), ("/cari", "<p>x</p><ul><li>y</li></ul>"), ("/lacak", "<p>x</p>"))
    assert texts(seen.elements_of()) == {"<p>x</p><ul><li>y</li></ul>", "<p>x</p>"}, "each address has its own"


def test_an_element_that_only_one_page_has_is_looked_at() -> None:
    seen = shown(("/cari", "<p>x</p><ul><li>y</li></ul>"), ("/cari", "<p>x</p><button>z</button>"))
    assert len(seen.elements_of()) == 2


def test_colours_are_looked_at_wherever_an_element_stands() -> None:
    warned = '<div class="warning"><div><div><div><p>x</p></div></div></div></div>'
    plain = warned.replace(' class="warning"', "")
    seen = shown(("/cari", warned), ("/lacak", plain), ("/masuk", plain))
    assert texts(seen.colours_of()) == {warned, plain}
    assert len(seen.colours_of()) == 2
