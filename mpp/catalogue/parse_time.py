"""Reading lengths of time such as 3wd, 60d or 10h."""

from __future__ import annotations

from mpp.casework.time.durations import Duration, Unit
from mpp.casework.time.durations import parse as parse_duration
from mpp.yaml_files import Section


def read_duration(section: Section, key: str) -> Duration:
    """The length of time of a key. Raises CatalogueError."""
    return duration_in(section, key, section.text(key))


def duration_in(section: Section, key: str, text: str) -> Duration:
    """The same of a text that was taken already; `key` is what a mistake names. Raises CatalogueError."""
    try:
        return parse_duration(text)
    except ValueError as error:
        if text:  # what is missing was told
            section.refuse(f"{key}: bukan lama waktu, seperti 3wd atau 60d | {error}", key)
        return Duration(1, Unit.CALENDAR_DAYS)
