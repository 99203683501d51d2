"""Documents from the counter's browser to the folder and back: with the real permit service behind the gateway."""

from __future__ import annotations

import errno
import hashlib
import io
import json
import os
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

import eventlet
import pytest
import structlog
from sqlalchemy import select, text, update
from werkzeug.test import Client, TestResponse

from mpp.cases.tables import documents
from mpp.casework.actors import Actor, Assignment
from mpp.clock import new_id
from mpp.files import folder as folders
from mpp.files.folder import Folder
from mpp.messaging.embedded import EmbeddedBroker
from mpp.messaging.rpc import ServiceUnavailable
from mpp.messaging.topology import Topology
from mpp.persistence.database import Database
from mpp.persistence.deadline import Deadline
from mpp.service import case_services, definitions
from mpp.web.tokens import TokenVerifier
from mpp.web.wsgi import Door, Headers
from services.gateway.accounts.passwords import HereAndNow, Passwords
from services.gateway.api.app import Parts, build
from services.gateway.api.backend import Backend
from services.gateway.api.uploads import GATEWAY, ask_every_service, upload_limit
from services.gateway.service import together
from services.gateway.tables import contents
from services.gateway.uploads import queries
from services.gateway.uploads.keeping import Keeper
from tests.integration.gateway.conftest import CHEAP
from tests.support import accounts
from tests.support.desks import PUBLIC, SIP_DATA, Desks, doctor, fill
from tests.support.documents import archive, jpeg, pdf, png
from tests.support.wait import until

CLERK = "petugas.sukodono"
MOST = 64 * 1024  # of an upload, in these tests
DAY = timedelta(hours=24)
NAMED = "attachment; filename*=UTF-8''KTP%20Rahasia.pdf"


@dataclass
class Counter:
    """A counter with a real permit service behind the gateway."""

    client: Client
    desks: Desks
    keeper: Keeper
    database: Database
    rpc: Any
    root: Path

    def case(self, resident: int = 0) -> dict[str, Any]:
        """An incomplete file, as the clerk sees it."""
        data = {**SIP_DATA, "requirements": {"identity": True}}
        return self.desks.open(CLERK, "PRZ-SIP-DR", applicant=doctor(resident), data=data)

    def headers(self, case: dict[str, Any], account: str | None = CLERK, **more: str | None) -> dict[str, str]:
        found: dict[str, str | None] = {
            "Authorization": None if account is None else f"Bearer {self.desks.token(account)}",
            "Idempotency-Key": new_id(),
            "If-Match": f'"{case["version"]}"',
            "Content-Type": "application/pdf",
            "Content-Disposition": NAMED,
            **{name.replace("_", "-"): value for name, value in more.items()},
        }
        return {name: value for name, value in found.items() if value is not None}

    def upload(
        self,
        case: dict[str, Any],
        content: bytes,
        account: str | None = CLERK,
        requirement: str = "str",
        **more: str | None,
    ) -> TestResponse:
        return self.send(case, io.BytesIO(content), str(len(content)), account, requirement, **more)

    def send(
        self,
        case: dict[str, Any],
        stream: io.BytesIO,
        length: str,
        account: str | None = CLERK,
        requirement: str = "str",
        **more: str | None,
    ) -> TestResponse:
        """A body that declares `length`, whatever it is."""
        path = f"/api/v1/permits/{case['id']}/documents?requirement={requirement}"
        headers = self.headers(case, account, **more)
        declared = {"CONTENT_LENGTH": length}
        return self.client.post(path, input_stream=stream, headers=headers, environ_overrides=declared)

    def download(self, case: dict[str, Any], document: str, account: str = CLERK) -> TestResponse:
        path = f"/api/v1/permits/{case['id']}/documents/{document}"
        return self.client.get(path, headers={"Authorization": f"Bearer {self.desks.token(account)}"})

    def files(self) -> list[str]:
        """Every file in the folder, half received ones included."""
        return sorted(p.name for p in self.root.rglob("*") if p.is_file())

    def rows(self) -> list[Any]:
        with self.desks.databases["permits"].transaction() as tx:
            return list(tx.execute(select(documents)).all())

    def unchanged(self, case: dict[str, Any]) -> bool:
        """Nothing was stored: no file, no row, no new version of the case."""
        same = self.desks.get(CLERK, case)["version"] == case["version"]
        return not self.files() and not self.rows() and same

    def sweep(self) -> int:
        backend = Backend(self.rpc, case_services())

        def token() -> str:
            return self.desks.signer.sign(GATEWAY, self.desks.clock.now(), timedelta(minutes=1))

        return self.keeper.sweep(lambda hashes: ask_every_service(backend, token, hashes, 5.0, new_id()))


