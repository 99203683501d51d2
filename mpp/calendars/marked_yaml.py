"""YAML whose mistakes can be shown: every value knows the file and line it came from."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import yaml


class BadFile(ValueError):
    """A data file with a mistake; the message is one line `file:line: reason`."""


@dataclass(frozen=True)
class Marked:
    """One node of a YAML document."""

    node: yaml.Node
    file: str

    def wrong(self, reason: str) -> BadFile:
        """The error to raise for this node."""
        return BadFile(f"{self.file}:{self.node.start_mark.line + 1}: {reason}")

    def items(self) -> Iterator[tuple["Marked", "Marked"]]:
        """Keys and values of a mapping; BadFile for anything else and for a double key."""
        if not isinstance(self.node, yaml.MappingNode):
            raise self.wrong("expected a mapping")
        seen: set[str] = set()
        for key, value in self.node.value:
            marked = Marked(key, self.file)
            if marked.text() in seen:
                raise marked.wrong(f"{marked.text()!r} is written twice")
            seen.add(marked.text())
            yield marked, Marked(value, self.file)

    def fields(self, required: set[str], optional: set[str] = frozenset()) -> dict[str, "Marked"]:  # type: ignore[assignment]
        """A mapping with exactly these keys; BadFile names a missing or unknown one."""
        found: dict[str, Marked] = {}
        for key, value in self.items():
            if key.text() not in required | optional:
                raise key.wrong(f"unknown field {key.text()!r}")
            found[key.text()] = value
        for name in sorted(required - found.keys()):
            raise self.wrong(f"{name!r} is missing")
        return found

    def list(self) -> list["Marked"]:
        """The elements of a sequence."""
        if not isinstance(self.node, yaml.SequenceNode):
            raise self.wrong("expected a list")
        return [Marked(node, self.file) for node in self.node.value]

    def text(self) -> str:
        """A scalar exactly as written."""
        if not isinstance(self.node, yaml.ScalarNode) or not self.node.value:
            raise self.wrong("expected a text")
        return str(self.node.value)

    def date(self) -> date:
        """A date written YYYY-MM-DD."""
        try:
            return date.fromisoformat(self.text())
        except ValueError:
            raise self.wrong(f"not a date (YYYY-MM-DD): {self.text()!r}") from None


def read(path: Path) -> Marked:
    """The root of a YAML file. BadFile when it cannot be read, is not YAML, or is empty."""
    try:
        node = yaml.compose(path.read_text(encoding="utf-8"), Loader=yaml.SafeLoader)
    except (OSError, UnicodeDecodeError) as error:
        raise BadFile(f"{path}: cannot be read ({getattr(error, 'strerror', None) or 'not UTF-8'})") from error
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else 1
        raise BadFile(f"{path}:{line}: not YAML: {error.problem}") from error
    except yaml.YAMLError as error:
        raise BadFile(f"{path}: not YAML: {error}".replace("\n", " ")) from error
    if node is None:
        raise BadFile(f"{path}:1: the file is empty")
    return Marked(node, str(path))
