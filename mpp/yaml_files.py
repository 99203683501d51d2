"""Reading YAML so that every mistake can be told with its file and line, and no key is passed over."""

from __future__ import annotations

from collections.abc import Hashable, Iterator, Mapping, Sequence
from datetime import date, datetime
from pathlib import Path
from types import EllipsisType
from typing import TYPE_CHECKING, NoReturn, TypeAlias, TypeVar, overload

import yaml

if TYPE_CHECKING:
    from yaml import SafeLoader
else:
    # libyaml's parser where PyYAML has it: a start reads every service type, and the other takes ten times as long
    SafeLoader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)

Yaml: TypeAlias = "None | bool | int | float | str | bytes | date | Sequence[Yaml] | Mapping[Hashable, Yaml]"
_V = TypeVar("_V")
_D = TypeVar("_D")
_W = TypeVar("_W", bound=str)


class CatalogueError(Exception):
    """A file that cannot be used: `str()` is one line with file, line and reason."""

    def __init__(self, file: str, line: int, reason: str) -> None:
        super().__init__(f"{file}:{line}: {reason}")
        self.file = file
        self.line = line
        self.reason = reason


class _Lined(dict[Hashable, Yaml]):
    """A mapping of a file that knows its own line and the line of each key."""

    def __init__(self, values: Mapping[Hashable, Yaml], line: int, lines: Mapping[Hashable, int]) -> None:
        super().__init__(values)
        self.line = line
        self.lines = lines


class _Loader(SafeLoader):
    def construct_object(self, node: yaml.Node, deep: bool = False) -> Yaml:
        try:
            found: Yaml = super().construct_object(node, deep)
        except ValueError as error:  # a date such as 2027-02-30: PyYAML would lose its line
            raise yaml.constructor.ConstructorError(None, None, str(error), node.start_mark) from error
        return found

    def construct_lined(self, node: yaml.MappingNode) -> _Lined:
        """A mapping with its lines. Refuses a key that stands there twice."""
        lines: dict[Hashable, int] = {}
        for key_node, _ in node.value:
            key = self.construct_object(key_node, deep=True)
            if not isinstance(key, Hashable) or key is None:
                raise yaml.constructor.ConstructorError(None, None, "a key must be a word", key_node.start_mark)
            if key in lines:
                raise yaml.constructor.ConstructorError(None, None, f"{key!r} stands here twice", key_node.start_mark)
            lines[key] = key_node.start_mark.line + 1
        return _Lined(self.construct_mapping(node, deep=True), node.start_mark.line + 1, lines)


_Loader.add_constructor("tag:yaml.org,2002:map", _Loader.construct_lined)


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
        data: Yaml = yaml.load(source, Loader=_Loader)  # noqa: S506  (a SafeLoader)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        last = source.count("\n") + 1  # libyaml puts a text that breaks off behind its end
        line = min(mark.line + 1, last) if mark else 1
        raise CatalogueError(name, line, error.problem or "not YAML") from error
    except (ValueError, RecursionError, yaml.YAMLError) as error:
        raise CatalogueError(name, 1, f"not YAML: {' '.join(str(error).split())}") from error
    if not isinstance(data, _Lined):
        raise CatalogueError(name, 1, "the file must be one mapping")
    return Section(name, data)