class Line:
    """The RPC client, which a test may cut: `before` and `after` run around each call."""

    def __init__(self, rpc: Any) -> None:
        self._rpc = rpc
        self.calls: list[str] = []
        self.before: Callable[[str], None] = lambda method: None
        self.after: Callable[[str], None] = lambda method: None

    def call(self, service: str, method: str, *rest: Any) -> dict[str, Any]:
        self.calls.append(method)
        self.before(method)
        answer: dict[str, Any] = self._rpc.call(service, method, *rest)
        self.after(method)
        return answer


class Killed(BaseException):
    """The process ends here: nothing after this line runs."""


@pytest.fixture
def counter(make_database: Callable[..., str], gateway_database: Database, tmp_path: Path) -> Iterator[Counter]:
    urls = {d.name: make_database(f"service_{d.name}", fill(d.name)) for d in case_services().values()}
    desks = Desks(urls)
    for name, held in desks.staff.items():
        accounts.ensure(gateway_database, Actor(name, (Assignment(*held),)))
    broker = EmbeddedBroker()
    Topology.of(definitions().values()).declare(broker)
    servers = []
    for collection, definition in case_services().items():
        desk = desks.desks[collection]
        servers.append(broker.rpc_serve(definition.name, lambda m, p, c, d=desk: getattr(d, m)(p, c), 8))
    rpc = Line(broker.rpc_client())
    root = tmp_path / "files"
    keeper = Keeper(Folder(root, reserve=0), gateway_database, desks.clock, HereAndNow(), max_bytes=MOST)
    parts = Parts(
        database=gateway_database,
        rpc=rpc,
        services=case_services(),
        catalogue=desks.runtime.catalogue,
        signer=desks.signer,
        verifier=TokenVerifier(PUBLIC),
        passwords=Passwords(HereAndNow(), CHEAP),
        clock=desks.clock,
        together=together,
        keeper=keeper,
    )
    client = Client(Headers(Door(build(parts), streamed=upload_limit(MOST))))
    yield Counter(client, desks, keeper, gateway_database, rpc, root)
    desks.close()
    broker.close()


def code_of(answer: TestResponse) -> tuple[int, str, list[tuple[str, str]]]:
    body = answer.get_json()
    assert answer.content_type == "application/problem+json", body
    return answer.status_code, body["code"], [(e["field"], e["code"]) for e in body.get("errors", [])]


# ---------------------------------------------------------------------------------------------- there and back


@pytest.mark.parametrize(
    ("content", "media", "name"),
    [(pdf(), "application/pdf", "a.pdf"), (jpeg(), "image/jpeg", "a.jpg"), (png(), "image/png", "a.png")],
)
def test_a_document_goes_in_and_comes_out_the_same(counter: Counter, content: bytes, media: str, name: str) -> None:
    case = counter.case()
    answer = counter.upload(case, content, Content_Type=media, Content_Disposition=f'attachment; filename="{name}"')
    assert answer.status_code == 201, answer.text
    body = answer.get_json()
    document = body["document"]
    sha256 = hashlib.sha256(content).hexdigest()
    assert (document["name"], document["type"], document["size"]) == (name, media, len(content))
    assert document["sha256"] == sha256
    assert answer.headers["ETag"] == f'"{case["version"] + 1}"'
    assert answer.headers["Location"] == f"/api/v1/permits/{case['id']}/documents/{document['id']}"
    assert next(r for r in body["requirements"] if r["code"] == "str")["fulfilled"]
    assert counter.files() == [sha256]

    back = counter.client.get(
        answer.headers["Location"], headers={"Authorization": f"Bearer {counter.desks.token(CLERK)}"}
    )
    assert (back.status_code, back.data, back.content_type) == (200, content, media)
    assert back.headers["Content-Disposition"].startswith(f'attachment; filename="{name}"')
    assert back.headers["X-Content-Type-Options"] == "nosniff"
    assert back.headers["Cache-Control"] == "private, no-store"
    assert back.headers["Content-Length"] == str(len(content))
    assert "sandbox" in back.headers["Content-Security-Policy"]


