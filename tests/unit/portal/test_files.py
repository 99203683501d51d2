"""A form with one file at its end: its fields are read, the file is passed on as it comes."""

from __future__ import annotations

from collections.abc import Callable
from io import BytesIO

import pytest
from werkzeug.test import EnvironBuilder

from mpp.web.multipart import AROUND as AROUND_AT_THE_MALL
from mpp.web.multipart import FileOfForm
from services.portal.forms.files import AROUND, Unreadable, begun

KIND = "multipart/form-data; boundary=x"


class Counted(BytesIO):
    """How much was read of it."""

    read_so_far = 0

    def read(self, size: int | None = -1, /) -> bytes:
        part = super().read(size)
        self.read_so_far += len(part)
        return part


def form(content: bytes, **fields: str) -> tuple[bytes, str]:
    """What a browser sends: the fields, then the file."""
    built = EnvironBuilder(method="POST", data={**fields, "file": (BytesIO(content), "a.pdf", "application/pdf")})
    made = built.get_environ()
    return made["wsgi.input"].read(), made["CONTENT_TYPE"]


@pytest.mark.parametrize("size", [0, 1, 4_000, 4_096, 70_000])
def test_what_stands_before_the_file_is_read_and_the_rest_is_a_form_that_the_mall_takes(size: int) -> None:
    content = bytes(range(256)) * (size // 256) + b"\r\n--" + b"z" * (size % 256)
    body, kind = form(content, csrf_token="abc", kunci="k-1")
    fields, rest = begun({"wsgi.input": BytesIO(body)}, kind, len(body))
    assert fields == {"csrf_token": "abc", "kunci": "k-1"}
    file = FileOfForm(rest.read, rest.length, kind, 100_000)
    got = b"".join(iter(lambda: file.read(8_192), b""))
    assert (file.name, file.media, got) == ("a.pdf", "application/pdf", content)


def test_of_a_large_file_some_kilobytes_are_held() -> None:
    body, kind = form(b"x" * 400_000, csrf_token="abc")  # more, and the builder writes it to a file of its own
    source = Counted(body)
    begun({"wsgi.input": source}, kind, len(body))
    assert source.read_so_far < 10_000


@pytest.mark.parametrize(
    "make",
    [
        lambda: (b"", KIND),
        lambda: (b"--x--\r\n", KIND),
        lambda: (b'--x\r\nContent-Disposition: form-data; name="csrf_token"\r\n\r\nabc\r\n--x--\r\n', KIND),
        lambda: form(b"x", csrf_token="a" * 40_000),  # more than any page of ours has before its file
        lambda: (form(b"x")[0], "multipart/form-data"),
        lambda: (form(b"x")[0], "application/x-www-form-urlencoded"),
        lambda: (form(b"x")[0][:20], form(b"x")[1]),
    ],
)
def test_what_is_no_such_form_is_refused_without_reading_on(make: Callable[[], tuple[bytes, str]]) -> None:
    body, kind = make()
    source = Counted(body + b"y" * 1_000_000)
    with pytest.raises(Unreadable):
        begun({"wsgi.input": source}, kind, len(body))
    assert source.read_so_far < 40_000


def test_the_portal_lets_a_form_be_as_large_as_the_mall_does() -> None:
    assert AROUND == AROUND_AT_THE_MALL
