"""Addresses of the interface that are made of what stands in an address of ours."""

from __future__ import annotations

import re


def address_of(collection: str, case: str) -> str:
    """That of a case."""
    return f"/{re.sub('[^a-z_]', '', collection)[:40] or '-'}/{part(case)}"


def part(value: str) -> str:
    """One part of a path: letters, digits, dots and dashes, and nothing that leads elsewhere."""
    return re.sub(r"[^A-Za-z0-9_-]", "", value)[:64] or "-"