def test_the_applicant_hands_in_with_the_secret_and_reads_it_back(counter: Counter) -> None:
    case = counter.case()
    answer = counter.upload(case, pdf(), None, X_Tracking_Secret=case["secret"])
    assert answer.status_code == 201, answer.text
    location = answer.headers["Location"]
    assert counter.client.get(location, headers={"X-Tracking-Secret": case["secret"]}).data == pdf()
    assert counter.client.get(location, headers={"X-Tracking-Secret": "AAAAAAAAAA"}).status_code == 404
    assert counter.client.get(location).status_code == 401


def test_a_head_of_a_download_opens_no_file(counter: Counter) -> None:
    case = counter.case()
    location = counter.upload(case, pdf()).headers["Location"]
    answer = counter.client.head(location, headers={"Authorization": f"Bearer {counter.desks.token(CLERK)}"})
    assert (answer.status_code, answer.data) == (200, b"")


NAMES = [
    (NAMED, "KTP Rahasia.pdf"),
    ("attachment; filename*=UTF-8''..%2F..%2Fetc%2Fpasswd", "passwd.pdf"),
    ("attachment; filename*=UTF-8''a%0D%0ASet-Cookie%3A%20x.pdf", "aSet-Cookie: x.pdf"),
    ("attachment; filename*=UTF-8''" + "x" * 900, "x" * 116 + ".pdf"),
    ('attachment; filename="..\\\\..\\\\win.ini"', "win.ini.pdf"),
    ("nonsense;;==", "str.pdf"),
    (None, "str.pdf"),
]


def test_a_file_name_is_text_and_never_a_path_or_a_header(counter: Counter) -> None:
    case = counter.case()
    for number, (given, kept) in enumerate(NAMES):
        answer = counter.upload(case, pdf(str(number)), Content_Disposition=given)
        assert answer.status_code == 201, answer.text
        case = answer.get_json()
        assert case["document"]["name"] == kept
        assert case["document"]["sha256"] in counter.files()
        back = counter.download(case, case["document"]["id"])
        assert "Set-Cookie" not in back.headers
        assert "\n" not in back.headers["Content-Disposition"]
    assert all(len(name) == 64 for name in counter.files())


def test_no_name_and_no_person_stands_in_a_path_an_event_or_a_log(counter: Counter) -> None:
    with structlog.testing.capture_logs() as lines:
        case = counter.case()
        answer = counter.upload(case, pdf())
        counter.download(case, answer.get_json()["document"]["id"])
    told = json.dumps(lines, default=str) + "".join(str(p) for p in counter.root.rglob("*"))
    told += "".join(str(e) for e in counter.desks.events("permits")) + answer.headers["Location"]
    assert "Rahasia" not in told
    assert doctor()["nik"] not in told


# --------------------------------------------------------------------------------------------------- bad input


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


# -------------------------------------------------------------------------------------------------------- once


def test_the_same_upload_again_is_the_same_document(counter: Counter) -> None:
    case = counter.case()
    first = counter.upload(case, pdf(), Idempotency_Key="k-1")
    again = counter.upload(case, pdf(), Idempotency_Key="k-1")
    assert (again.status_code, again.get_json()) == (201, first.get_json())
    assert again.headers["Idempotency-Replayed"] == "true"
    other = counter.upload(case, pdf("Lain"), Idempotency_Key="k-1")
    assert code_of(other)[:2] == (422, "idempotency_key_reused")
    assert len(counter.rows()) == 1


def test_the_same_content_for_two_cases_at_once_is_stored_once(counter: Counter) -> None:
    one, two = counter.case(0), counter.case(2)
    answers = together([lambda: counter.upload(one, pdf()), lambda: counter.upload(two, pdf())])
    assert [a.status_code for a in answers] == [201, 201]
    assert counter.files() == [hashlib.sha256(pdf()).hexdigest()]
    assert len(counter.rows()) == 2


def test_two_uploads_to_one_case_at_once_are_one_document_and_one_stale_version(counter: Counter) -> None:
    case = counter.case()
    answers = together([lambda: counter.upload(case, pdf()), lambda: counter.upload(case, pdf("Lain"))])
    assert sorted(a.status_code for a in answers) == [201, 412]
    assert len(counter.rows()) == 1