class Section:
    """One mapping of the file. Each getter takes its key; `done` refuses what nobody took.

    A getter raises CatalogueError where the value is of another type, and where the key is missing and no default
    was given.
    """

    def __init__(self, file: str, data: _Lined, where: str = "") -> None:
        self.file = file
        self.where = where
        self.line = data.line
        self._lines = data.lines
        self._data = dict(data)

    def error(self, reason: str, key: Hashable = None) -> CatalogueError:
        """A mistake in this section, on the line of the key where one is named."""
        line = self._lines.get(key, self.line)
        return CatalogueError(self.file, line, f"{self.where}: {reason}" if self.where else reason)

    def plain(self) -> Mapping[Hashable, Yaml]:
        """What has not been taken yet, as plain values."""
        return {key: _plain(value) for key, value in self._data.items()}

    def has(self, key: str) -> bool:
        """Whether the key is there and not yet taken."""
        return key in self._data

    @overload
    def text(self, key: str) -> str: ...
    @overload
    def text(self, key: str, default: _D) -> str | _D: ...
    def text(self, key: str, default: _D | EllipsisType = ...) -> str | _D:
        """A string; an empty one only where that is the default."""
        if not isinstance(default, EllipsisType) and not self.has(key):
            return default
        value = self._take(key, str)
        if not value and default != "":
            raise self.error(f"{key} is empty", key)
        return value

    @overload
    def integer(self, key: str) -> int: ...
    @overload
    def integer(self, key: str, default: _D) -> int | _D: ...
    def integer(self, key: str, default: _D | EllipsisType = ...) -> int | _D:
        """A whole number."""
        if not isinstance(default, EllipsisType) and not self.has(key):
            return default
        return self._take(key, int)

    def flag(self, key: str, default: bool = False) -> bool:
        """Yes or no."""
        return self._take(key, bool) if self.has(key) else default

    def day(self, key: str) -> date:
        """A date, written YYYY-MM-DD."""
        value = self._take(key, date)
        if isinstance(value, datetime):
            raise self.error(f"{key} must be a date without a time", key)
        return value

    @overload
    def choice(self, key: str, choices: Sequence[_W]) -> _W: ...
    @overload
    def choice(self, key: str, choices: Sequence[_W], default: _D) -> _W | _D: ...
    def choice(self, key: str, choices: Sequence[_W], default: _D | EllipsisType = ...) -> _W | _D:
        """One of the given words."""
        if not isinstance(default, EllipsisType) and not self.has(key):
            return default
        value = self.text(key)
        found = next((choice for choice in choices if choice == value), None)
        if found is None:
            raise self.error(f"{key}: {value!r} is not one of {', '.join(choices)}", key)
        return found

    def words(self, key: str, default: Sequence[str] | None = None) -> tuple[str, ...]:
        """A list of strings; one string stands for a list of one."""
        if default is not None and not self.has(key):
            return tuple(default)
        value = self._value(key)
        found = [value] if isinstance(value, str) else value
        if not isinstance(found, list):
            self._wrong(key, value)
        words = tuple(word for word in found if isinstance(word, str) and word)
        if len(words) != len(found):
            raise self.error(f"{key} must be a list of words", key)
        return words

    def values(self, key: str) -> tuple[str | int | bool, ...]:
        """A list of words, whole numbers or yes and no; one word or number stands for a list of one."""
        value = self._value(key)
        if isinstance(value, str | int) and not isinstance(value, bool):
            return (value,)
        if not isinstance(value, list):
            self._wrong(key, value)
        found = tuple(each for each in value if isinstance(each, str | int))
        if len(found) != len(value):
            raise self.error(f"{key} must be a list of words or whole numbers", key)
        return found

    def texts(self, key: str) -> dict[str, str]:
        """A text in both languages: {id: ..., en: ...}."""
        section = self.section(key)
        both = {"id": section.text("id"), "en": section.text("en")}
        section.done()
        return both

    def section(self, key: str) -> Section:
        """A nested mapping."""
        return Section(self.file, self._take(key, _Lined), f"{self.where}.{key}" if self.where else key)

    def sections(self, key: str) -> list[Section]:
        """A list of mappings; empty when missing."""
        if not self.has(key):
            return []
        where = f"{self.where}.{key}" if self.where else key
        found = []
        for position, value in enumerate(self._take(key, list)):
            if not isinstance(value, _Lined):
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

    def _value(self, key: str) -> Yaml:
        if key not in self._data:
            raise self.error(f"{key} is missing")
        return self._data.pop(key)

    def _take(self, key: str, kind: type[_V]) -> _V:
        value = self._value(key)
        if not isinstance(value, kind) or (isinstance(value, bool) and kind is not bool):
            self._wrong(key, value)
        return value

    def _wrong(self, key: str, value: Yaml) -> NoReturn:
        if isinstance(value, bool):
            raise self.error(f"{key} must not be yes/no", key)
        name = "dict" if isinstance(value, _Lined) else type(value).__name__
        raise self.error(f"{key} has the wrong type ({name})", key)


def _plain(value: Yaml) -> Yaml:
    if isinstance(value, _Lined):
        return {key: _plain(inner) for key, inner in value.items()}
    return [_plain(inner) for inner in value] if isinstance(value, list) else value
