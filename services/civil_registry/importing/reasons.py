"""Why a row is not taken, or is odd, in words for who prepared the file. Pure."""

from __future__ import annotations

from collections.abc import Mapping

REASONS: Mapping[str, tuple[str, str]] = {
    # of a row by itself
    "row_too_short": ("kolom kurang, atau tanda kutip tidak ditutup", "too few columns, or an open quotation mark"),
    "missing": ("wajib diisi", "must be filled"),
    "not_digits": ("bukan angka", "not digits"),
    "invalid_length": ("bukan 16 angka", "not 16 digits"),
    "invalid_date": ("tanggalnya tidak ada", "there is no such date"),
    "invalid_sequence": ("nomor urut 0000 tidak ada", "there is no sequence 0000"),
    "own_parent": ("orang itu sendiri", "is the person himself or herself"),
    "unknown_value": ("kode atau kata ini tidak dikenal", "an unknown code or word"),
    "region_unknown": ("bukan kode desa/kelurahan", "no code of a village"),
    "other_regency": ("desa/kelurahan di luar kabupaten/kota ini", "a village outside this kabupaten/kota"),
    "not_a_number": ("bukan nomor sampai 3 angka", "not a number of up to 3 digits"),
    "too_long": ("terlalu panjang", "too long"),
    "control_character": ("ada karakter yang tidak dapat dicetak", "a character that cannot be printed"),
    "invisible_character": ("ada karakter yang tidak tampak", "a character that cannot be seen"),
    "nothing_visible": ("tidak ada yang dapat dibaca", "nothing that can be read"),
    "name_without_letters": ("nama tanpa huruf", "a name without letters"),
    "in_future": ("di masa depan", "in the future"),
    "too_long_ago": ("lebih dari 130 tahun yang lalu", "more than 130 years ago"),
    "before_birth": ("sebelum tanggal lahir", "before the birth date"),
    "alive_and_died": ("tanggal mati pada orang yang tidak mati", "a day of death of who has not died"),
    "relation_sex_differs": ("suami perempuan, atau istri laki-laki", "a husband who is a woman, or the reverse"),
    # odd, and taken
    "parent_sex_differs": ("NIK ibu dari laki-laki, atau NIK ayah dari perempuan", "a parent's NIK of the other sex"),
    "birth_date_differs": ("tanggal lahir berbeda dari NIK", "the NIK says another birth date"),
    "sex_differs": ("jenis kelamin berbeda dari NIK", "the NIK says another sex"),
    # of rows together
    "nik_twice": ("NIK ini ada lagi di berkas", "this NIK stands in the files again"),
    "card_without_head": ("kartu keluarga tanpa kepala keluarga", "a family card without a head"),
    "card_with_two_heads": ("kartu keluarga dengan dua kepala keluarga", "a family card with two heads"),
    "card_at_two_places": ("alamat satu kartu keluarga berbeda-beda", "one family card at several addresses"),
    "card_of_two_days": ("satu kartu keluarga dari dua tanggal", "one family card, of several days"),
    "family_held_back": ("keluarganya ditahan karena baris lain", "the family waits, because of another row"),
    # against the register
    "older_than_register": ("register lebih baru", "the register is newer"),
    "same_day_differs": ("register per tanggal yang sama berbeda", "the register says otherwise of the same day"),
    "born_elsewhen": ("tanggal lahir lain di register", "another birth date in the register"),
    "other_sex": ("jenis kelamin lain di register", "another sex in the register"),
    "deceased_in_register": ("di register sudah meninggal", "has died, says the register"),
    "leaves_family": ("anggota lain dari kartu lamanya tidak ada di berkas", "others of the former card are not here"),
    "family_incomplete": ("register masih mencatat anggota lain di kartu ini", "the register has others on this card"),
    "changed_meanwhile": ("register berubah selama impor; ulangi", "the register has changed meanwhile: run it again"),
    "merged_in_register": ("di register sudah digabung dengan NIK lain", "has been merged with another NIK"),
    "demo_data": ("nomor ini dipakai data demo", "this number is of demo data"),
}  # fmt: skip
