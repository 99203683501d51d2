"""What people read, by name, on a database with many rows: the calls, each time for somebody or something else."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterable
from typing import Any
from urllib.parse import quote

from mpp.web.schemas.pagination import encode_cursor

Call = list[Any]  # [method, path, account or None, body or None]
Rows = Callable[[str], list[Any]]  # one SQL statement on the database; its rows
VERIFIER, SIGNER, VILLAGE, DESK = "verifikator.dpmptsp", "penandatangan.dpmptsp", "petugas.sukodono", "admin.pengaduan"
REGISTER = "/api/v1/register/permits"


def permits(rows: Rows, wanted: int) -> dict[str, list[Call]]:
    """The reads of licensing."""
    cases = _some(rows, "cases c JOIN case_offices o ON o.case_id = c.id AND o.office = 'dpmptsp'",
                  "c.id::text, tracking_code, number, applicant ->> 'nik'", wanted)  # fmt: skip
    issued = _some(rows, "permits p", "p.id::text, number, verification, region, service, valid_until::text,"
                   " holder ->> 'nik', owner", wanted)  # fmt: skip
    mine = [row for row in issued if row[7] == "dpmptsp"]
    found = _of_cases("permits", VERIFIER, rows, [row[:2] for row in cases])
    found |= {
        "document_number": [_get(f"/api/v1/permits?q={quote(row[2])}", VERIFIER) for row in cases if row[2]],
        "search": [["POST", "/api/v1/permits/search", VERIFIER, {"nik": row[3]}] for row in cases if row[3]],
        "village_list": [_get("/api/v1/permits?limit=25", VILLAGE)],
        "register": [_get(f"{REGISTER}?limit=25", SIGNER)],
        "register.number": [_get(f"{REGISTER}?number={quote(row[1])}", SIGNER) for row in issued],
        "register.area": [_get(f"{REGISTER}?limit=25&area={row[3]}", SIGNER) for row in issued],
        "register.district": [_get(f"{REGISTER}?limit=25&area={row[3][:8]}", SIGNER) for row in issued],
        "register.service": [_get(f"{REGISTER}?limit=25&service={row[4]}", SIGNER) for row in issued],
        "register.status": [
            _get(f"{REGISTER}?limit=25&status={status}", SIGNER)
            for status in ("valid", "suspended", "revoked", "superseded", "expired")
        ],
        "register.until": [_get(f"{REGISTER}?limit=25&until_from={row[5]}", SIGNER) for row in issued if row[5]],
        "register.service_status": [
            _get(f"{REGISTER}?limit=25&service={row[4]}&status=suspended", SIGNER) for row in issued
        ],
        "register.far_in": [
            _get(f"{REGISTER}?limit=25&service={row[4]}&cursor={encode_cursor([row[0]])}", SIGNER) for row in issued
        ],
        "register.area_far_in": [
            _get(f"{REGISTER}?limit=25&area=35.15&cursor={encode_cursor([row[3], row[0]])}", SIGNER) for row in issued
        ],
        "register.village": [_get(f"{REGISTER}?limit=25", VILLAGE)],
        "register.search": [["POST", f"{REGISTER}/search", SIGNER, {"nik": row[6]}] for row in mine if row[6]],
        "register.permit": [_get(f"{REGISTER}/{row[0]}", SIGNER) for row in issued],
        "verify": [_get(f"/api/v1/verify/{row[2]}", None) for row in issued],
    }
    return found


def complaints(rows: Rows, wanted: int) -> dict[str, list[Call]]:
    """The reads of the complaints desk."""
    return _of_cases("complaints", DESK, rows, _some(rows, "cases c", "c.id::text, tracking_code", wanted))


READS = {"permits": permits, "complaints": complaints}


def _of_cases(collection: str, clerk: str, rows: Rows, cases: Iterable[Any]) -> dict[str, list[Call]]:
    base = f"/api/v1/{collection}"
    office, role = ("dpmptsp", "verifier") if clerk == VERIFIER else ("dinkominfo", "verifier")
    waiting = rows(
        "SELECT to_char(due_at AT TIME ZONE 'UTC', 'YYYY-MM-DD\"T\"HH24:MI:SS.US\"+00:00\"'), id::text FROM tasks"
        f" WHERE outcome IS NULL AND office = '{office}' AND role = '{role}' ORDER BY random() LIMIT 100"
    )
    places = [encode_cursor({collection: list(row)}) for row in waiting]
    return {
        "worklist": [_get("/api/v1/worklist?limit=25", clerk)],
        "worklist.far_in": [_get(f"/api/v1/worklist?limit=25&cursor={place}", clerk) for place in places],
        "list": [_get(f"{base}?limit=25", clerk)],
        "list.far_in": [_get(f"{base}?limit=25&cursor={encode_cursor([id_])}", clerk) for id_, _ in cases],
        "number": [_get(f"{base}?q={code}", clerk) for _, code in cases],
        "case": [_get(f"{base}/{id_}", clerk) for id_, _ in cases],
        "track": [_get(f"/api/v1/track/{code}", None) for _, code in cases],
    }


def _get(path: str, account: str | None) -> Call:
    return ["GET", path, account, None]


def _some(rows: Rows, table: str, columns: str, wanted: int) -> list[Any]:
    """Some rows from all over the table, in no order."""
    name, alias = table.split()[:2]
    ((count,),) = rows(f"SELECT count(*) FROM {name}")
    share = min(100.0, 100.0 * 5 * wanted / count)
    sampled = table.replace(f"{name} {alias}", f"{name} {alias} TABLESAMPLE SYSTEM ({share})", 1)
    found = [list(row) for row in rows(f"SELECT {columns} FROM {sampled}")]
    random.shuffle(found)
    return found[:wanted]
