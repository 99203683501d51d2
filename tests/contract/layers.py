"""The page "who may know whom" of docs/architecture.md, made from the layers that import-linter keeps.

python -m tests.contract.layers --write     after a change of the layers in pyproject.toml
"""

from __future__ import annotations

import importlib
import sys
import tomllib
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[2]
PAGE = ROOT / "docs" / "architecture.md"
BEGIN, END = "<!-- layers: begin -->", "<!-- layers: end -->"


def contracts() -> list[dict[str, Any]]:
    """The contracts of kind `layers`, as pyproject.toml has them."""
    found = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
    return [c for c in found["tool"]["importlinter"]["contracts"] if c["type"] == "layers"]


def table(contract: dict[str, Any]) -> str:
    """One contract as a table, the highest layer first; what a package is for is the first line of its docstring."""
    (container,) = contract.get("containers", [""])
    lines = [f"**{contract['name']}**" + (f" (`{container}`)" if container else ""), "", "| | is |", "|---|---|"]
    for layer in contract["layers"]:
        for name in (part.strip() for part in layer.split("|")):
            lines.append(f"| `{name}` | {purpose(f'{container}.{name}' if container else name)} |")
        lines.append("| | |")
    return "\n".join(lines[:-1])


def purpose(module: str) -> str:
    """The first line of a module's docstring."""
    text = (importlib.import_module(module).__doc__ or "").strip()
    return " ".join(text.split("\n\n")[0].split())


def section() -> str:
    """What stands between the markers of the page."""
    return "\n\n".join(table(contract) for contract in contracts())


def written() -> str:
    """The page with the section as it should be."""
    text = PAGE.read_text("utf-8")
    before, _, rest = text.partition(BEGIN)
    _, _, after = rest.partition(END)
    return f"{before}{BEGIN}\n{section()}\n{END}{after}"


if __name__ == "__main__":
    if sys.argv[1:] == ["--write"]:
        PAGE.write_text(written(), "utf-8")
    else:
        sys.stdout.write(section() + "\n")
