"""Reading YAML so that every mistake can be told with its file and line, and no key is passed over."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterator, Mapping, Sequence
from datetime import date, datetime
from difflib import get_close_matches
from pathlib import Path
from types import EllipsisType
from typing import TYPE_CHECKING, TypeAlias, TypeVar, overload

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
_KINDS = {
    "str": ("teks", "a text"),
    "int": ("bilangan bulat", "a whole number"),
    "bool": ("true atau false", "true or false"),
    "date": ("tanggal, seperti 2027-01-31", "a date, such as 2027-01-31"),
    "list": ("daftar", "a list"),
    "_Lined": ("kelompok kunci: nilai", "a group of key: value"),
    "float": ("bilangan pecahan, beri tanda kutip bila sebuah kode", "a number with a point; a code takes quotes"),
    "NoneType": ("kosong", "nothing"),
}


class CatalogueError(Exception):
    """A file that cannot be used: `str()` is one line with file, line and reason, in Indonesian | in English."""

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


Faults: TypeAlias = list[CatalogueError]


def read(path: Path, faults: Faults | None = None) -> Section:
    """The top section of a YAML file. Raises CatalogueError, never a YAML error.

    With `faults` the section collects its mistakes there and goes on: see `Section`.
    """
    try:
        source = path.read_text("utf-8")
    except (OSError, ValueError) as error:
        raise CatalogueError(path.name, 1, f"tidak terbaca | cannot be read: {error}") from error
    return read_text(path.name, source, faults)


def read_text(name: str, source: str, faults: Faults | None = None) -> Section:
    """The same of a text; `name` stands for the file in messages."""
    try:
        data: Yaml = yaml.load(source, Loader=_Loader)  # noqa: S506  (a SafeLoader)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        last = source.count("\n") + 1  # libyaml puts a text that breaks off behind its end
        line = min(mark.line + 1, last) if mark else 1
        raise CatalogueError(name, line, f"bukan YAML yang baik | {error.problem or 'not YAML'}") from error
    except (ValueError, RecursionError, yaml.YAMLError) as error:
        told = " ".join(str(error).split())
        raise CatalogueError(name, 1, f"bukan YAML yang baik | not YAML: {told}") from error
    if not isinstance(data, _Lined):
        raise CatalogueError(name, 1, "isi berkas harus kelompok kunci: nilai | the file must be one mapping")
    return Section(name, data, faults=faults)


class Section:
    """One mapping of the file. Each getter takes its key; `done` refuses what nobody took.

    A getter raises CatalogueError where the value is of another type, and where the key is missing and no default
    was given. Where `faults` are collected the mistake is put there instead, and the getter answers with an empty
    value of its type, so that all mistakes of a file are found at once; nobody uses anything of a file with faults.
    """

    def __init__(self, file: str, data: _Lined, where: str = "", faults: Faults | None = None) -> None:
        self.file = file
        self.where = where
        self.line = data.line
        self._lines = data.lines
        self._data = dict(data)
        self._faults = faults
        self._asked: dict[str, None] = {}

    def error(self, reason: str, key: Hashable = None) -> CatalogueError:
        """A mistake in this section, on the line of the key where one is named."""
        return CatalogueError(self.file, self.line_of(key), f"{self.where}: {reason}" if self.where else reason)

    def line_of(self, key: Hashable) -> int:
        """The line of a key, or of the section where it is missing."""
        return self._lines.get(key, self.line)

    def refuse(self, reason: str, key: Hashable = None) -> None:
        """Raise the mistake, or collect it and go on."""
        self._refuse(self.error(reason, key))

    def each(self, key: str, read: Callable[[Section], _V]) -> list[_V]:
        """What `read` makes of each mapping of a list; where faults are collected, without those that it refuses."""
        found = []
        for section in self.sections(key):
            try:
                found.append(read(section))
            except CatalogueError as error:
                self._refuse(error)
        return found

    def _refuse(self, error: CatalogueError) -> None:
        if self._faults is None:
            raise error
        self._faults.append(error)

    def plain(self) -> Mapping[Hashable, Yaml]:
        """What has not been taken yet, as plain values."""
        return {key: _plain(value) for key, value in self._data.items()}

    def has(self, key: str) -> bool:
        """Whether the key is there and not yet taken."""
        self._asked[key] = None
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
        if value == "" and default != "":
            self.refuse(f"{key} kosong | {key} is empty", key)
        return value or ""

    @overload
    def integer(self, key: str) -> int: ...
    @overload
    def integer(self, key: str, default: _D) -> int | _D: ...
    def integer(self, key: str, default: _D | EllipsisType = ...) -> int | _D:
        """A whole number."""
        if not isinstance(default, EllipsisType) and not self.has(key):
            return default
        return self._take(key, int) or 0

    def flag(self, key: str, default: bool = False) -> bool:
        """Yes or no."""
        return bool(self._take(key, bool)) if self.has(key) else default

    def day(self, key: str) -> date:
        """A date, written YYYY-MM-DD."""
        value = self._take(key, date)
        if isinstance(value, datetime):
            self.refuse(f"{key} harus tanggal tanpa jam | {key} must be a date without a time", key)
        return value or date.min

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
        if found is None and value:
            listed = ", ".join(choices)
            self.refuse(f"{key}: {value!r} bukan salah satu dari {listed} | {value!r} is not one of {listed}", key)
        return choices[0] if found is None else found

    def words(self, key: str, default: Sequence[str] | None = None) -> tuple[str, ...]:
        """A list of strings; one string stands for a list of one."""
        if default is not None and not self.has(key):
            return tuple(default)
        found = self._listed(key, str)
        words = tuple(word for word in found if isinstance(word, str) and word)
        if len(words) != len(found):
            self.refuse(f"{key} harus daftar kata | {key} must be a list of words", key)
        return words

    def values(self, key: str) -> tuple[str | int | bool, ...]:
        """A list of words, whole numbers or yes and no; one word or number stands for a list of one."""
        listed = self._listed(key, (str, int))
        found = tuple(each for each in listed if isinstance(each, str | int))
        if len(found) != len(listed):
            told = f"{key} harus daftar kata atau bilangan bulat | {key} must be a list of words or whole numbers"
            self.refuse(told, key)
        return found

    def texts(self, key: str) -> dict[str, str]:
        """A text in both languages: {id: ..., en: ...}."""
        section = self.section(key)
        both = {"id": section.text("id"), "en": section.text("en")}
        section.done()
        return both

    def section(self, key: str) -> Section:
        """A nested mapping."""
        found, where = self._take(key, _Lined), f"{self.where}.{key}" if self.where else key
        if found is None:  # told already: what is not in it need not be told as well
            return Section(self.file, _Lined({}, self.line, {}), where, [])
        return Section(self.file, found, where, self._faults)

    def sections(self, key: str) -> list[Section]:
        """A list of mappings; empty when missing."""
        if not self.has(key):
            return []
        where = f"{self.where}.{key}" if self.where else key
        found = []
        for position, value in enumerate(self._take(key, list) or ()):
            if isinstance(value, _Lined):
                found.append(Section(self.file, value, f"{where}[{position}]", self._faults))
            else:
                wrong = f"{key}[{position}]"
                self.refuse(f"{wrong} harus kelompok kunci: nilai | {wrong} must be a mapping", key)
        return found

    def named(self, key: str) -> Iterator[tuple[str, Section]]:
        """A mapping of names to mappings."""
        section = self.section(key)
        for name in list(section._data):
            if isinstance(name, str):
                yield name, section.section(name)
            else:
                section.refuse(f"{name!r} harus kata | {name!r} must be a word", name)
                del section._data[name]

    def done(self) -> None:
        """Refuse keys that nobody took: a misspelt key must not be passed over."""
        for key in sorted(self._data, key=lambda key: self._lines.get(key, 0)):
            meant = get_close_matches(str(key), self._asked, 1)
            known = f"maksudnya | meant: {meant[0]!r}" if meant else f"yang dikenal | known: {', '.join(self._asked)}"
            self.refuse(f"kunci tidak dikenal | unknown key {str(key)!r} ({known})", key)

    def _value(self, key: str) -> Yaml:
        if self.has(key):
            return self._data.pop(key)
        self.refuse(f"{key} belum ada | {key} is missing")
        return None

    def _listed(self, key: str, alone: type[_V] | tuple[type, ...]) -> Sequence[Yaml]:
        """A list, or one value that stands for a list of one; empty where that was refused."""
        there = self.has(key)
        value = self._value(key)
        if isinstance(value, alone) and not isinstance(value, bool):
            return [value]
        if isinstance(value, list):
            return value
        if there:
            self._wrong(key, value, list)
        return []

    def _take(self, key: str, kind: type[_V]) -> _V | None:
        """The value; None where there is none of this type, which is refused."""
        there = self.has(key)
        value = self._value(key)
        if isinstance(value, kind) and not (isinstance(value, bool) and kind is not bool):
            return value
        if there:
            self._wrong(key, value, kind)
        return None

    def _wrong(self, key: str, value: Yaml, kind: type) -> None:
        if isinstance(value, bool):
            return self.refuse(f"{key} bukan ya/tidak | {key} must not be yes/no", key)
        name = "dict" if isinstance(value, _Lined) else type(value).__name__
        wanted, given = _KINDS.get(kind.__name__, (kind.__name__,) * 2), _KINDS.get(type(value).__name__, (name,) * 2)
        return self.refuse(
            f"{key} harus {wanted[0]}, bukan {given[0]} | {key} has the wrong type ({name}): {wanted[1]} is wanted, "
            f"not {given[1]}",
            key,
        )


def _plain(value: Yaml) -> Yaml:
    if isinstance(value, _Lined):
        return {key: _plain(inner) for key, inner in value.items()}
    return [_plain(inner) for inner in value] if isinstance(value, list) else value
