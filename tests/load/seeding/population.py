"""The population of one kabupaten as a file for `mpp residents import --demo`: plausible families who are nobody.

Every number is of the district 99, which there is not, so none of them is a person's. The same seed gives the same
people: households of one to eight, ages and deaths about as a census has them, children of their parents.
"""

from __future__ import annotations

import csv
import lzma
import random
from collections import Counter
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path

from mpp.identity.demo import DISTRICT
from mpp.regions.places import places_in
from services.civil_registry.importing.columns import COLUMNS

DAY = date(2026, 11, 1)  # whose state it is
_FIRST = "Adi Agus Ahmad Andi Arif Bagus Bambang Budi Candra Dedi Dewi Dian Dwi Eka Eko Endah Fajar Fitri Hadi Hendra "
_FIRST += (
    "Indah Intan Joko Kartika Lestari Lina Maya Mega Nanang Nina Novi Nur Putri Rahmat Ratna Rini Rizki Rudi Sari "
)
_FIRST += "Siti Slamet Sri Sugeng Sulis Suparno Surya Tari Teguh Tri Tuti Wahyu Wati Wawan Yanti Yuli Yusuf Zainal"
_NAMES = tuple(_FIRST.split())
_JOBS = ("Karyawan swasta", "Petani", "Pedagang", "Wiraswasta", "Buruh harian", "Guru", "Mengurus rumah tangga")
_HIGHEST = 9989  # the demo residents have the sequences above

Row = dict[str, str]


class Population:
    """Makes family after family. `regency` is the dotted code of the kabupaten/kota."""

    def __init__(self, regency: str, seed: int = 1) -> None:
        self._random = random.Random(seed)
        self._villages = [code for code in places_in(regency) if len(code) == len("35.15.14.2013")]
        self._used: Counter[str] = Counter()

    def rows(self, count: int) -> Iterator[Row]:
        """Whole families, as many as give at least so many people."""
        made = 0
        while made < count:
            family = self._family()
            made += len(family)
            yield from family

    def _family(self) -> list[Row]:
        pick = self._random
        village, street = pick.choice(self._villages), f"Jalan Contoh {pick.randrange(1, 200)}"
        home = {"KODE_WILAYAH": village, "ALAMAT": street, "NO_RT": str(pick.randrange(1, 20)), "NO_RW": "1"}
        card = self._free(DISTRICT, date(2008, 1, 1) + timedelta(days=pick.randrange(6500)), 0)
        home |= {"NO_KK": card, "AGAMA": pick.choices("123456", (90, 4, 3, 2, 1, 1))[0]}
        age = int(pick.triangular(20, 85, 40))
        head = self._person(home, "1", age, "1" if pick.random() < 0.85 else "2", "2")
        family = [head]
        if pick.random() < 0.8:
            other = "2" if head["JENIS_KLMIN"] == "1" else "1"
            spouse = self._person(home, "3" if other == "2" else "2", max(18, age + pick.randrange(-8, 5)), other, "2")
            family += [spouse, *self._children(home, head, spouse)]
        else:
            head["STAT_KWN"] = pick.choice("134")
        if pick.random() < 0.06:
            gone = self._person(home, "7", min(95, age + 25), pick.choice("12"), "4")
            died = DAY - timedelta(days=pick.randrange(1, 3000))
            family.append(gone | {"STATUS_DASAR": "MATI", "TGL_MATI": died.isoformat()})
        return family

    def _children(self, home: Row, head: Row, spouse: Row) -> list[Row]:
        mother, father = (head, spouse) if head["JENIS_KLMIN"] == "2" else (spouse, head)
        oldest = min(25, DAY.year - int(mother["TGL_LHR"][:4]) - 19)
        parents = {f"{field}_{who}": row[name] for who, row in (("IBU", mother), ("AYAH", father))
                   for field, name in (("NIK", "NIK"), ("NAMA_LGKP", "NAMA_LGKP"))}  # fmt: skip
        wanted = self._random.choices(range(6), (12, 28, 34, 18, 6, 2))[0] if oldest > 0 else 0
        ages = [self._random.randrange(oldest) for _ in range(wanted)]
        return [self._person(home, "4", age, self._random.choice("12"), "1") | parents for age in ages]

    def _person(self, home: Row, relation: str, age: int, sex: str, married: str) -> Row:
        pick = self._random
        born = DAY - timedelta(days=age * 365 + age // 4 + pick.randrange(1, 365))
        name = " ".join(pick.choices(_NAMES, k=pick.choices((1, 2, 3), (1, 6, 3))[0]))
        return {
            **home,
            "NIK": self._free(DISTRICT, born, 40 if sex == "2" else 0),
            "NAMA_LGKP": f"{name} Contoh",
            "JENIS_KLMIN": sex,
            "TMPT_LHR": "Sidoarjo",
            "TGL_LHR": born.isoformat(),
            "STAT_HBKEL": relation,
            "STAT_KWN": married,
            "GOL_DRH": pick.choice(("A", "B", "AB", "O", "TIDAK TAHU")),
            "PDDK_AKH": str(min(9, 1 + age // 6)) if age < 24 else pick.choice("345678"),
            "JENIS_PKRJN": pick.choice(_JOBS) if age >= 18 else "Pelajar/Mahasiswa",
            "KEWARGANEGARAAN": "WNI",
        }

    def _free(self, district: str, day: date, plus: int) -> str:
        """The next number of the day; of another day where that one is full."""
        while True:
            prefix = f"{district}{day.day + plus:02d}{day:%m%y}"
            self._used[prefix] += 1
            if self._used[prefix] <= _HIGHEST:
                return f"{prefix}{self._used[prefix]:04d}"
            day -= timedelta(days=1)


def write(file: Path, regency: str, count: int, seed: int = 1) -> int:
    """Write the file, packed if its name ends in `.xz`; how many people there are in it."""
    names = [column.name for column in COLUMNS]
    packed = file.suffix == ".xz"
    with (
        lzma.open(file, "wt", preset=1, encoding="utf-8", newline="")
        if packed
        else file.open("w", encoding="utf-8", newline="")
    ) as stream:
        writer = csv.DictWriter(stream, names, restval="", lineterminator="\n")
        writer.writeheader()
        made = 0
        for row in Population(regency, seed).rows(count):
            writer.writerow(row)
            made += 1
    return made
