"""How long and how large may be what people write: the gateway refuses by the same bounds as the services do."""

from __future__ import annotations

NOTE_MAX = 2000  # characters of a note, whoever writes it
REASON_MAX = 500  # characters of the reason why a number is voided
NAME_MIN, NAME_MAX = 3, 120  # characters of a name that is searched for; the longest name
NUMBER_MAX = 9_999_999  # the highest number of a book
TABLE_NAME_MAX = 200  # characters of the name of a calendar table
TABLE_MAX = 50_000  # characters of its text: the gateway takes bodies of 64 KiB
SETTLEMENTS = ("returned", "counted_elsewhere")  # what may become of money that was not applied
ABANDONMENTS = ("mistake", "cannot_be_signed", "circumstances_changed", "other")  # why a paper is given up
