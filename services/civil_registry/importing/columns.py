"""The columns of a file of residents (`mpp residents columns` prints them). Pure.

They bear the names that the ministry's web service gives the same data, so that most extracts need no column map.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

FORMAT = "1"


class BadHeader(ValueError):
    """A file, or a column map, whose header cannot be read. `code` and what it is about; no personal data."""

    def __init__(self, code: str, about: str = "") -> None:
        super().__init__(f"{code}: {about}" if about else code)
        self.code, self.about = code, about


@dataclass(frozen=True)
class Column:
    """A column. `needed` ones are in every file; `indonesian` and `english` say what stands in it."""

    name: str
    field: str
    needed: bool
    indonesian: str
    english: str


COLUMNS: tuple[Column, ...] = (
    Column("NIK", "nik", True, "16 angka", "16 digits"),
    Column("NO_KK", "card", True, "16 angka; kosong bila sudah pindah", "16 digits; empty for who has moved out"),
    Column("NAMA_LGKP", "name", True, "seperti tercatat", "as it is recorded"),
    Column("JENIS_KLMIN", "sex", True, "1/L, 2/P", "1/L male, 2/P female"),
    Column("TMPT_LHR", "birth_place", True, "", ""),
    Column("TGL_LHR", "birth_date", True, "2026-11-28 atau 28-11-2026", "2026-11-28 or 28-11-2026"),
    Column("STAT_HBKEL", "relation", True, "hubungan dalam keluarga 1-11", "relation in the family, 1-11"),
    Column("KODE_WILAYAH", "region", True, "desa/kelurahan: 35.15.14.2013 atau 3515142013", "the village's code"),
    Column("ALAMAT", "address", True, "", ""),
    Column("NO_RT", "rt", False, "sampai 3 angka", "up to 3 digits"),
    Column("NO_RW", "rw", False, "sampai 3 angka", "up to 3 digits"),
    Column("STATUS_DASAR", "status", False, "hidup, mati, pindah; kosong: hidup", "empty: alive"),
    Column("TGL_MATI", "died_on", False, "wajib bila mati", "needed for the deceased"),
    Column("AGAMA", "religion", False, "1-7", "religion, 1-7"),
    Column("STAT_KWN", "marital_status", False, "1-4", "marital status, 1-4"),
    Column("GOL_DRH", "blood_type", False, "A, B, AB, O, tidak tahu", "blood group"),
    Column("PDDK_AKH", "education", False, "1-10", "education, 1-10"),
    Column("JENIS_PKRJN", "occupation", False, "", "occupation"),
    Column("KEWARGANEGARAAN", "citizenship", False, "WNI, WNA; kosong: WNI", "empty: WNI"),
    Column("NIK_IBU", "mother_nik", False, "16 angka", "16 digits"),
    Column("NAMA_LGKP_IBU", "mother_name", False, "", "the mother's name"),
    Column("NIK_AYAH", "father_nik", False, "16 angka", "16 digits"),
    Column("NAMA_LGKP_AYAH", "father_name", False, "", "the father's name"),
    Column("PER_TANGGAL", "as_of", False, "keadaan per tanggal; kosong: --as-of", "the state is of this day"),
)
BY_NAME: Mapping[str, Column] = {column.name: column for column in COLUMNS}


def places(header: Sequence[str], renamed: Mapping[str, str]) -> dict[str, int]:
    """Where each field stands in the rows of a file with this header.

    `renamed` is the column map: the file's own name -> ours. Columns that nobody knows are passed over. Raises
    BadHeader for a column that is missing, stands there twice, or is named by the map and is not in the file.
    """
    own = [name.strip() for name in header]
    if strange := [name for name in renamed if name not in own]:
        raise BadHeader("mapped_column_missing", strange[0][:64])
    found: dict[str, int] = {}
    for place, name in enumerate(own):
        column = BY_NAME.get(renamed.get(name, name.upper()))
        if column is None:
            continue
        if column.field in found:
            raise BadHeader("column_twice", column.name)
        found[column.field] = place
    for column in COLUMNS:
        if column.needed and column.field not in found:
            raise BadHeader("column_missing", column.name)
    return found