def test_one_account_has_a_few_uploads_at_once_and_no_more(counter: Counter) -> None:
    case = counter.case()
    gate = eventlet.event.Event()

    class Waiting(io.BytesIO):
        def read(self, most: int | None = -1) -> bytes:
            gate.wait()
            return super().read(most)

    pile = eventlet.GreenPile(3)
    for _ in range(3):
        pile.spawn(counter.send, case, Waiting(pdf()), str(len(pdf())))
    until(lambda: len(counter.files()) == 3)
    assert code_of(counter.upload(case, pdf()))[:2] == (429, "too_many_uploads")
    gate.send()
    assert sorted(a.status_code for a in pile) == [201, 412, 412]
    assert counter.upload(counter.case(2), pdf()).status_code == 201


# ------------------------------------------------------------------------------------------------------ failure


@pytest.mark.parametrize("step", ["_append", "fsync", "replace"])
def test_a_full_disk_is_503_and_nothing_is_stored(counter: Counter, monkeypatch: pytest.MonkeyPatch, step: str) -> None:
    case = counter.case()

    def full(*_: Any) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    with monkeypatch.context() as patch:
        patch.setattr(folders if step == "_append" else folders.os, step, full)
        answer = counter.upload(case, pdf(), Idempotency_Key="k-1")
    assert code_of(answer)[:2] == (503, "storage_full")
    assert int(answer.headers["Retry-After"]) > 0
    assert counter.unchanged(case)
    assert counter.upload(case, pdf(), Idempotency_Key="k-1").status_code == 201  # once there is room again


def test_killed_between_the_rename_and_the_call_the_file_waits_and_is_swept(counter: Counter) -> None:
    case = counter.case()

    def die(method: str) -> None:
        if method == "attach_document":
            raise Killed

    counter.rpc.before = die
    with pytest.raises(Killed):
        counter.upload(case, pdf(), Idempotency_Key="k-1")
    counter.rpc.before = lambda method: None
    assert counter.rows() == []
    assert counter.files() == [hashlib.sha256(pdf()).hexdigest()]
    assert counter.sweep() == 0  # somebody may be at it
    counter.desks.clock.advance(DAY + timedelta(minutes=1))
    assert counter.sweep() == 1
    assert counter.files() == []
    assert counter.upload(case, pdf(), Idempotency_Key="k-1").status_code == 201


def test_killed_after_the_service_committed_the_document_keeps_its_file(counter: Counter) -> None:
    case = counter.case()

    def die(method: str) -> None:
        if method == "attach_document":
            raise Killed

    counter.rpc.after = die
    with pytest.raises(Killed):
        counter.upload(case, pdf(), Idempotency_Key="k-1")
    counter.rpc.after = lambda method: None
    assert len(counter.rows()) == 1
    counter.desks.clock.advance(3 * DAY)
    assert counter.sweep() == 0  # it asked the services
    assert counter.files() == [hashlib.sha256(pdf()).hexdigest()]
    counter.rpc.calls.clear()
    counter.sweep()
    assert counter.rpc.calls == []  # and remembers the answer
    again = counter.upload(case, pdf(), Idempotency_Key="k-1")
    assert (again.status_code, again.headers["Idempotency-Replayed"]) == (201, "true")


def test_a_service_that_does_not_answer_is_503_and_the_same_key_finds_out(counter: Counter) -> None:
    case = counter.case()

    def cut(method: str) -> None:
        if method == "attach_document":
            raise ServiceUnavailable("permits", "no_queue")

    counter.rpc.after = cut  # it did answer; the answer was lost
    assert code_of(counter.upload(case, pdf(), Idempotency_Key="k-1"))[:2] == (503, "service_unavailable")
    counter.rpc.after = lambda method: None
    again = counter.upload(case, pdf(), Idempotency_Key="k-1")
    assert (again.status_code, again.headers["Idempotency-Replayed"]) == (201, "true")
    assert len(counter.rows()) == 1


def test_a_reference_that_could_not_be_noted_does_not_spoil_the_answer(
    counter: Counter, monkeypatch: pytest.MonkeyPatch
) -> None:
    from mpp.persistence.database import DatabaseAway

    def away(*_: Any) -> None:
        raise DatabaseAway("gateway")

    with monkeypatch.context() as patch:
        patch.setattr(queries, "refer", away)
        assert counter.upload(counter.case(), pdf()).status_code == 201
    counter.desks.clock.advance(2 * DAY)
    assert counter.sweep() == 0
    assert counter.files() == [hashlib.sha256(pdf()).hexdigest()]


# -------------------------------------------------------------------------------------------------------- sweep


