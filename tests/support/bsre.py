"""A stand-in for the client service of BSrE, as it is described: status, signing, download; and a look-up by hash.

`does` says what it does with the next requests to sign; `signed` counts the signatures that it has really made.
"""

from __future__ import annotations

import hashlib
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime

from werkzeug.serving import make_server
from werkzeug.wrappers import Request, Response

from mpp.papers.signing import pades
from mpp.papers.signing.bsre import NOT_REGISTERED, PASSPHRASE_WRONG
from mpp.papers.signing.local import new_key
from mpp.papers.signing.settings import BsreSettings
from tests.support.sheets import repainted, sheet

LOOKUP = "/api/sign/lookup/{sha256}"
USER, PASSWORD = "mal", "sandi-layanan"
KEY = new_key(datetime.now(UTC))
CERTIFICATE = KEY.certificate


def signed_by_it(pdf: bytes) -> bytes:
    """The file with the stand-in's signature."""
    told = {"name": "Penandatangan", "reason": "Dokumen"}
    return pades.sign_task(told, [pdf, KEY.private, KEY.certificate]).blobs[0]


@dataclass
class StandIn:
    """What the test arranges, and what the service has seen."""

    people: dict[str, str]  # NIK and passphrase
    does: str = "signs"
    url: str = ""
    signed: int = 0
    asked: list[str] = field(default_factory=list)  # what came, in order, with no secrets
    kept: dict[str, tuple[str, bytes]] = field(default_factory=dict)  # by the hash of what came: id and signed file
    released: threading.Event = field(default_factory=threading.Event)
    fails_on: dict[int, str] = field(default_factory=dict)  # what to do with the n-th request to sign, from 1

    def settings(self, *, lookup: bool = True, whole: float = 30.0) -> BsreSettings:
        return BsreSettings(self.url, USER, PASSWORD, LOOKUP if lookup else None, connect=5.0, whole=whole)

    def __call__(self, request: Request) -> Response:
        path = request.path
        self.asked.append(f"{request.method} {path.rpartition('/')[0]}")
        if request.authorization is None or (request.authorization.username, request.authorization.password) != (
            USER, PASSWORD,
        ):  # fmt: skip
            return Response(status=401)
        if path.startswith("/api/user/status/"):
            return self._status(path.rpartition("/")[2])
        if path == "/api/sign/pdf":
            return self._sign(request)
        by_id = {each[0]: each[1] for each in self.kept.values()}
        if path.startswith("/api/sign/download/"):
            found = by_id.get(path.rpartition("/")[2])
            return Response(status=404) if found is None else Response(found, mimetype="application/pdf")
        kept = self.kept.get(path.rpartition("/")[2])
        return Response(status=404) if kept is None else _json(200, id_dokumen=kept[0])

    def _status(self, nik: str) -> Response:
        if nik not in self.people:
            return _json(400, status_code=NOT_REGISTERED, message="User belum terdaftar")
        return _json(200, status_code=1111, message="User terdaftar")

    def _sign(self, request: Request) -> Response:
        count = self.asked.count("POST /api/sign")
        does = self.fails_on.get(count, self.does)
        form, pdf = request.form, request.files["file"].read()
        if set(form) != {"nik", "passphrase", "tampilan"} or form["tampilan"] != "invisible":
            return _json(400, status_code=2000, message="Parameter salah")  # the visual fields must not be sent
        if form["nik"] not in self.people:
            return _json(400, status_code=NOT_REGISTERED, message="User belum terdaftar")
        if form["passphrase"] != self.people[form["nik"]]:
            return _json(400, status_code=PASSPHRASE_WRONG, message="Passphrase anda salah")
        if does == "fails before":
            return _json(500, message="kesalahan")
        made = self._made(does, pdf)
        if does == "fails after":
            return _json(500, message="kesalahan")
        if does == "never answers":
            self.released.wait(30)
            return Response(status=504)
        return self._answer(does, pdf, made)

    def _made(self, does: str, pdf: bytes) -> bytes:
        if does == "another document":
            return signed_by_it(sheet("Surat yang lain"))
        made = signed_by_it(repainted(pdf, "Rp 1.000.000.000") if does == "painted over" else pdf)
        self.signed += 1
        sha256 = hashlib.sha256(pdf).hexdigest()
        self.kept[sha256] = (f"dok-{len(self.kept) + 1}", made)
        return made

    def _answer(self, does: str, pdf: bytes, made: bytes) -> Response:
        if does == "tells an id":
            return _json(200, id_dokumen=self.kept[hashlib.sha256(pdf).hexdigest()][0])
        if does == "tells a path":
            return _json(200, id_dokumen="../../user/status")
        if does == "as a page":
            return Response("<html>Masuk</html>", mimetype="text/html")
        if does == "unsigned":
            return Response(pdf, mimetype="application/pdf")
        if does == "too much":
            return Response(iter([made, *[b"\0" * 2**20] * 40]), mimetype="application/pdf")
        if does == "slowly":
            return Response(self._slowly(made), mimetype="application/pdf")
        known = {"id_dokumen": self.kept.get(hashlib.sha256(pdf).hexdigest(), ("dok-x",))[0]}
        return Response(made, mimetype="application/pdf", headers=known)

    def _slowly(self, made: bytes) -> Iterator[bytes]:
        """A byte at a time, each well within what a socket waits for."""
        for place in range(len(made)):
            if self.released.wait(0.05):
                return
            yield made[place : place + 1]


@contextmanager
def running(people: dict[str, str]) -> Iterator[StandIn]:
    """The service on a port of its own; `people` may sign with their passphrases."""
    stand_in = StandIn(people)

    @Request.application
    def application(request: Request) -> Response:
        return stand_in(request)

    server = make_server("127.0.0.1", 0, application, threaded=True)
    stand_in.url = f"http://127.0.0.1:{server.port}"
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield stand_in
    finally:
        stand_in.released.set()
        server.shutdown()
        thread.join()
        server.server_close()


def _json(status: int, **told: int | str) -> Response:
    import json

    return Response(json.dumps(told), status=status, mimetype="application/json")
