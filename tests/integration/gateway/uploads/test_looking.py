"""What is looked at when a document is handed in, and what its sender is told."""

from __future__ import annotations

import hashlib
from pathlib import Path

import eventlet
import pytest

from mpp.casework.access.actors import Actor, Assignment
from mpp.casework.refusals import FieldError
from mpp.casework.rules import attachments
from services.gateway.server.concurrency import BoundedThreadPool
from services.gateway.uploads import keeping
from tests.integration.gateway.uploads.browser import CLERK, Counter, code_of
from tests.support import accounts
from tests.support.documents import jpeg, pdf, png, segment

PLACE = b"7 25.123 S, 112 43.456 E"
PHOTO = jpeg(segment(0xE1, b"Exif\x00\x00" + PLACE))
ACTIVE = pdf(catalogue=b"/OpenAction << /S /JavaScript /JS (x) >>")


@pytest.mark.parametrize(
    ("content", "media", "fault"),
    [
        (ACTIVE, "application/pdf", "file_active"),
        (pdf(pages=b"[]"), "application/pdf", "file_without_page"),
        (b"%PDF-1.4\nstartxref\n9\n%%EOF\n", "application/pdf", "file_damaged"),
        (b"\x00\x00\x00\x18ftypheic" + bytes(50), "image/jpeg", "file_is_heic"),
        (png()[:16] + b"\x7f\xff\xff\xff" + png()[20:], "image/png", "file_damaged"),
    ],
)
def test_what_is_no_plain_document_is_refused_in_words(
    counter: Counter, content: bytes, media: str, fault: str
) -> None:
    case = counter.case()
    answer = counter.upload(case, content, Content_Type=media)
    assert code_of(answer) == (422, "invalid_fields", [("file", fault)])
    assert counter.unchanged(case)


def test_the_words_say_what_to_do(counter: Counter) -> None:
    case = counter.case()
    indonesian = counter.upload(case, ACTIVE).get_json()["errors"][0]["message"]
    english = counter.upload(case, ACTIVE, Accept_Language="en").get_json()["errors"][0]["message"]
    assert "Cetak ulang" in indonesian
    assert "Print it" in english


def test_a_photo_without_its_tail_is_what_is_kept_and_the_sender_is_told(counter: Counter) -> None:
    case = counter.case()
    answer = counter.upload(case, jpeg() + b"SEFH of the maker", Content_Type="image/jpeg")
    assert answer.status_code == 201, answer.text
    body = answer.get_json()
    assert [note["code"] for note in body["notes"]] == ["tail_removed"]
    assert "dibuang" in body["notes"][0]["text"]
    assert body["document"]["sha256"] == hashlib.sha256(jpeg()).hexdigest()
    assert body["document"]["size"] == len(jpeg())
    assert counter.files() == [body["document"]["sha256"]]


def test_a_document_as_it_was_handed_in_has_nothing_to_tell(counter: Counter) -> None:
    assert counter.upload(counter.case(), pdf()).get_json()["notes"] == []


def test_evidence_is_kept_as_it_was_taken_and_the_sender_is_told(counter: Counter) -> None:
    body = counter.upload(counter.case(), PHOTO, Content_Type="image/jpeg").get_json()
    assert [note["code"] for note in body["notes"]] == ["traces_kept"]
    assert body["document"]["sha256"] == hashlib.sha256(PHOTO).hexdigest()


def test_a_photo_that_the_public_will_see_does_not_tell_where_it_was_taken(
    counter: Counter, monkeypatch: pytest.MonkeyPatch
) -> None:
    case = counter.case()
    monkeypatch.setattr(attachments, "is_public", lambda service_type, code: code == "str")
    key = {"Idempotency_Key": "one-photo"}
    answer = counter.upload(case, PHOTO, Content_Type="image/jpeg", **key)
    body = answer.get_json()
    assert [note["code"] for note in body["notes"]] == ["traces_removed"]
    (kept,) = counter.files()
    assert PLACE not in counter.keeper.folder.path(kept).read_bytes()
    again = counter.upload(case, PHOTO, Content_Type="image/jpeg", **key)
    assert (again.status_code, again.get_json()["notes"]) == (201, body["notes"]), "a repetition is told the same"


def test_few_look_inside_documents_at_once_however_many_are_handed_in(
    counter: Counter, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each look may take a processor and a gigabyte: forty at once would take the machine."""
    counter.keeper._readers = BoundedThreadPool(2, 40)
    now: list[int] = []
    most: list[int] = []
    look_inside = keeping.look_inside

    def looking(path: Path) -> FieldError | None:
        now.append(1)
        most.append(len(now))
        try:
            return look_inside(path)
        finally:
            now.pop()

    monkeypatch.setattr(keeping, "look_inside", looking)
    cases = [counter.case(resident) for resident in range(8)]
    for resident in range(8):
        name = f"petugas.{resident}"
        counter.desks.staff[name] = counter.desks.staff[CLERK]
        accounts.ensure(counter.database, Actor(name, (Assignment(*counter.desks.staff[CLERK]),)))
    pool = eventlet.GreenPool(8)
    uploads = [pool.spawn(counter.upload, case, pdf(str(n)), f"petugas.{n}") for n, case in enumerate(cases)]
    assert [upload.wait().status_code for upload in uploads] == [201] * 8
    assert max(most) == 2
