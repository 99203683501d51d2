"""Languages, entity tags, cursors, and texts that never fail an answer."""

from __future__ import annotations

from collections.abc import Callable
from io import BytesIO
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mpp.casework.refusals import Refused
from mpp.web import conditional
from mpp.web.bodies import MAX_BODY, read_form, read_json
from mpp.web.schemas import pagination
from mpp.web.texts.languages import preferred
from mpp.web.texts.lookup import field_message, problem_text
from mpp.web.wsgi import Door


@pytest.mark.parametrize(
    ("header", "language"),
    [
        (None, "id"),
        ("", "id"),
        ("id", "id"),
        ("en", "en"),
        ("en-GB,en;q=0.8", "en"),
        ("id;q=0.5, en;q=0.9", "en"),
        ("id, en", "id"),
        ("fr, en;q=0.2", "en"),
        ("fr", "id"),
        ("*", "id"),
        ("en;q=abc", "id"),
        (";;;q=,", "id"),
        ("en" * 400, "id"),
    ],
)
def test_indonesian_unless_english_is_preferred(header: str | None, language: str) -> None:
    assert preferred(header) == language


@given(st.text())
def test_no_language_header_fails(header: str) -> None:
    assert preferred(header) in ("id", "en")


def refusal_of(work: Callable[[], Any]) -> Refused | None:
    try:
        work()
    except Refused as refused:
        return refused
    return None


def test_a_weakened_tag_still_names_the_version() -> None:
    assert conditional.if_match('W/"12"') == 12
    assert conditional.if_match(conditional.etag(12)) == 12


@pytest.mark.parametrize("header", ["12", "*", '"1","2"', '"1', "'1'", 'w/"1"'])
def test_a_tag_that_is_none_is_malformed(header: str) -> None:
    with pytest.raises(Refused) as caught:
        conditional.if_match(header)
    assert caught.value.status == 400


def test_if_none_match_knows_lists_and_stars() -> None:
    assert not conditional.none_matches('"1", W/"2"', 2)
    assert not conditional.none_matches("*", 2)
    assert conditional.none_matches('"1"', 2)
    assert conditional.none_matches(None, 2)


@given(st.recursive(st.none() | st.integers() | st.text(max_size=10), st.lists, max_leaves=5))  # as short as a cursor
def test_a_cursor_gives_back_what_went_in(value: Any) -> None:
    assert pagination.decode_cursor(pagination.encode_cursor(value)) == value


@given(st.text(max_size=60))
def test_no_cursor_text_fails_otherwise_than_malformed(text: str) -> None:
    refused = refusal_of(lambda: pagination.decode_cursor(text))
    assert refused is None or (refused.status, refused.code) == (400, "cursor_malformed")


@given(st.binary(max_size=200))
def test_no_body_fails_otherwise_than_refused(raw: bytes) -> None:
    for read in (read_json, read_form):
        refused = refusal_of(lambda read=read: read(raw))
        assert refused is None or 400 <= refused.status < 500


def test_an_unknown_code_or_a_missing_parameter_still_makes_a_sentence() -> None:
    title, detail = problem_text("never_heard_of", 409, {}, "id")
    assert title
    assert detail
    assert problem_text("login_locked", 429, {}, "en")[1] == "Too many attempts failed. Try again in ? seconds."
    assert field_message("never_heard_of", {}, "en")


class _Trickle:
    """A client that stops sending."""

    def read(self, length: int) -> bytes:
        raise TimeoutError


def knock(environ: dict[str, Any]) -> tuple[int, bytes]:
    seen: list[int] = []

    def inner(environ: dict[str, Any], start_response: Any) -> list[bytes]:
        start_response("200 OK", [])
        return [environ["wsgi.input"].read()]

    def start_response(status: str, headers: Any, exc_info: Any = None) -> None:
        seen.append(int(status.split()[0]))

    base = {"REQUEST_METHOD": "POST", "PATH_INFO": "/", "wsgi.input": BytesIO(b""), **environ}
    body = b"".join(Door(inner)(base, start_response))
    return seen[0], body


def test_the_door_lets_in_a_body_of_its_declared_length_only() -> None:
    assert knock({"CONTENT_LENGTH": "2", "wsgi.input": BytesIO(b"{}rest")}) == (200, b"{}")
    assert knock({})[0] == 200
    assert knock({"CONTENT_LENGTH": "5", "wsgi.input": BytesIO(b"{}")})[0] == 400


@pytest.mark.parametrize("length", [str(MAX_BODY + 1), "9" * 40, "-1", "1e3", "\u0661"])
def test_the_door_refuses_lengths_that_are_too_large_or_none(length: str) -> None:
    assert knock({"CONTENT_LENGTH": length})[0] == 413


@pytest.mark.parametrize("coding", ["chunked", "gzip, chunked", "identity"])
def test_the_door_refuses_bodies_without_a_length(coding: str) -> None:
    assert knock({"HTTP_TRANSFER_ENCODING": coding})[0] == 411


def test_the_door_does_not_wait_for_a_client_that_stops_sending() -> None:
    assert knock({"CONTENT_LENGTH": "5", "wsgi.input": _Trickle()})[0] == 408


def test_a_page_that_takes_a_file_says_itself_what_is_wrong_with_it() -> None:
    seen: list[tuple[str | None, bytes]] = []

    def page(environ: Any, start_response: Any) -> list[bytes]:
        seen.append((environ.get("mpp.refused"), environ["wsgi.input"].read(100)))
        start_response("413 Content Too Large", [])
        return [b"a page"]

    def send(length: int) -> None:
        environ = {"REQUEST_METHOD": "POST", "CONTENT_LENGTH": str(length), "wsgi.input": BytesIO(b"x" * length)}
        answer = Door(page, streamed=lambda _: 10, page=lambda _: True)(environ, lambda *_: lambda _: None)
        assert list(answer) == [b"a page"]

    send(11)
    send(10)
    assert seen == [("body_too_large", b""), (None, b"x" * 10)]


def test_the_beginning_of_a_file_for_a_page_comes_under_the_doors_own_limit_of_time() -> None:
    class Silent(BytesIO):
        def read(self, size: int | None = -1, /) -> bytes:
            raise TimeoutError

    seen: list[str | None] = []

    def page(environ: Any, start_response: Any) -> list[bytes]:
        seen.append(environ.get("mpp.refused"))
        return []

    environ = {"REQUEST_METHOD": "POST", "CONTENT_LENGTH": "9", "wsgi.input": Silent()}
    Door(page, streamed=lambda _: 10, page=lambda _: True)(environ, lambda *_: lambda _: None)
    assert seen == ["request_timeout"]
