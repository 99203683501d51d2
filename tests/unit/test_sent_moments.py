"""An instant that comes from outside lies between two ends, whatever its offset: a default date is not an instant."""

from collections.abc import Callable
from datetime import datetime

import pytest

from mpp.casework.refusals import Refused
from mpp.json_values import JsonObject
from services.gateway.api.requests.moments import sent_moment, sent_moment_or_none

OUTSIDE = [
    *("0001-01-01T00:00:00+07:00", "0001-01-01T00:00:00Z", "0001-01-01T00:00:00-12:00"),
    *("1970-01-01T00:00:00+07:00", "1970-01-01T00:00:00Z", "1999-12-31T23:59:59Z", "2000-01-01T06:59:59+07:00"),
    *("2100-01-01T00:00:00Z", "2100-01-01T07:00:00+07:00", "9999-12-31T23:59:59-07:00", "9999-12-31T23:59:59Z"),
]


@pytest.mark.parametrize("read", [sent_moment, sent_moment_or_none])
@pytest.mark.parametrize("given", OUTSIDE)
def test_what_nobody_can_mean_is_refused(read: Callable[[JsonObject, str], datetime | None], given: str) -> None:
    with pytest.raises(Refused) as refused:
        read({"since": given}, "since")
    assert [(field.field, field.code) for field in refused.value.fields] == [("since", "out_of_range")]


@pytest.mark.parametrize(
    "given", ["2000-01-01T00:00:00Z", "2000-01-01T07:00:00+07:00", "2099-12-31T23:59:59Z", "2100-01-01T06:59:59+07:00"]
)
def test_both_ends_are_reached_with_either_offset(given: str) -> None:
    assert sent_moment({"since": given}, "since") == datetime.fromisoformat(given)


def test_an_instant_may_be_left_out() -> None:
    assert sent_moment_or_none({}, "since") is None
