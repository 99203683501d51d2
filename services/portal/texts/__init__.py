"""What the pages say, in both languages: one file for each page, one key for each text."""

from __future__ import annotations

from functools import cache
from importlib import resources
from typing import Literal

import yaml

Language = Literal["id", "en"]
LANGUAGES: tuple[Language, ...] = ("id", "en")


@cache
def all_texts() -> dict[str, dict[str, str]]:
    """Each text by `page.key`, in each language."""
    found: dict[str, dict[str, str]] = {}
    for file in sorted(resources.files(__name__).iterdir(), key=lambda file: file.name):
        if file.name.endswith(".yaml"):
            page = file.name.removesuffix(".yaml")
            for key, said in yaml.safe_load(file.read_text("utf-8")).items():
                found[f"{page}.{key}"] = said
    return found


def text(key: str, language: Language, **values: object) -> str:
    """One text, its `{places}` filled. Raises KeyError for a text that nobody wrote."""
    said = all_texts()[key][language]
    return said.format(**values) if values else said
