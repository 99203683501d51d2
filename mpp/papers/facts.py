"""What may have been settled when a paper is made: the names that a template may ask for, each with an example.

A service whose effects settle something else adds its name here; days are YYYY-MM-DD, instants ISO 8601, money whole
rupiah. Nothing of it must be there: a template prints what it finds.
"""

from __future__ import annotations

from mpp.json_values import JsonObject

_MEMBERS: tuple[JsonObject, ...] = (
    {"name": "WARGA CONTOH 01", "nik": "3515990101809990", "sex": "Laki-laki", "birth_place": "Sidoarjo",
     "birth_date": "1980-01-01", "religion": "Islam", "education": "SLTA/sederajat", "occupation": "Wiraswasta",
     "blood": "O", "marital": "Kawin tercatat", "married_on": "2008-06-14", "relation": "Kepala keluarga",
     "citizenship": "WNI", "father": "WARGA CONTOH 21", "mother": "WARGA CONTOH 22"},
    {"name": "WARGA CONTOH 02", "nik": "3515994505829991", "sex": "Perempuan", "birth_place": "Surabaya",
     "birth_date": "1982-05-05", "religion": "Islam", "education": "Diploma IV/Strata I", "occupation": "Guru",
     "blood": "A", "marital": "Kawin tercatat", "married_on": "2008-06-14", "relation": "Istri",
     "citizenship": "WNI", "father": "WARGA CONTOH 23", "mother": "WARGA CONTOH 24"},
    {"name": "WARGA CONTOH 03", "nik": "3515991211269992", "sex": "Laki-laki", "birth_place": "Sidoarjo",
     "birth_date": "2026-11-12", "religion": "Islam", "education": "Tidak/belum sekolah",
     "occupation": "Belum/tidak bekerja", "blood": "Tidak tahu", "marital": "Belum kawin", "relation": "Anak",
     "citizenship": "WNI", "father": "WARGA CONTOH 01", "mother": "WARGA CONTOH 02"},
)  # fmt: skip

FACTS: JsonObject = {
    # permits
    "valid_from": "2026-11-27",
    "valid_until": "2031-11-27",
    # civil registration
    "nik": "3515991211269992",
    "name": "Warga Contoh 03",
    "sex": "male",
    "birth_place": "Sidoarjo",
    "birth_date": "2026-11-12",
    "child_order": 1,
    "father_name": "Warga Contoh 01",
    "mother_name": "Warga Contoh 02",
    "died_on": "2026-11-20",
    "died_in": "Sidoarjo",
    "registered_on": "2026-11-27",
    "late": False,
    "family_card": "3515992711260001",
    "head_of_family": "WARGA CONTOH 01",
    "address": "Jl. Contoh No. 7",
    "rt_rw": "003/005",
    "postal_code": "61258",
    "village": "Sukodono",
    "district": "Sukodono",
    "regency": "Kabupaten Sidoarjo",
    "province": "Jawa Timur",
    "members": _MEMBERS,
    "husband_name": "Warga Contoh 01",
    "husband_birth_place": "Sidoarjo",
    "husband_birth_date": "1980-01-01",
    "wife_name": "Warga Contoh 02",
    "wife_birth_place": "Surabaya",
    "wife_birth_date": "1982-05-05",
    "married_on": "2026-11-14",
    "officiant": "Pdt. Contoh",
    "ended_on": "2026-10-02",
    "court": "Pengadilan Negeri Sidoarjo",
    "court_decision": "123/Pdt.G/2026/PN Sda",
    # levies
    "amount": 1234500,
    "basis": "Luas lantai 120 m2 x indeks terintegrasi x SHST",
    "due_on": "2026-12-27",
    "assessed_at": "2026-11-27T09:00:00+07:00",
    "pay_at": "Bank daerah, semua kanal pembayaran",
    # decisions
    "reason": "Lokasi tidak sesuai dengan rencana tata ruang.",
    "object_until": "2026-12-28",
    "complete_at": "2026-11-06T09:00:00+07:00",
    "limit_at": "2026-11-20T16:00:00+07:00",
    # what a citizen takes home
    "tracking_code": "P0123456789V",
    "secret": "K7M2-Q9XT",
    "filed_at": "2026-11-02T09:15:00+07:00",
    "office": "Desa Sukodono",
    "promised_on": "2026-11-30",
    "window": {"id": "Masa keberatan", "en": "Time to object"},
    "asked_at": "2026-11-27T09:00:00+07:00",
    "told_at": "2026-11-27T09:10:00+07:00",
    "act_until": "2026-12-29T15:00:00+07:00",
    "fee": 0,
    "fee_words": {"id": "Retribusi sesuai SKRD", "en": "Levy as assessed (SKRD)"},
    "levy_number": "SKRD/00007/DPMPTSP/2026",
    "paid": 0,
    "complain": {"id": "Layanan pengaduan di setiap loket", "en": "Complaint service at every counter"},
    "missing": ("Pas foto",),
    "rate_at": "https://mpp.example.go.id/s/P7K2M9QX4TB01233?via=receipt",
    "rate_until": "2026-12-14",
    "contacts": ({"name": "Desa Sukodono", "phone": "+62318830000"}, {"name": "DPMPTSP", "phone": "+62318941000"}),
}
