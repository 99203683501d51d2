"""Pages of lists: how many, and after what."""

from __future__ import annotations

from mpp.web.schemas.fields import Int, Strict, Text
from mpp.web.schemas.pagination import CURSOR_MAX, CURSOR_PATTERN, DEFAULT_LIMIT, MAX_LIMIT

LONG_LIMIT, LONG_MAX = 100, 500  # where a program reads: events, accounts


def page_limit() -> Int:
    """The most items of a page."""
    return Int(min=1, max=MAX_LIMIT, load_default=DEFAULT_LIMIT)


def long_limit() -> Int:
    """The most items of a page that a program reads."""
    return Int(min=1, max=LONG_MAX, load_default=LONG_LIMIT)


def page_cursor() -> Text:
    """The `next` of the page before."""
    return Text(max=CURSOR_MAX, pattern=CURSOR_PATTERN, example="WyIwMTkzNmIyZSJd")


class PageQuery(Strict):
    """A keyset page."""

    limit = page_limit()
    cursor = page_cursor()
