"""A date in a form lies within what a person can mean, at both ends."""

from __future__ import annotations

from datetime import date

import pytest

from mpp.casework.rules.service_type import FormField
from mpp.catalogue.forms import FormContext, validate_form
from mpp.regions import find, read_region

FIELD = FormField("ends_on", "date", {"id": "Tanggal selesai", "en": "Last day"})


@pytest.fixture(scope="module")
def context() -> FormContext:
    return FormContext(date(2026, 11, 27), read_region(find("35.15").file).offices)


@pytest.mark.parametrize("given", ["0001-01-01", "1849-12-31", "2151-01-01", "9999-12-31"])
def test_a_date_that_nobody_can_mean_is_refused(context: FormContext, given: str) -> None:
    _, errors = validate_form([FIELD], {"ends_on": given}, context, "data")
    assert [(error.field, error.code) for error in errors] == [("data.ends_on", "out_of_range")]


@pytest.mark.parametrize("given", ["1850-01-01", "2150-12-31"])
def test_both_ends_are_reached(context: FormContext, given: str) -> None:
    assert validate_form([FIELD], {"ends_on": given}, context, "data") == ({"ends_on": given}, [])