def leave(counter: Counter, content: bytes) -> str:
    """A content that was stored and that no case came to refer to."""
    with counter.keeper.receiving("x", io.BytesIO(content).read, len(content), "application/pdf") as received:
        counter.keeper.keep(received, Deadline.after(5.0))
    return received.sha256


def test_a_silent_service_puts_the_sweep_off(counter: Counter) -> None:
    leave(counter, pdf())
    counter.desks.clock.advance(2 * DAY)

    def silent(method: str) -> None:
        if counter.rpc.calls.count("known_documents") == 2:
            raise ServiceUnavailable("civil_registry", "deadline")

    counter.rpc.before = silent
    assert counter.sweep() == 0
    counter.rpc.before = lambda method: None
    assert counter.sweep() == 1


def test_the_sweep_goes_in_bounded_steps_and_leaves_what_cases_refer_to(counter: Counter) -> None:
    kept = counter.upload(counter.case(), pdf("Dirujuk")).get_json()["document"]["sha256"]
    for number in range(5):
        leave(counter, pdf(f"Lepas {number}"))
    counter.desks.clock.advance(2 * DAY)
    swept = [counter.keeper.sweep(lambda hashes: set(), limit=2) for _ in range(4)]
    assert swept == [2, 2, 1, 0]
    assert counter.files() == [kept]


def test_an_upload_of_the_same_content_after_the_sweep_has_asked_saves_it(counter: Counter) -> None:
    case = counter.case()
    name = leave(counter, pdf())
    counter.desks.clock.advance(2 * DAY)

    def known(hashes: list[str]) -> set[str]:
        assert hashes == [name]
        assert counter.upload(case, pdf()).status_code == 201
        return set()  # what the services said a moment before

    assert counter.keeper.sweep(known) == 0
    assert counter.download(case, counter.rows()[0].id).data == pdf()


def test_an_upload_of_the_same_content_while_it_is_being_removed_stores_it_anew(
    counter: Counter, monkeypatch: pytest.MonkeyPatch
) -> None:
    case = counter.case()
    name = leave(counter, pdf())
    counter.desks.clock.advance(2 * DAY)
    remove, started = counter.keeper.folder.remove, []

    def remove_late(sha256: str) -> None:
        started.append(eventlet.spawn(counter.upload, case, pdf()))
        until(lambda: waits_for_a_lock(counter.database), what="the upload waits for the sweep")
        remove(sha256)

    monkeypatch.setattr(counter.keeper.folder, "remove", remove_late)
    assert counter.keeper.sweep(lambda hashes: set()) == 1
    assert started[0].wait().status_code == 201
    assert counter.files() == [name]
    assert counter.download(case, counter.rows()[0].id).data == pdf()


def test_a_sweep_that_dies_after_the_file_is_gone_ends_its_work_the_next_time(
    counter: Counter, monkeypatch: pytest.MonkeyPatch
) -> None:
    leave(counter, pdf())
    counter.desks.clock.advance(2 * DAY)
    remove = counter.keeper.folder.remove

    def die(sha256: str) -> None:
        remove(sha256)
        raise Killed

    with monkeypatch.context() as patch, pytest.raises(Killed):
        patch.setattr(counter.keeper.folder, "remove", die)
        counter.keeper.sweep(lambda hashes: set())
    assert counter.files() == []
    assert counter.keeper.sweep(lambda hashes: set()) == 1
    with counter.database.transaction() as tx:
        assert tx.execute(select(contents)).all() == []


def test_a_process_frozen_for_longer_than_the_grace_period_places_no_file_without_a_row(
    counter: Counter, monkeypatch: pytest.MonkeyPatch
) -> None:
    case = counter.case()
    touch = queries.touch

    def frozen(tx: Any, sha256: str, *rest: Any) -> None:
        touch(tx, sha256, *rest)
        tx.execute(update(contents).values(touched_at=counter.desks.clock.now() - 2 * DAY))

    hold = queries.hold

    def swept_meanwhile(tx: Any, sha256: str) -> bool:
        counter.keeper.sweep(lambda hashes: set())
        return hold(tx, sha256)

    monkeypatch.setattr(queries, "touch", frozen)
    monkeypatch.setattr(queries, "hold", swept_meanwhile)
    assert code_of(counter.upload(case, pdf()))[:2] == (503, "storage_unavailable")
    assert counter.unchanged(case)


def waits_for_a_lock(database: Database) -> bool:
    with database.transaction() as tx:
        query = "SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND datname = current_database()"
        return bool(tx.execute(text(query)).scalar_one())
