"""What operators' pages call things: services, kinds of work, roles."""

from __future__ import annotations

import re

from services.portal.asking import asked
from services.portal.texts import all_texts, text


def service_name(name: str) -> str:
    """What people call a service; its name where the portal has no word for it."""
    return _word(f"operate.service_{name}", name)


def collection_name(name: str) -> str:
    """What people call the cases of a collection; its name where the portal has no word for it."""
    return _word(f"work.of_{name}", name)


def part_name(part: str) -> str:
    """What people call a part of the mall."""
    return _word(f"state.part_{part}", part)


def sort_of(code: str) -> str:
    """A kind of job in words; the type of an event as it is, since it says whose news it is."""
    return _word(f"letters.kind_{re.sub('[^a-z0-9]', '_', code)}", code)


def _word(key: str, otherwise: str) -> str:
    return text(key, asked().language) if key in all_texts() else otherwise
