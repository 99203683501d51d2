"""Files of residents as regions have them: encodings, packing, separators, and files that are broken."""

from __future__ import annotations

import gzip
import lzma
from collections.abc import Callable
from pathlib import Path

import pytest

from services.civil_registry.importing.columns import BadHeader
from services.civil_registry.importing.reading import LONGEST_LINE, Unreadable, opened, sha256
from tests.unit.residents.files import CHILD, FAMILY, FATHER, written

ACCENTED = {**CHILD, "NAMA_LGKP": "Warga Contoh é"}


def read(path: Path, encoding: str | None = None) -> list[tuple[int, str]]:
    with opened(path, {}, encoding) as found:
        return [(line, row[found.places["name"]] if row else "") for line, row in found.rows]


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
@pytest.mark.parametrize(
    ("encoding", "named"), [("utf-8", None), ("utf-8-sig", None), ("utf-16", None), ("cp1252", "cp1252")]
)
def test_encodings_and_separators(tmp_path: Path, encoding: str, named: str | None, delimiter: str) -> None:
    file = written(tmp_path / "a.csv", [FATHER, ACCENTED], encoding, delimiter)
    assert read(file, named) == [(2, FATHER["NAMA_LGKP"]), (3, ACCENTED["NAMA_LGKP"])]


@pytest.mark.parametrize("pack", [lzma.compress, gzip.compress])
def test_a_packed_file_is_read_as_it_is(tmp_path: Path, pack: Callable[[bytes], bytes]) -> None:
    file = written(tmp_path / "a.csv", FAMILY)
    file.write_bytes(pack(file.read_bytes()))
    assert len(read(file)) == 3


@pytest.mark.parametrize("pack", [lzma.compress, gzip.compress])
def test_a_packed_file_that_is_cut_off_says_up_to_where_it_was_read(
    tmp_path: Path, pack: Callable[[bytes], bytes]
) -> None:
    file = written(tmp_path / "a.csv", [{**CHILD, "NAMA_LGKP": f"Warga {n}"} for n in range(20_000)])
    packed = pack(file.read_bytes())
    file.write_bytes(packed[: len(packed) // 2])
    with pytest.raises(Unreadable) as refused:
        read(file)
    assert refused.value.code == "damaged_file"


def test_a_small_packed_file_does_not_unpack_into_the_memory(tmp_path: Path) -> None:
    file = written(tmp_path / "a.csv", FAMILY)
    file.write_bytes(lzma.compress(file.read_bytes() + b"9" * 50_000_000))
    with pytest.raises(Unreadable) as refused:
        read(file)
    assert (refused.value.code, refused.value.line) == ("line_too_long", 4)


def test_another_encoding_is_no_guess(tmp_path: Path) -> None:
    file = written(tmp_path / "a.csv", [FATHER, ACCENTED], "cp1252")
    with pytest.raises(Unreadable) as refused:
        read(file)
    assert refused.value.code == "other_encoding"


def test_an_open_quotation_mark_costs_one_row_and_not_the_rest(tmp_path: Path) -> None:
    file = written(tmp_path / "a.csv", [FATHER, {**CHILD, "ALAMAT": '"Jalan Contoh'}, CHILD])
    assert [line for line, name in read(file) if not name] == [3]
    assert read(file)[-1] == (4, CHILD["NAMA_LGKP"])


def test_empty_lines_count_as_lines(tmp_path: Path) -> None:
    file = written(tmp_path / "a.csv", [FATHER])
    file.write_bytes(file.read_bytes() + b"\r\n\r\n")
    assert [line for line, _ in read(file)] == [2]


def test_an_empty_file_has_no_header(tmp_path: Path) -> None:
    file = tmp_path / "a.csv"
    file.write_bytes(b"")
    with pytest.raises(BadHeader):
        read(file)


def test_a_line_has_a_greatest_length(tmp_path: Path) -> None:
    file = written(tmp_path / "a.csv", [FATHER])
    file.write_bytes(file.read_bytes() + b"1" * (LONGEST_LINE + 1))
    with pytest.raises(Unreadable):
        read(file)


def test_files_are_known_by_what_they_hold_and_their_order(tmp_path: Path) -> None:
    one, two = written(tmp_path / "a.csv", [FATHER]), written(tmp_path / "b.csv", [CHILD])
    same = written(tmp_path / "c.csv", [FATHER])
    assert sha256([one]) == sha256([same])
    assert sha256([one, two]) != sha256([two, one])
