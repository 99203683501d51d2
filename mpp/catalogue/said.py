"""How a mistake in a service type is said: its place in the file, then in both languages."""

from __future__ import annotations


def said(place: str, indonesian: str, english: str) -> str:
    """On one line: `workflow.states.signing: tidak dapat dicapai | cannot be reached`."""
    return f"{place}: {indonesian} | {english}"
