"""The benchmark judges its figures by what was asked for."""

from __future__ import annotations

from tests.load.figures import Figure
from tests.load.targets import judged, missed


def test_the_figure_of_the_most_rows_and_ten_users_counts() -> None:
    found = {
        "complaint.lifecycles.rows_100000.users_10": Figure(25.0, "per s"),
        "complaint.lifecycles.rows_1000000.users_10": Figure(19.0, "per s"),
        "complaint.lifecycles.rows_1000000.users_50": Figure(30.0, "per s"),
    }
    told = judged(found)
    assert told["target.lifecycles"].ours == 19.0
    assert told["target.lifecycles"].note.startswith("NOT met")
    assert missed(told) == ["target.lifecycles", "target.aim_lifecycles"]


def test_the_worst_of_several_counts_and_a_limit_may_be_an_upper_one() -> None:
    found = {
        "reads.permits.worklist.p95.1000000": Figure(20.0, "ms", 20.0, 1.0),
        "reads.permits.case.p95.1000000": Figure(40.0, "ms", 20.0, 2.0),
        "reads.permits.case.p95.10000": Figure(20.0, "ms"),
        "burst.errors.rows_1000000": Figure(0.0, "calls"),
    }
    told = judged(found)
    assert told["target.reads"].ours == 2.0
    assert told["target.reads"].note.startswith("NOT met")
    assert told["target.burst_errors"].note.startswith("met")


def test_what_was_not_measured_is_said_and_is_not_missed() -> None:
    told = judged({})
    assert all(figure.note.startswith("not measured") for figure in told.values())
    assert missed(told) == []
