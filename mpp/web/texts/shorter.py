"""The same refusals, said where less is told: by a service of an earlier version, or where there is no more to tell.

Indonesian, then English; the longest first.
"""

from __future__ import annotations

Shorter = dict[str, tuple[tuple[str, str], ...]]

SHORTER: Shorter = {
    "json_malformed": (("Isi permintaan bukan JSON yang sah.", "The body is not valid JSON."),),
    "office_may_not": (
        ("Tindakan \"{action}\" bukan wewenang kantor Anda pada berkas ini.",
         "Your office may not take the action \"{action}\" on this case."),
        ("Ini bukan wewenang kantor Anda pada berkas ini.", "Your office may not do this on this case."),
    ),
    "role_may_not": (
        ("Ini memerlukan peran: {roles}.", "This needs the role: {roles}."),
        ("Tindakan \"{action}\" memerlukan peran lain.", "The action \"{action}\" needs another role."),
        ("Ini memerlukan peran lain.", "This needs another role."),
    ),
}  # fmt: skip

BARE: Shorter = {
    "malformed": (("Bentuknya salah.", "Malformed."),),
    "not_a_choice": (("Pilihan ini tidak ada.", "Not one of the choices."),),
    "other_unit": (
        (
            "Satuan waktunya harus sama dengan jangka waktu layanan.",
            "The unit must be that of the service's own period.",
        ),
    ),
    "out_of_range": (
        ("Paling sedikit {min}.", "At least {min}."),
        ("Di luar jangkauan.", "Out of range."),
    ),
    "service_of_other_collection": (
        ("Layanan ini diajukan lewat alamat lain.", "This service is filed under another address."),
    ),
    "too_long": (("Terlalu panjang.", "Too long."),),
    "too_long_extension": (("Perpanjangan melebihi jangka waktu layanan.", "The extension is longer than allowed."),),
    "too_short": (("Terlalu pendek.", "Too short."),),
    "unknown_action": (("Tindakan tidak dikenal.", "Unknown action."),),
    "unknown_choice": (("Pilihan tidak dikenal.", "Unknown choice."),),
    "unknown_region": (
        (
            "Kode wilayah tidak dikenal. Cari kodenya di /api/v1/regions.",
            "Unknown region code. Look at /api/v1/regions.",
        ),
    ),
    "wrong_applicant_kind": (
        ("Jalur ini tidak untuk pemohon jenis ini.", "This track is not for applicants of this kind."),
    ),
    "wrong_office_kind": (("Kantor ini bukan jenis yang diminta.", "Not an office of the kind asked for."),),
    "wrong_type": (("Jenis isian salah.", "The wrong kind of value."),),
}
