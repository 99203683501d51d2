"""Desks over databases with some thousand cases and permits, copied from one real case each, with fresh statistics."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import text

from mpp.hosting.definition import case_services
from tests.support.desks import REPORT, SIP_DATA, Desks, birth_data, doctor, fill
from tests.support.permit_walks import file
from tests.support.postgres import TestPostgres

ROWS = 6000
SERVICE = {"permits": "PRZ-SIP-DR", "registrations": "ADM-LHR-01", "complaints": "PGD-LPR"}
OFFICE = {"permits": "dpmptsp", "registrations": "dukcapil", "complaints": "dinkominfo"}

# Copies of one case with its task, spread over villages, persons and days; a third of them lies at the main office.
_CASES = """
CREATE TEMPORARY TABLE made AS
    SELECT n, gen_random_uuid() AS a_case, gen_random_uuid() AS a_task, gen_random_uuid() AS a_permit,
           '35.15.' || lpad((n % 18 + 1)::text, 2, '0') || '.' || (2001 + n % 20) AS village
    FROM generate_series(1, :rows) AS n;
INSERT INTO cases SELECT new.* FROM made, (SELECT * FROM cases WHERE service = :service) AS c,
    LATERAL jsonb_populate_record(NULL::cases, to_jsonb(c) || jsonb_build_object(
        'id', a_case, 'tracking_code', 'P' || lpad(n::text, 11, '0'), 'person', md5((n / 2)::text),
        'number', 'N/' || n, 'region', village, 'office_of_origin', village,
        'due_at', now() + n * interval '1 minute',
        'applicant', c.applicant || jsonb_build_object('name', 'Penduduk ' || n))) AS new;
INSERT INTO numbers (office, series, year, seq, number, case_id, issued_at)
    SELECT :office, 'many', 2026, n, 'N/' || n, a_case, now() FROM made;
INSERT INTO case_names SELECT a_case, word
    FROM made, LATERAL (VALUES ('penduduk'), (n::text)) AS its (word);
INSERT INTO case_offices SELECT :office, a_case FROM made WHERE n % 3 = 0;
INSERT INTO case_offices SELECT village, a_case FROM made;
INSERT INTO tasks SELECT new.* FROM made, (SELECT * FROM tasks LIMIT 1) AS t,
    LATERAL jsonb_populate_record(NULL::tasks, to_jsonb(t) || jsonb_build_object(
        'id', a_task, 'case_id', a_case, 'office', CASE WHEN n % 3 = 0 THEN :office ELSE village END,
        'role', CASE WHEN n % 2 = 0 THEN 'verifier' ELSE 'clerk' END, 'position', 1,
        'due_at', now() + n * interval '1 minute', 'outcome', CASE WHEN n % 4 = 0 THEN NULL ELSE 'done' END)) AS new;
INSERT INTO timeline SELECT new.* FROM made, (SELECT * FROM timeline LIMIT 1) AS t,
    LATERAL jsonb_populate_record(NULL::timeline, to_jsonb(t) || jsonb_build_object(
        'case_id', a_case, 'version', (SELECT version FROM cases WHERE id = a_case))) AS new
"""
_PERMITS = """
INSERT INTO permits SELECT new.* FROM made, (SELECT * FROM permits LIMIT 1) AS p,
    (SELECT *, row_number() OVER (ORDER BY code) AS place, count(*) OVER () AS kinds FROM service_types) AS kind,
    LATERAL jsonb_populate_record(NULL::permits, to_jsonb(p) || jsonb_build_object(
        'id', a_permit, 'case_id', a_case, 'number', 'N/' || n, 'verification', 'P' || lpad(n::text, 15, '0'),
        'region', village, 'person', md5((n / 2)::text), 'holder_key', 'penduduk ' || n,
        'service', kind.code, 'service_version', kind.version,
        'status', CASE WHEN n % 50 = 0 THEN 'suspended' WHEN n % 10 = 0 THEN 'revoked' ELSE 'valid' END,
        'look_at', CASE WHEN n % 10 = 0 AND n % 50 <> 0 THEN NULL ELSE current_date + n END,
        'valid_from', current_date, 'valid_until', current_date + n)) AS new
    WHERE kind.place = CASE WHEN n % 40 = 0 THEN 1 ELSE n % (kind.kinds - 1) + 2 END;
INSERT INTO permit_names SELECT a_permit, word
    FROM made, LATERAL (VALUES ('penduduk'), (n::text)) AS its (word)
    WHERE EXISTS (SELECT FROM permits WHERE permits.id = a_permit);
INSERT INTO permit_history SELECT new.* FROM made, (SELECT * FROM permit_history LIMIT 1) AS h,
    LATERAL jsonb_populate_record(NULL::permit_history, to_jsonb(h) || jsonb_build_object('permit_id', a_permit)) AS new
"""


@contextmanager
def desks_with_many_rows(server: TestPostgres) -> Iterator[Desks]:
    """Nothing of it is changed by asking."""
    names = {
        d.name: server.create(server.template(f"service_{d.name}", fill(d.name))) for d in case_services().values()
    }
    desks = Desks({service: server.url(name) for service, name in names.items()})
    case = desks.open("petugas.sukodono", "PRZ-SIP-DR", applicant=doctor(), data=SIP_DATA)
    case = desks.act("verifikator.dpmptsp", case, "verify")
    case = desks.act("teknis.dinkes", case, "recommend")
    desks.act("penandatangan.dpmptsp", case, "sign")
    for other in ("PRZ-KRK", "PRZ-RKL", "PRZ-TRY", "PRZ-SIP-NK"):
        file(desks, other, 3)
    desks.open("petugas.sukodono", "ADM-LHR-01", applicant=doctor(8), data=birth_data())
    desks.open("petugas.sukodono", "PGD-LPR", applicant=doctor(9), data=REPORT)
    for collection, service in case_services().items():
        sql = _CASES + (";" + _PERMITS if collection == "permits" else "") + "; DROP TABLE made; ANALYZE"
        with desks.databases[service.name].transaction() as tx:
            for statement in sql.split(";"):
                given = {"rows": ROWS, "office": OFFICE[collection], "service": SERVICE[collection]}
                tx.execute(text(statement), {name: given[name] for name in given if f":{name}" in statement})
    yield desks
    desks.close()
    for name in names.values():
        server.drop(name)
