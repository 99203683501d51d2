"""Reading YAML so that every mistake can be told with its file and line, and no key is passed over."""

from __future__ import annotations

from collections.abc import Hashable, Iterator, Sequence
from datetime import date, datetime
from pathlib import Path
from typing import Any

import yaml

_LINES = "\0lines"  # of a mapping: the line of each key, and of the mapping itself under None


class CatalogueError(Exception):
    """A file that cannot be used: `str()` is one line with file, line and reason."""

    def __init__(self, file: str, line: int, reason: str) -> None:
        super().__init__(f"{file}:{line}: {reason}")
        self.file = file
        self.line = line
        self.reason = reason


# libyaml's parser where PyYAML has it: a start reads every service type, and the other one takes ten times as long
_SafeLoader: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


class _Loader(_SafeLoader):
    def construct_object(self, node: Any, deep: bool = False) -> Any:
        try:
            return super().construct_object(node, deep)
        except ValueError as error:  # a date such as 2027-02-30: PyYAML would lose its line
            raise yaml.constructor.ConstructorError(None, None, str(error), node.start_mark) from error

    def construct_mapping(self, node: Any, deep: bool = False) -> dict[Any, Any]:
        lines: dict[Any, int] = {None: node.start_mark.line + 1}
        for key_node, _ in node.value:
            key = self.construct_object(key_node, deep=True)
            if not isinstance(key, Hashable) or key is None:
                raise yaml.constructor.ConstructorError(None, None, "a key must be a word", key_node.start_mark)
            if key in lines:
                raise yaml.constructor.ConstructorError(None, None, f"{key!r} stands here twice", key_node.start_mark)
            lines[key] = key_node.start_mark.line + 1
        mapping: dict[Any, Any] = super().construct_mapping(node, deep=True)
        mapping[_LINES] = lines
        return mapping


def read(path: Path) -> Section:
    """The top section of a YAML file. Raises CatalogueError, never a YAML error."""
    try:
        source = path.read_text("utf-8")
    except (OSError, ValueError) as error:
        raise CatalogueError(path.name, 1, f"cannot be read: {error}") from error
    return read_text(path.name, source)


def read_text(name: str, source: str) -> Section:
    """The same of a text; `name` stands for the file in messages."""
    try:
        data = yaml.load(source, Loader=_Loader)  # noqa: S506  (a SafeLoader)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        last = source.count("\n") + 1  # libyaml puts a text that breaks off behind its end
        line = min(mark.line + 1, last) if mark else 1
        raise CatalogueError(name, line, error.problem or "not YAML") from error
    except (ValueError, RecursionError, yaml.YAMLError) as error:
        raise CatalogueError(name, 1, f"not YAML: {' '.join(str(error).split())}") from error
    if not isinstance(data, dict):
        raise CatalogueError(name, 1, "the file must be one mapping")
    return Section(name, data)


class Section:
    """One mapping of the file. Each getter takes its key; `done` refuses what nobody took."""

    def __init__(self, file: str, data: dict[Any, Any], where: str = "") -> None:
        self.file = file
        self.where = where
        self._data = dict(data)
        self._lines: dict[Any, int] = self._data.pop(_LINES, {})
        self.line: int = self._lines.get(None, 1)

    def error(self, reason: str, key: str | None = None) -> CatalogueError:
        """A mistake in this section, on the line of the key where one is named."""
        line = self._lines.get(key, self.line)
        return CatalogueError(self.file, line, f"{self.where}: {reason}" if self.where else reason)

    def plain(self) -> dict[str, Any]:
        """What has not been taken yet, as plain values."""
        return {key: _plain(value) for key, value in self._data.items()}

    def has(self, key: str) -> bool:
        """Whether the key is there and not yet taken."""
        return key in self._data

    def take(self, key: str, kinds: type | tuple[type, ...], default: Any = ...) -> Any:
        """The value of the key, of one of the kinds; the default where it is missing (required without one)."""
        if key not in self._data:
            if default is ...:
                raise self.error(f"{key} is missing")
            return default
        value = self._data.pop(key)
        if isinstance(value, bool) and kinds is not bool:
            raise self.error(f"{key} must not be yes/no", key)
        if not isinstance(value, kinds):
            raise self.error(f"{key} has the wrong type ({type(value).__name__})", key)
        return value

    def text(self, key: str, default: Any = ...) -> Any:
        """A non-empty string."""
        value = self.take(key, str, default)
        if value == "" and value is not default:
            raise self.error(f"{key} is empty", key)
        return value

    def integer(self, key: str, default: Any = ...) -> Any:
        """A whole number."""
        return self.take(key, int, default)

    def flag(self, key: str, default: bool = False) -> bool:
        """Yes or no."""
        return bool(self.take(key, bool, default))

    def day(self, key: str) -> date:
        """A date, written YYYY-MM-DD."""
        value: date = self.take(key, date)
        if isinstance(value, datetime):
            raise self.error(f"{key} must be a date without a time", key)
        return value

    def choice(self, key: str, choices: Sequence[str], default: Any = ...) -> Any:
        """One of the given words."""
        value = self.text(key, default)
        if value is not default and value not in choices:
            raise self.error(f"{key}: {value!r} is not one of {', '.join(choices)}", key)
        return value

    def words(self, key: str, default: Any = ...) -> tuple[str, ...]:
        """A list of strings; one string stands for a list of one."""
        value = self.take(key, (str, list), default)
        found = (value,) if isinstance(value, str) else tuple(value)
        if any(not isinstance(word, str) or not word for word in found):
            raise self.error(f"{key} must be a list of words", key)
        return found

    def texts(self, key: str, default: Any = ...) -> Any:
        """A text in both languages: {id: ..., en: ...}."""
        if not self.has(key) and default is not ...:
            return default
        section = self.section(key)
        both = {"id": section.text("id"), "en": section.text("en")}
        section.done()
        return both

    def section(self, key: str) -> Section:
        """A nested mapping."""
        value = self.take(key, dict)
        return Section(self.file, value, f"{self.where}.{key}" if self.where else key)

    def sections(self, key: str) -> list[Section]:
        """A list of mappings; empty when missing."""
        where = f"{self.where}.{key}" if self.where else key
        found = []
        for position, value in enumerate(self.take(key, list, [])):
            if not isinstance(value, dict):
                raise self.error(f"{key}[{position}] must be a mapping", key)
            found.append(Section(self.file, value, f"{where}[{position}]"))
        return found

    def named(self, key: str) -> Iterator[tuple[str, Section]]:
        """A mapping of names to mappings."""
        section = self.section(key)
        for name in list(section._data):
            if not isinstance(name, str):
                raise section.error(f"{name!r} must be a word")
            yield name, section.section(name)

    def done(self) -> None:
        """Refuse keys that nobody took: a misspelt key must not be passed over."""
        if self._data:
            first = min(self._data, key=lambda key: self._lines.get(key, 0))
            raise self.error(f"unknown key {str(first)!r}", first)


def _plain(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _plain(inner) for key, inner in value.items() if key != _LINES}
    return [_plain(inner) for inner in value] if isinstance(value, list) else value
