"""Files of residents for tests: a family that may be spoiled in one place at a time."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from pathlib import Path

from services.civil_registry.importing.columns import COLUMNS

TODAY = date(2026, 11, 28)
AS_OF = date(2026, 11, 1)
NAMES = tuple(column.name for column in COLUMNS)

FATHER = {
    "NIK": "3515990101800001",
    "NO_KK": "3515990101100001",
    "NAMA_LGKP": "Warga Contoh Satu",
    "JENIS_KLMIN": "1",
    "TMPT_LHR": "Sidoarjo",
    "TGL_LHR": "1980-01-01",
    "STAT_HBKEL": "1",
    "KODE_WILAYAH": "35.15.14.2013",
    "ALAMAT": "Jalan Contoh 1",
    "NO_RT": "1",
    "NO_RW": "2",
    "STATUS_DASAR": "HIDUP",
    "AGAMA": "1",
    "STAT_KWN": "2",
    "GOL_DRH": "O",
    "PDDK_AKH": "5",
    "JENIS_PKRJN": "Karyawan swasta",
    "KEWARGANEGARAAN": "WNI",
    "NAMA_LGKP_IBU": "Warga Contoh Lama",
}
MOTHER = {
    **FATHER,
    "NIK": "3515994202820001",
    "NAMA_LGKP": "Warga Contoh Dua",
    "JENIS_KLMIN": "P",
    "TGL_LHR": "02-02-1982",
    "STAT_HBKEL": "Istri",
}
CHILD = {
    **FATHER,
    "NIK": "3515994303100001",
    "NAMA_LGKP": "Warga Contoh Tiga",
    "JENIS_KLMIN": "Perempuan",
    "TGL_LHR": "03/03/2010",
    "STAT_HBKEL": "ANAK",
    "STAT_KWN": "1",
    "NIK_IBU": MOTHER["NIK"],
    "NIK_AYAH": FATHER["NIK"],
}
FAMILY = (FATHER, MOTHER, CHILD)


def cells(row: Mapping[str, str]) -> list[str]:
    """The row in the order of the columns."""
    return [row.get(name, "") for name in NAMES]


def written(path: Path, rows: Iterable[Mapping[str, str]], encoding: str = "utf-8", delimiter: str = ",") -> Path:
    """A file of these rows."""
    lines = [NAMES, *(cells(row) for row in rows)]
    path.write_bytes("".join(delimiter.join(line) + "\r\n" for line in lines).encode(encoding))
    return path
