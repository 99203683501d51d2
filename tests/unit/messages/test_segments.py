"""What an SMS costs: parts of 160 or 153 characters of the GSM alphabet, or of 70 or 67 units of UCS-2."""

from __future__ import annotations

import pytest

from mpp.messages.segments import Segments, segments


@pytest.mark.parametrize(
    ("text", "counted"),
    [
        ("", Segments(True, 0, 1)),
        ("a" * 160, Segments(True, 160, 1)),
        ("a" * 161, Segments(True, 161, 2)),
        ("a" * 306, Segments(True, 306, 2)),
        ("a" * 307, Segments(True, 307, 3)),
        ("€" * 80, Segments(True, 160, 1)),
        ("€" * 81, Segments(True, 162, 2)),
        ("a" * 152 + "€" + "a" * 20, Segments(True, 174, 2)),
        ("a" * 152 + "€" + "a" * 151, Segments(True, 305, 2)),
        ("a" * 152 + "€" + "a" * 152, Segments(True, 306, 3)),  # the euro sign is not torn apart: one place is lost
        ("ê" + "a" * 69, Segments(False, 70, 1)),
        ("ê" + "a" * 70, Segments(False, 71, 2)),
        ("ê" + "a" * 133, Segments(False, 134, 2)),
        ("ê" + "a" * 134, Segments(False, 135, 3)),
        ("😀" * 35, Segments(False, 70, 1)),
        ("😀" * 36, Segments(False, 72, 2)),
        ("😀" * 67, Segments(False, 134, 3)),  # 33 in a part: the 67th unit stays empty
        ("Rp1.250.000 @ loket\n", Segments(True, 20, 1)),
        ("[{~}]", Segments(True, 10, 1)),
    ],
)
def test_the_parts_of_a_text(text: str, counted: Segments) -> None:
    assert segments(text) == counted
