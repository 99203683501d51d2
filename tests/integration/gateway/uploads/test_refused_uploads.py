"""What is refused is named, and nothing is stored: no file, no row, no new version."""

from __future__ import annotations

import errno
import io

from mpp.clock import new_id
from tests.integration.gateway.uploads.browser import (
    CLERK,
    MOST,
    Counter,
    code_of,
)
from tests.support.documents import archive, jpeg, pdf, png

BAD_FILES = [
    (archive(), "application/pdf", "file_of_other_type"),
    (b"<html></html>", "image/png", "file_of_other_type"),
    (png(), "image/jpeg", "file_of_other_type"),
    (pdf() + archive(), "application/pdf", "file_has_trailer"),
    (pdf()[:-10], "application/pdf", "file_damaged"),
    (jpeg()[:-2], "image/jpeg", "file_damaged"),
    (b"%PDF-1.7\n%%EOF", "application/pdf", "file_damaged"),
    (b"", "application/pdf", "file_empty"),
    (b"\x00", "image/png", "file_of_other_type"),
]


def test_a_file_that_is_not_what_it_says_is_named_and_nothing_is_stored(counter: Counter) -> None:
    case = counter.case()
    for content, media, fault in BAD_FILES:
        answer = counter.upload(case, content, Content_Type=media)
        assert code_of(answer) == (422, "invalid_fields", [("file", fault)])
    assert counter.unchanged(case)


def test_a_type_that_no_office_reads_is_refused_before_anything_is_read(counter: Counter) -> None:
    case = counter.case()
    for media in ("text/html", "application/zip", "image/svg+xml", "application/octet-stream", None):
        status, code, fields = code_of(counter.upload(case, pdf(), Content_Type=media))
        assert (status, code, [f for f, _ in fields]) == (415, "content_type_unsupported", ["Content-Type"])
    assert counter.rpc.calls == []
    assert counter.unchanged(case)


def test_a_file_over_the_limit_is_413_by_what_it_declares(counter: Counter) -> None:
    case = counter.case()
    answer = counter.upload(case, pdf() + b" " * MOST)
    assert code_of(answer) == (413, "body_too_large", [])
    assert counter.unchanged(case)
    assert counter.upload(case, b"%PDF-1.4\n" + b" " * (MOST - len(pdf())) + pdf()[9:]).status_code == 201


def test_a_body_of_unknown_length_is_411(counter: Counter) -> None:
    case = counter.case()
    chunked = counter.send(case, io.BytesIO(pdf()), "", Transfer_Encoding="chunked")
    assert code_of(chunked) == (411, "length_required", [])
    assert code_of(counter.send(case, io.BytesIO(pdf()), "")) == (411, "length_required", [])
    assert counter.unchanged(case)


def test_a_client_that_hangs_up_in_the_middle_leaves_nothing(counter: Counter) -> None:
    case = counter.case()
    for stream in (io.BytesIO(pdf()[:100]), Broken(pdf()[:100])):
        answer = counter.send(case, stream, str(len(pdf())))
        assert code_of(answer)[:2] == (400, "upload_cut_off")
    assert counter.unchanged(case)


class Broken(io.BytesIO):
    """A connection that is reset."""

    def read(self, most: int | None = -1) -> bytes:
        part = super().read(min(50, most or 50))
        if not part:
            raise ConnectionResetError(errno.ECONNRESET, "reset")
        return part


REQUIRED: list[tuple[dict[str, str | None], int, str]] = [
    ({"Idempotency_Key": None}, 400, "idempotency_key_missing"),
    ({"If_Match": None}, 428, "if_match_missing"),
    ({"If_Match": '"99"'}, 412, "version_stale"),
    ({"Authorization": None}, 401, "token_missing"),
    ({"Content_Encoding": "gzip"}, 415, "content_type_unsupported"),
]


def test_what_every_command_needs_is_asked_for_here_too(counter: Counter) -> None:
    case = counter.case()
    for changes, status, code in REQUIRED:
        assert code_of(counter.upload(case, pdf(), **changes))[:2] == (status, code)
    assert counter.unchanged(case)


def test_a_wrong_requirement_is_named_before_the_file_is_received(counter: Counter) -> None:
    case = counter.case()
    for requirement, status in (("surat_lain", 422), ("", 400), ("..%2Fx", 400)):
        answer = counter.upload(case, pdf(), requirement=requirement)
        assert (answer.status_code, [f for f, _ in code_of(answer)[2]]) == (status, ["requirement"])
    assert "attach_document" not in counter.rpc.calls
    assert counter.unchanged(case)


def test_another_offices_case_and_a_wrong_secret_receive_nothing(counter: Counter) -> None:
    case = counter.case()
    assert counter.upload(case, pdf(), "petugas.waru").status_code == 404
    assert counter.upload(case, pdf(), None, X_Tracking_Secret="AAAAAAAAAA").status_code == 404
    assert counter.unchanged(case)


def test_a_finished_case_receives_nothing(counter: Counter) -> None:
    case = counter.desks.act(CLERK, counter.case(), "withdraw", note="Batal")
    assert code_of(counter.upload(case, pdf()))[:2] == (409, "case_finished")
    assert counter.unchanged(case)


def test_a_document_of_another_office_is_not_handed_out(counter: Counter) -> None:
    case = counter.case()
    document = counter.upload(case, pdf()).get_json()["document"]["id"]
    assert counter.download(case, document, "petugas.waru").status_code == 404
    assert counter.download(case, new_id()).status_code == 404
    assert counter.download(case, "x").status_code == 404


def test_a_document_whose_content_is_gone_is_a_fault_that_says_so(counter: Counter) -> None:
    case = counter.case()
    document = counter.upload(case, pdf()).get_json()["document"]
    counter.keeper.folder.remove(document["sha256"])
    assert code_of(counter.download(case, document["id"]))[:2] == (500, "document_lost")
