"""The picture of the layers in the documentation is the one that the linter keeps."""

from __future__ import annotations

from pathlib import Path

from tests.contract import layers


def test_the_page_shows_the_layers_as_they_are_kept() -> None:
    assert layers.written() == layers.PAGE.read_text("utf-8"), "python -m tests.contract.layers --write"


def test_every_package_of_the_mall_has_its_layer() -> None:
    named = {name.strip() for layer in layers.contracts()[0]["layers"] for name in layer.split("|")}
    there = {f"mpp.{p.stem}" for p in (layers.ROOT / "mpp").iterdir() if _is_code(p)}
    assert there <= named


def test_every_room_says_what_it_is_for() -> None:
    rooms = [p.parent for top in ("mpp", "services") for p in (layers.ROOT / top).rglob("__init__.py")]
    for room in rooms:
        module = ".".join(room.relative_to(layers.ROOT).parts)
        if not {"migrations", "versions"} & set(room.parts):
            assert len(layers.purpose(module)) > 15, f"{module} has no docstring that says where to begin"


def _is_code(path: Path) -> bool:
    if path.stem.startswith("__") or path.name == "py.typed":
        return False
    return path.suffix == ".py" or (path.is_dir() and (path / "__init__.py").exists())
