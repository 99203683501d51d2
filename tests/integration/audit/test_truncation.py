"""A trail that was cut off at its end, or emptied, is found by what stands beside it."""

from __future__ import annotations

from mpp.clock import new_id
from tests.integration.audit.trail import Trail


def test_a_truncated_end_is_found_by_the_checkpoint(ten: Trail) -> None:
    ten.sql("DELETE FROM audit WHERE id > 8", "DELETE FROM audit_seals WHERE position > 8")
    finding = ten.check().findings[0]
    assert (finding.kind, finding.position) == ("truncated", 9)
    ten.sql("TRUNCATE audit, audit_seals")
    finding = ten.check().findings[0]
    assert (finding.kind, finding.position) == ("truncated", 1)


def test_a_truncated_end_does_not_heal_by_new_entries(ten: Trail) -> None:
    ten.sql("DELETE FROM audit WHERE id > 8", "DELETE FROM audit_seals WHERE position > 8")
    ten.write(action="log_in")
    ten.write(action="log_in")
    ten.new_sealer().run_once()
    kinds = {finding.kind for finding in ten.check().findings}
    assert kinds == {"rewritten"}


def test_a_table_emptied_alone_names_every_entry_and_prints_the_first_ones(ten: Trail) -> None:
    ten.sql("TRUNCATE audit")
    report = ten.check()
    assert report.count == 10
    assert [finding.entry for finding in report.findings] == list(range(1, 11))


def test_an_unsealed_end_of_a_case_is_missed_in_the_middle_only(trail: Trail) -> None:
    case = new_id()
    for _ in range(3):
        trail.write(case)
    trail.sql("DELETE FROM audit WHERE id = 2")
    assert trail.first() == ("deleted", 3)
