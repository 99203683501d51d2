"""`mpp restore DIR`: the mall is that of the backup, as a whole, or it is as it was."""

from __future__ import annotations

import pytest

from mpp.operations.problem import Problem
from mpp.operations.restore.refusing import Wish
from tests.integration.restore.conftest import Office
from tests.support.documents import pdf


def test_the_mall_is_that_of_the_backup_and_goes_on(office: Office) -> None:
    office.open()
    numbers = office.issue(2)
    sha256 = office.store(pdf("Surat"))
    office.close()
    made = office.back_up()
    office.open()
    later = office.issue(3)
    office.close()
    assert office.settings.for_services.files is not None
    assert office.restore(made), office.told
    assert [row.number for row in office.sql("permits", "SELECT number FROM numbers ORDER BY seq")] == numbers
    office.open()
    new = office.issue(1)
    assert not set(new) & {*numbers, *later}
    assert (office.settings.for_services.files / sha256[:2] / sha256[2:4] / sha256).exists()
