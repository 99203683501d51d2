"""What is wrong with one field, by the code of `FieldError`: Indonesian, then English."""

from __future__ import annotations

FIELDS: dict[str, tuple[str, str]] = {
    "duplicate_key": ("Nama isian ini muncul dua kali.", "This name appears twice."),
    "given_twice": ("Parameter ini diberikan lebih dari sekali.", "This parameter was given more than once."),
    "invalid_email": ("Alamat surel tidak sah.", "Not a valid e-mail address."),
    "invalid_nik": ("NIK tidak sah.", "Not a valid NIK."),
    "invalid_phone": ("Nomor telepon tidak sah.", "Not a valid phone number."),
    "lone_surrogate": ("Teks memuat karakter yang tidak sah.", "The text holds an invalid character."),
    "malformed": ("Bentuknya salah.", "Malformed."),
    "not_a_boolean": ("Isi dengan benar atau salah (true/false).", "Must be true or false."),
    "not_a_list": ("Harus berupa daftar.", "Must be a list."),
    "not_a_string": ("Harus berupa teks.", "Must be text."),
    "not_an_integer": ("Harus berupa bilangan bulat.", "Must be a whole number."),
    "not_an_object": ("Harus berupa objek JSON.", "Must be a JSON object."),
    "nul_character": ("Teks tidak boleh memuat karakter NUL.", "The text may not hold a NUL character."),
    "null": ("Tidak boleh null.", "May not be null."),
    "number_out_of_range": ("Bilangan di luar jangkauan.", "The number is out of range."),
    "out_of_range": ("Harus antara {min} dan {max}.", "Must be between {min} and {max}."),
    "personal_data_in_query": (
        "NIK tidak boleh ada di alamat; pakai pencarian lewat isi permintaan.",
        "A NIK may not stand in an address; search through a request body.",
    ),
    "required": ("Wajib diisi.", "Required."),
    "too_deep": ("Bertingkat terlalu dalam.", "Nested too deeply."),
    "too_long": ("Paling banyak {max} karakter.", "At most {max} characters."),
    "too_many": ("Paling banyak {max}.", "At most {max}."),
    "too_short": ("Paling sedikit {min} karakter.", "At least {min} characters."),
    "unknown_choice": ("Pilihan tidak dikenal; pakai salah satu: {choices}.", "Unknown choice; use one of: {choices}."),
    "unknown_field": ("Isian ini tidak dikenal.", "This field is not known."),
    "unknown_parameter": ("Parameter ini tidak dikenal.", "This parameter is not known."),
}
