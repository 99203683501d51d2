"""A form with a file is read while it arrives, in parts of any size; whatever comes is a file or a refusal."""

from __future__ import annotations

import io
from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st
from werkzeug.sansio import multipart as parser

from mpp.casework.refusals import Refused
from mpp.web.multipart import FORM, FileOfForm

BOUNDARY = "----batas7MA4YWxk"
TYPE = f"{FORM}; boundary={BOUNDARY}"
MOST = 1_000_000


def part(content: bytes, name: str = "file", *more: str, file: str | None = "a.pdf") -> bytes:
    named = f'form-data; name="{name}"' + (f'; filename="{file}"' if file is not None else "")
    head = [f"--{BOUNDARY}", f"Content-Disposition: {named}", *more, "", ""]
    return "\r\n".join(head).encode() + content + b"\r\n"


END = f"--{BOUNDARY}--\r\n".encode()


def read(body: bytes, step: int = 2**20, length: int | None = None, kind: str = TYPE) -> tuple[FileOfForm, bytes]:
    """The file of a body that arrives in parts of `step` bytes."""
    source = io.BytesIO(body)
    take: Callable[[int], bytes] = lambda most: source.read(min(step, most))  # noqa: E731
    form = FileOfForm(take, len(body) if length is None else length, kind, MOST)
    found = b""
    while piece := form.read(64 * 1024):
        found += piece
    return form, found


def refused(body: bytes, length: int | None = None, kind: str = TYPE) -> tuple[int, str, list[tuple[str, str]]]:
    with pytest.raises(Refused) as caught:
        read(body, length=length, kind=kind)
    return caught.value.status, caught.value.code, [(e.field, e.code) for e in caught.value.fields]


@given(st.binary(max_size=300), st.integers(1, 40))
def test_a_file_comes_out_as_it_was_put_in_however_it_arrives(content: bytes, step: int) -> None:
    form, found = read(part(content, "file", "Content-Type: image/png") + END, step)
    assert (form.media, form.name, found) == ("image/png", "a.pdf", content)


def test_a_large_file_is_never_held_as_a_whole(monkeypatch: pytest.MonkeyPatch) -> None:
    held: list[int] = []
    receive = parser.MultipartDecoder.receive_data

    def watch(decoder: parser.MultipartDecoder, data: bytes | None) -> None:
        receive(decoder, data)
        held.append(len(decoder.buffer))

    monkeypatch.setattr(parser.MultipartDecoder, "receive_data", watch)
    content = b"\r\n--\r\r\n" * 120_000
    assert read(part(content) + END)[1] == content
    assert max(held) <= 16 * 1024


def test_the_name_is_the_one_that_browsers_send() -> None:
    for given_as, name in [
        ('filename="Kartu Keluarga \u2014 Bapak.pdf"', "Kartu Keluarga \u2014 Bapak.pdf"),
        ("filename*=UTF-8''Akta%20%E2%80%94%20Ibu.pdf", "Akta \u2014 Ibu.pdf"),
        ("filename=\"_.pdf\"; filename*=UTF-8''%C3%A9.pdf", "\u00e9.pdf"),
    ]:
        head = f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="file"; {given_as}\r\n\r\n'
        assert read(head.encode() + b"x\r\n" + END)[0].name == name


BAD = [
    (END, (422, "invalid_fields", [("file", "required")])),
    (part(b"x") + part(b"y") + END, (422, "invalid_fields", [("file", "one_file_only")])),
    (part(b"x", file=None) + END, (422, "invalid_fields", [("file", "not_a_file")])),
    (part(b"s", "case", file=None) + part(b"x") + END, (422, "invalid_fields", [("case", "unknown_field")])),
    (part(b"x") + part(b"str", "note", file=None) + END, (422, "invalid_fields", [("note", "unknown_field")])),
    (part(b"x", "berkas") + END, (422, "invalid_fields", [("berkas", "unknown_field")])),
    (part(b"x", file="x" * 1024) + END, (400, "header_malformed", [("Content-Disposition", "too_long")])),
    (part(b"x", "file", "X-More: " + "y" * 17_000) + END, (400, "multipart_malformed", [])),
    (b"z" * 20_000 + part(b"x") + END, (400, "multipart_malformed", [])),
    (part(b"x") + END + b"z" * 20_000, (400, "multipart_malformed", [])),
    (part(b"x"), (400, "multipart_malformed", [])),
    (part(b"x")[:-6], (400, "multipart_malformed", [])),
    (part(b"x").replace(b"batas", b"lain") + END, (422, "invalid_fields", [("file", "required")])),
    ((part(b"x") + END).replace(b"batas", b"lain"), (400, "multipart_malformed", [])),
    (b"", (400, "multipart_malformed", [])),
    (b"--" + BOUNDARY.encode() + b"\r\nX: y\r\n\r\nx\r\n" + END, (400, "multipart_malformed", [])),
    (part(b"x").replace(b"a.pdf", b"\xff.pdf") + END, (400, "multipart_malformed", [])),
    (part(b"x" * (MOST + 1)) + END, (413, "body_too_large", [])),
]  # fmt: skip


@pytest.mark.parametrize(("body", "answer"), BAD)
def test_what_is_no_form_with_one_file_is_told(body: bytes, answer: tuple[int, str, list[tuple[str, str]]]) -> None:
    assert refused(body) == answer


def test_a_body_that_ends_in_its_middle_is_cut_off_wherever_that_is() -> None:
    body = part(b"x" * 50) + END
    for at in range(len(body)):
        assert refused(body[:at], len(body))[:2] == (400, "upload_cut_off")


@pytest.mark.parametrize(
    "kind", [FORM, f"{FORM}; boundary=", f"{FORM}; boundary={'x' * 71}", f'{FORM}; boundary="a\u00e9"']
)
def test_a_boundary_that_is_none_is_told(kind: str) -> None:
    assert refused(part(b"x") + END, kind=kind) == (400, "multipart_malformed", [])


PIECES = [
    *(part(b"x"), END, b"--" + BOUNDARY.encode(), b"\r\n", b"\r", b"\x00", b"\xff", b": ", b"filename*=x'"),
    b"Content-Disposition: form-data; name=file; filename*0*=x''%e9; filename=",
]


@given(st.lists(st.sampled_from(PIECES)))
def test_whatever_comes_is_a_file_or_a_refusal(pieces: list[bytes]) -> None:
    try:
        read(b"".join(pieces))
    except Refused as refusal:
        assert refusal.status in (400, 413, 422)
