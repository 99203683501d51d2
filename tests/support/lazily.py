"""Values by name that are made when somebody asks for them."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable, Iterator, MutableMapping
from typing import TypeVar

T = TypeVar("T")


class Lazily(MutableMapping[str, T]):
    """`names` are known from the beginning; `make(name)` makes a value once. Who goes through all of them makes all."""

    def __init__(self, names: Iterable[str], make: Callable[[str], T]) -> None:
        self._names = list(names)
        self._make = make
        self._making = threading.RLock()
        self.made: dict[str, T] = {}

    def __getitem__(self, name: str) -> T:
        if name not in self._names:
            raise KeyError(name)
        with self._making:
            if name not in self.made:
                self.made[name] = self._make(name)
        return self.made[name]

    def __setitem__(self, name: str, value: T) -> None:
        self.made[name] = value

    def __delitem__(self, name: str) -> None:
        raise TypeError("what has a name here stays")

    def __contains__(self, name: object) -> bool:
        return name in self._names

    def __iter__(self) -> Iterator[str]:
        return iter(self._names)

    def __len__(self) -> int:
        return len(self._names)
