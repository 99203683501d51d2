"""Makes `data/places.csv.xz` and `data/index.csv` from the four CSV files of idn-area-data.

`python -m mpp.regions.pack FOLDER [TARGET]`, after a new decree: FOLDER holds provinces.csv, regencies.csv,
districts.csv and villages.csv. The result is one stream of xz per kabupaten/kota, one after the other: `xz -dc` reads
the whole file, and a process that knows where a stream begins reads one regency and nothing else.
"""

from __future__ import annotations

import csv
import io
import lzma
import sys
from collections.abc import Iterable
from itertools import groupby
from pathlib import Path

Row = tuple[str, str]  # code, name

PLACES = "places.csv.xz"
INDEX = "index.csv"
# The dictionary is what reading costs in memory: 64 kB hold the largest regency, the preset's own would be 64 MB.
_FILTERS = [{"id": lzma.FILTER_LZMA2, "preset": 9 | lzma.PRESET_EXTREME, "dict_size": 1 << 16}]


def pack(folder: Path, target: Path) -> dict[str, int]:
    """Write both files into `target`; the number of rows of each level. OSError, KeyError, ValueError on bad input."""
    levels = {name: _rows(folder / f"{name}.csv") for name in ("provinces", "regencies", "districts", "villages")}
    _check_parents(levels)
    stream = io.BytesIO()
    where: dict[str, tuple[int, int]] = {}
    both = sorted([*levels["districts"], *levels["villages"]])
    for regency, found in groupby(both, key=lambda row: row[0][:5]):
        begin = stream.tell()
        stream.write(lzma.compress(_csv(found), check=lzma.CHECK_CRC32, filters=_FILTERS))
        where[regency] = begin, stream.tell() - begin
    named = sorted([*levels["provinces"], *levels["regencies"]])
    index = [(code, name, *map(str, where.get(code, ()))) for code, name in named]
    (target / PLACES).write_bytes(stream.getvalue())
    (target / INDEX).write_bytes(_csv(index))
    return {name: len(rows) for name, rows in levels.items()}


def _rows(path: Path) -> list[Row]:
    with path.open(encoding="utf-8", newline="") as file:
        # A double quote in a name is an apostrophe that was lost on the way: Ra"as is Ra'as.
        return [(row["code"], " ".join(row["name"].replace('"', "'").split())) for row in csv.DictReader(file)]


def _check_parents(levels: dict[str, list[Row]]) -> None:
    above = {""}
    for rows in levels.values():
        codes = [code for code, _ in rows]
        if len(set(codes)) != len(codes):
            raise ValueError("a code stands there twice")
        for code, name in rows:
            if code.rpartition(".")[0] not in above:
                raise ValueError(f"{code} lies in a region that is not there")
            if not name:
                raise ValueError(f"{code} has no name")
        above = set(codes)


def _csv(rows: Iterable[tuple[str, ...]]) -> bytes:
    text = io.StringIO()
    csv.writer(text, lineterminator="\n").writerows(rows)
    return text.getvalue().encode("utf-8")


if __name__ == "__main__":
    source, *rest = sys.argv[1:]
    sys.stdout.write(f"{pack(Path(source), Path(rest[0]) if rest else Path(__file__).parent / 'data')}\n")
