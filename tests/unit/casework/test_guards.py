"""Guards of an action: all tasks done, any task refused."""

from pathlib import Path

import pytest

from tests.unit.casework.a_case import OFFICER, SIGNER, TEXT, VERIFIER, Desk
from tests.unit.catalogue.trying import check

GUARDED = """\
    decide:
      label: {id: Putuskan, en: Decide}
      from: submitted
      to: signing
      roles: [signer]
      guards: [all_tasks_done]
      event: updated
    stop:
      label: {id: Hentikan, en: Stop}
      from: submitted
      to: rejected
      roles: [signer]
      guards: [any_task_refused]
      event: rejected
    sign:
"""


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    """A desk whose signer may end the waiting."""
    service_type = check(tmp_path, TEXT.replace("    sign:\n", GUARDED, 1))
    desk = Desk()
    desk.kind = service_type
    return desk


def test_all_tasks_done_waits_for_the_last_of_them(desk: Desk) -> None:
    assert desk.refused(SIGNER, "decide") == (409, "tasks_open")
    desk.act(OFFICER, "advise")
    assert desk.refused(SIGNER, "decide") == (409, "tasks_open")
    desk.act(VERIFIER, "check")
    desk.act(SIGNER, "sign")  # has the guard, too, and closes the last task itself
    assert desk.case.state == "issued"


def test_any_task_refused_needs_one_that_was(desk: Desk) -> None:
    assert desk.refused(SIGNER, "stop") == (409, "no_task_refused")
    desk.act(OFFICER, "refuse")
    desk.act(SIGNER, "stop")
    assert desk.case.state == "rejected"
    assert [task.outcome for task in desk.case.tasks] == ["refused", "cancelled"]
