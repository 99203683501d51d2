"""A mall of before signed the checkpoints of all services with one key, in one folder: each goes on in its own."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from pathlib import Path

import pytest

from mpp.audit.checkpoints import Signer
from mpp.audit.ledger import read_ledger
from mpp.audit.settings import AuditSettings
from mpp.casework.access.actors import SYSTEM
from mpp.clock import FixedClock
from mpp.hosting.definition import definitions
from mpp.jobs.sealing import ledger_of
from mpp.persistence.audit import trail
from mpp.persistence.audit.check import check_service
from mpp.persistence.audit.sealer import Sealer
from mpp.persistence.database import Database
from tests.upgrade.dumps import AUDIT_KEY, DATA, MOMENT

OWN = {service: bytes([number]) * 32 for number, service in enumerate(definitions())}


@pytest.mark.parametrize("service", definitions())
def test_the_ledger_goes_on_with_the_services_own_key_and_what_was_signed_before_still_counts(
    urls: Mapping[str, str], service: str, tmp_path: Path
) -> None:
    settings = AuditSettings(tmp_path, DATA, {service: OWN[service]}, shared_public_key=Signer(AUDIT_KEY).public)
    database, clock = Database(urls[service], name=service), FixedClock(MOMENT)
    for start in (1, 2):
        clock.advance(timedelta(minutes=1))
        with database.transaction() as tx:
            trail.record(tx, at=clock.now(), actor=SYSTEM, office=None, action="test", details={"start": start})
        ledger = ledger_of(settings, "35.15", service)
        assert ledger is not None
        Sealer(database, clock, ledger.origin, ledger.append).run_once()
    database.dispose()
    notes = list(read_ledger(ledger.path))
    report = check_service(urls[service], service, notes, settings.verifier_of(service))
    assert (report.count, report.findings, report.notices, report.unsealed) == (0, [], [], 0)
    assert report.signed
    assert report.checkpoint is not None
    assert report.checkpoint.size == report.entries
    alone = AuditSettings(public_keys={service: Signer(OWN[service]).public}).verifier_of(service)
    assert alone is not None
    assert [alone.accepts(note) for note in notes[-2:]] == [True, True]
    assert not any(alone.accepts(note) for note in notes[:-2]), "what was signed before needs the former public key"
