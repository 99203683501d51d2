"""What goes between the parts as JSON comes out as it went in."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mpp import json_text

_VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
)


@given(_VALUES)
def test_what_is_written_reads_the_same_for_everybody(value: object) -> None:
    assert json.loads(json_text.write(value)) == value


@given(st.recursive(st.none() | st.integers(-(2**53), 2**53) | st.text(st.characters(codec="utf-8")), st.lists))
def test_what_is_written_is_read_again(value: object) -> None:
    assert json_text.read(json_text.write(value)) == value


@pytest.mark.parametrize("value", [object(), {1, 2}, {"a": [b"bytes"]}])
def test_what_is_no_json_is_refused(value: object) -> None:
    with pytest.raises(TypeError):
        json_text.write(value)


@pytest.mark.parametrize("raw", [b"", b"{", b"NaN", b"\xff", b"[" * 100_000])
def test_what_is_no_json_is_not_read(raw: bytes) -> None:
    with pytest.raises(ValueError):
        json_text.read(raw)
