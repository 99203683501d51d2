"""`region_sets`: which values of a file are only defaults that each region may change, and what they are."""

from __future__ import annotations

from collections.abc import Iterator

import yaml

from mpp.casework.rules.service_type import Default
from mpp.yaml_files import Section, Yaml

_NAMES = ("code", "name")  # the fields by which an item of a list is found


def read_defaults(top: Section) -> tuple[Default, ...]:
    """The defaults that `region_sets` names, with their values. Raises CatalogueError for a key that names nothing.

    A key is dotted, such as `previous.opens`. An item of a list is named by its `code` or `name`; `*` stands for every
    item or key: `workflow.states.*.tasks.*.sla`. To be called before anything else was taken from the file.
    """
    plain = top.plain()
    found = []
    for key in top.words("region_sets", []):
        places = tuple((".".join(path), _written(value)) for path, value in _at(plain, key.split("."), ()))
        if not places:
            told = f"{key!r} tidak menunjuk apa pun dalam berkas ini | {key!r} names nothing in this file"
            top.refuse(f"region_sets: {told}", "region_sets")
        found.append(Default(key, places))
    return tuple(found)


def _at(node: Yaml, rest: list[str], path: tuple[str, ...]) -> Iterator[tuple[tuple[str, ...], Yaml]]:
    if not rest:
        yield path, node
        return
    for name, child in _children(node):
        if rest[0] in ("*", name):
            yield from _at(child, rest[1:], (*path, name))


def _children(node: Yaml) -> Iterator[tuple[str, Yaml]]:
    if isinstance(node, dict):
        yield from ((str(key), value) for key, value in node.items())
    elif isinstance(node, list):
        for item in node:
            named = next((str(item[n]) for n in _NAMES if n in item), None) if isinstance(item, dict) else None
            if named is not None:
                yield named, item


def _written(value: Yaml) -> str:
    """On one line: a word as it is, papers and the like by their codes, the rest as YAML."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, str | int):
        return str(value)
    if isinstance(value, list) and value and all(isinstance(item, dict) and "name" in item for item in value):
        return ", ".join(str(item["code"]) for item in value)
    return yaml.safe_dump(value, default_flow_style=True, allow_unicode=True, sort_keys=False, width=10_000).strip()
