"""What the register says of a permit, in short."""

from __future__ import annotations

from datetime import timedelta

from mpp.casework.refusals import Refused
from tests.integration.permits.conftest import Office


def codes(refused: Refused) -> list[tuple[str, str]]:
    return [(f.field, f.code) for f in refused.fields]


def days(office: Office, count: int) -> None:
    office.desks.clock.advance(timedelta(days=count))
