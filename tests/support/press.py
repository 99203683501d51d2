"""The gateway with what makes papers: a real printer and real signatures, in front of the real case services."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from sqlalchemy import text
from werkzeug.test import TestResponse

from mpp.clock import new_id
from mpp.files.folder import Folder
from mpp.papers.rendering.renderer import Renderer
from mpp.papers.signing.bsre import Bsre
from mpp.papers.signing.local import Local, new_key
from mpp.papers.signing.settings import BsreSettings
from mpp.papers.worker.process import Worker
from mpp.persistence.database import Database
from mpp.persistence.deadline import Deadline
from services.gateway.accounts import queries as accounts
from services.gateway.accounts.administration import NIK
from services.gateway.api.routes.cases.documents import upload_limit
from services.gateway.papers.batches import Batches
from services.gateway.papers.desk import Desk
from services.gateway.papers.elsewhere import SignedElsewhere
from services.gateway.papers.following import Papers
from services.gateway.papers.later import Finisher
from services.gateway.papers.making import PaperMaker
from services.gateway.sealing import PEOPLE, Sealer
from services.gateway.server.concurrency import beside
from services.gateway.threads import HereAndNow
from services.gateway.uploads.keeping import Keeper
from tests.support.counter import Counter, Who
from tests.support.desks import Desks, answering

KEY = new_key(datetime.now(UTC))
SIGNER: Who = ("dpmptsp", "signer")  # the account petugas.signer
SIGNS = "petugas.signer"
SECONDS = 30.0  # that a request may take here: a worker starts within the first


class Press:
    """A counter whose gateway makes papers."""

    def __init__(self, desks: Desks, gateway_url: str, folder: Path, bsre: BsreSettings | None = None) -> None:
        self.desks = desks
        self.counter = Counter(desks, gateway_url)
        self.database: Database = self.counter.database
        self.printer, self.signing = Worker(confined=True), Worker(confined=True)
        parts, backend, clock = self.counter.parts, self.counter.backend, desks.clock
        self.keeper = Keeper(Folder(folder), self.database, clock, HereAndNow())
        self.sealer = Sealer(b"k" * 32, PEOPLE)
        self.local = Local(self.signing, KEY)
        self.maker = PaperMaker(backend, self.keeper, Renderer(None, self.printer), self.local, clock)
        service = None if bsre is None else Bsre(self.signing, bsre)
        self.elsewhere = SignedElsewhere(self.maker, service, self.database, self.keeper, self.sealer, clock)
        desk = Desk(tuple(backend.services), self.maker, self.elsewhere, self.database, clock)
        self.batches = Batches(self.database, clock, desk, beside)
        self.finisher = Finisher(backend, self.database, clock, self.maker, self.elsewhere)
        parts.papers = Papers(self.maker, desk, self.batches, self.database, clock)
        parts.keeper, parts.nik_sealer, parts.offices = self.keeper, self.sealer, desks.runtime.offices
        parts.seconds = SECONDS
        self.counter.open(upload_limit(10 * 2**20))

    def close(self) -> None:
        for worker in (self.printer, self.signing):
            worker.close()
        self.counter.close()

    def is_registered(self, nik: str, account: str = SIGNS, who: Who = SIGNER) -> None:
        """The account has this NIK."""
        self.counter.get("/api/v1/me", who)  # it is made with its first token
        sealed = self.sealer.sealed(account, NIK, {NIK: nik})
        with self.database.transaction() as tx:
            accounts.set_person(tx, account, accounts.Person("Dra. Siti Contoh, M.Si.", "198001012006042001", sealed))

    def decide(self, case: dict[str, Any], action: str = "sign", key: str | None = None, **body: Any) -> TestResponse:
        """Decide as the signer over HTTP, after a look at the case."""
        path = f"/api/v1/permits/{case['id']}"
        seen = self.counter.get(path, SIGNER).get_json()
        asked = {"action": action, "data": {"capacity": "definitive"}, **answering(seen), **body}
        return self.counter.post(f"{path}/actions", asked, SIGNER, version=seen["version"], key=key)

    def case(self, case: dict[str, Any]) -> dict[str, Any]:
        """The case as its signer sees it now."""
        found: dict[str, Any] = self.counter.get(f"/api/v1/permits/{case['id']}", SIGNER).get_json()
        return found

    def file(self, paper: str, who: Who | None = SIGNER, secret: str | None = None) -> TestResponse:
        """The paper as PDF."""
        headers = {"Accept": "application/pdf"} | ({} if who is None else self.counter._headers(who))
        headers |= {} if secret is None else {"X-Tracking-Secret": secret}
        return self.counter.client.get(f"/api/v1/papers/{paper}", headers=headers)

    def ask(self, method: str, paper: str, what: str, who: Who = SIGNER, **more: Any) -> TestResponse:
        """Something about a paper."""
        headers = {"Idempotency-Key": new_id(), **self.counter._headers(who)}
        return self.counter.client.open(f"/api/v1/papers/{paper}/{what}", method=method, headers=headers, **more)

    def rows(self, query: str) -> list[Any]:
        """Of the gateway's database."""
        with self.database.transaction(Deadline.after(10)) as tx:
            return [row[0] for row in tx.execute(text(query))]

    def everything(self) -> str:
        """All rows of all databases, as text."""
        found = []
        for database in (self.database, *(self.desks.databases[n] for n in ("permits",))):
            with database.transaction() as tx:
                tables = tx.execute(text("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")).scalars().all()
                found += [str(r[0]) for t in tables for r in tx.execute(text(f'SELECT t::text FROM "{t}" t'))]
        return "\n".join(found)
