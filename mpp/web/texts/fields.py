"""What is wrong with one field, by the code of `FieldError`: Indonesian, then English."""

from __future__ import annotations

FIELDS: dict[str, tuple[str, str]] = {
    "already_deceased": ("Orang ini sudah tercatat meninggal.", "This person is registered as deceased already."),
    "answer_required": (
        "Jawab dulu peringatan ini, dengan alasan: {text}",
        "Answer this warning first, with a reason: {text}",
    ),
    "before_birth": ("Tidak boleh sebelum tanggal lahir.", "May not be before the date of birth."),
    "control_character": (
        "Teks memuat karakter kendali atau pindah baris yang tidak boleh di sini. Ketik ulang.",
        "The text holds a control character or a line break that may not be here. Type it anew.",
    ),
    "cursor_ahead": ("Penanda ini mendahului umpan.", "This cursor is ahead of the feed."),
    "cursor_expired": ("Penanda ini sudah terlalu lama.", "This cursor is too old."),
    "cursor_of_another_epoch": ("Penanda ini dari babak lain.", "This cursor is of another epoch."),
    "duplicate_key": ("Nama isian ini muncul dua kali.", "This name appears twice."),
    "empty": ("Tidak boleh kosong.", "May not be empty."),
    "fee_not_asked": (
        "Layanan ini tidak dipungut biaya, jadi biayanya tidak dinilai.",
        "This service is free of charge, so its fee is not rated.",
    ),
    "file_active": (
        "PDF ini berisi lebih dari halaman: program, lampiran, atau isian. Cetak ulang sebagai PDF biasa, lalu unggah.",
        "This PDF holds more than pages: a program, an attachment, or a form. Print it to a plain PDF and upload that.",
    ),
    "file_damaged": (
        "Berkas {expected} ini rusak atau terpotong.",
        "This {expected} file is damaged or cut off.",
    ),
    "file_empty": ("Berkas ini kosong.", "This file is empty."),
    "file_has_trailer": (
        "Ada isi lain setelah akhir berkas {expected} ini. Simpan ulang atau pindai lagi.",
        "Something follows the end of this {expected} file. Save it anew or scan again.",
    ),
    "file_has_too_many_pixels": (
        "Gambar {expected} ini terlalu besar. Kecilkan dulu, misalnya menjadi 4000 x 3000 titik.",
        "This {expected} image is too large. Make it smaller first, to 4000 x 3000 pixels for example.",
    ),
    "file_infected": (
        "Pemindai virus menolak berkas ini. Bersihkan perangkat Anda, lalu buat berkasnya lagi.",
        "The virus scanner refuses this file. Clean your device, then make the file anew.",
    ),
    "file_is_heic": (
        "Ini foto HEIC. Ubah menjadi JPEG: di iPhone pilih Pengaturan > Kamera > Format > Paling Kompatibel, "
        "lalu foto lagi.",
        "This is a HEIC photo. Make it a JPEG: on an iPhone choose Settings > Camera > Formats > Most Compatible, "
        "and take it again.",
    ),
    "file_locked": (
        "PDF ini terkunci dengan sandi. Simpan tanpa sandi, lalu unggah.",
        "This PDF is locked by a password. Save it without one and upload that.",
    ),
    "file_of_other_type": (
        "Isi berkas ini bukan {expected}.",
        "The content of this file is not {expected}.",
    ),
    "file_without_page": (
        "PDF ini tidak berisi halaman.",
        "This PDF has no page.",
    ),
    "fixed_at_filing": (
        "Isian ini menentukan jenis permohonan dan tidak dapat diubah. Ajukan permohonan baru.",
        "This decides the kind of application and cannot be changed. File a new one.",
    ),
    "impossible_age": (
        "Umur orang ini pada hari itu tidak mungkin untuk peran ini. Periksa NIK dan tanggalnya.",
        "The age of this person on that day cannot be, in this role. Look at the NIK and the date.",
    ),
    "in_past": ("Tidak boleh di masa lalu.", "May not lie in the past."),
    "no_colleague": (
        "Tugas ini hanya untuk {roles} di kantor tugas itu. Cari akunnya di /api/v1/colleagues.",
        "This task is only for a {roles} at the office of the task. Look for the account at /api/v1/colleagues.",
    ),
    "paper_not_coming": (
        "Permohonan itu sudah berakhir tanpa dokumen; sebut permohonan baru atau dokumen lain.",
        "That application has ended without a document; name another application or document.",
    ),
    "paper_not_in_force": (
        "Dokumen itu tidak berlaku lagi.",
        "That document is not in force.",
    ),
    "permit_not_in_force": (
        "Izin ini tidak berlaku lagi; ajukan permohonan baru.",
        "This permit is not in force; file a new application.",
    ),
    "renewal_too_early": ("Perpanjangan baru dibuka pada {opens}.", "A renewal is possible from {opens} on."),
    "unknown_paper": (
        "Pemohon tidak memiliki permohonan atau dokumen layanan itu dengan kode atau nomor tersebut.",
        "The applicant has no application or document of that service under this code or number.",
    ),
    "unknown_permit": (
        "Pemohon tidak memiliki izin layanan ini dengan nomor tersebut.",
        "The applicant has no permit of this service under that number.",
    ),
    "wrong_amount": ("Jumlahnya harus tepat {expected} rupiah.", "The amount must be exactly {expected} rupiah."),
    "wrong_applicant_kind": (
        "Jalur ini hanya untuk {applicant}.",
        "This track is only for {applicant}.",
    ),
    "before_assessment": (
        "Tidak mungkin dibayar sebelum retribusi ditetapkan ({assessed_at}).",
        "Cannot have been paid before the levy was assessed ({assessed_at}).",
    ),
    "given_twice": ("Parameter ini diberikan lebih dari sekali.", "This parameter was given more than once."),
    "in_future": ("Tidak boleh di masa depan.", "May not lie in the future."),
    "invalid": ("Isian ini tidak sah; lihat penjelasannya.", "Not valid; see what is said of it."),
    "invalid_date": (
        "Tanggal di dalam nomor ini tidak mungkin. Periksa lagi setiap angka.",
        "The date within this number is impossible. Check each digit again.",
    ),
    "invalid_email": (
        "Alamat surel tidak sah; yang benar seperti warga@contoh.id.",
        "Not a valid e-mail address; right would be one like warga@contoh.id.",
    ),
    "invalid_length": (
        "Panjang nomor ini salah. NIK dan nomor KK terdiri atas 16 angka.",
        "This number has the wrong length. A NIK and the number of a family card have 16 digits.",
    ),
    "invalid_nik": ("NIK terdiri atas 16 angka, seperti di KTP.", "A NIK has 16 digits, as on the identity card."),
    "invalid_phone": (
        "Nomor telepon tidak sah; yang benar seperti 0812 3456 7890 atau +62 31 8921946.",
        "Not a valid phone number; right would be one like 0812 3456 7890 or +62 31 8921946.",
    ),
    "invalid_sequence": ("Nomor urut 0000 tidak ada.", "There is no sequence number 0000."),
    "invisible_character": (
        "Teks memuat karakter yang tidak terlihat. Ketik ulang tanpa menyalin.",
        "The text holds a character that cannot be seen. Type it anew instead of pasting it.",
    ),
    "linked_service": (
        "Layanan ini dilayani aplikasi lain, jadi tidak diajukan di sini. Tempatnya ada di {address}.",
        "Another application serves this, so nothing is filed for it here. Where it is: {address}.",
    ),
    "lone_surrogate": ("Teks memuat karakter yang tidak sah.", "The text holds an invalid character."),
    "malformed": ("Bentuknya salah; yang benar seperti {example}.", "Malformed; right would be one like {example}."),
    "name_not_latin": (
        "Hanya huruf Latin dan spasi, tanpa angka dan tanda baca (Permendagri 73/2022 pasal 5).",
        "Latin letters and blanks only, no digits and no punctuation (Permendagri 73/2022 art. 5).",
    ),
    "name_too_long": (
        "Nama paling banyak 60 huruf termasuk spasi (Permendagri 73/2022 pasal 4).",
        "A name has at most 60 letters, blanks included (Permendagri 73/2022 art. 4).",
    ),
    "name_with_title": (
        "Gelar pendidikan dan keagamaan tidak dicantumkan pada akta (Permendagri 73/2022 pasal 5).",
        "Academic and religious titles do not stand on a certificate (Permendagri 73/2022 art. 5).",
    ),
    "name_without_letters": ("Nama harus memuat huruf.", "A name has letters in it."),
    "no_district": (
        "Sebut desa, kelurahan atau kecamatannya, bukan seluruh kabupaten/kota.",
        "Name the village or the district, not the whole regency or city.",
    ),
    "not_a_boolean": ("Isi dengan benar atau salah (true/false).", "Must be true or false."),
    "not_a_choice": ("Pilihan ini tidak ada. Yang ada: {choices}.", "Not one of the choices, which are: {choices}."),
    "not_a_duration": ("Tulis jangka waktu seperti 3wd, 60d atau 10h.", "Write a duration like 3wd, 60d or 10h."),
    "not_a_list": ("Harus berupa daftar, seperti [1, 2].", "Must be a list such as [1, 2]."),
    "not_a_string": ("Harus berupa teks.", "Must be text."),
    "not_allowed_here": ("Layanan ini tidak menerima isian ini.", "This service does not take this field."),
    "not_an_integer": ("Harus berupa bilangan bulat, seperti 12.", "Must be a whole number such as 12."),
    "not_an_object": (
        'Harus berupa objek JSON, seperti {{"nama": "isi"}}.',
        'Must be a JSON object such as {{"name": "value"}}.',
    ),
    "not_a_start": (
        "Tulis tanggal atau waktu dari 2000 sampai 2099, seperti 2026-11-23.",
        "Write a date or a moment from 2000 to 2099, such as 2026-11-23.",
    ),
    "not_digits": ("Hanya angka.", "Digits only."),
    "nik_or_outside": (
        "Orang ini sudah disebut dengan NIK. Isi salah satu saja.",
        "This person is named by a NIK already. Give one of the two.",
    ),
    "not_in_register": (
        "Tidak terdaftar di register kependudukan. Periksa lagi nomornya.",
        "Not in the population register. Check the number again.",
    ),
    "nik_or_name": ("Isi NIK atau nama, salah satu saja.", "Give either the NIK or the name."),
    "not_of_applicant": (
        "Ini bukan NIK pemohon berkas ini, juga bukan NIK kuasanya. Periksa lagi KTP-nya.",
        "This is the NIK neither of the applicant nor of the proxy. Look at the card again.",
    ),
    "not_online": (
        "Layanan ini diajukan di loket. Yang dapat daring memuat `filed_online` di /api/v1/services.",
        "This service is filed at a counter. What can be filed online has `filed_online` at /api/v1/services.",
    ),
    "not_a_file": ("Pilih berkas untuk isian ini; teks tidak diterima.", "Choose a file here; text is not accepted."),
    "nothing_changed": ("Tidak ada isian yang berubah.", "Nothing would change."),
    "nothing_visible": ("Tidak ada yang dapat dibaca di sini.", "There is nothing here that can be read."),
    "nul_character": ("Teks tidak boleh memuat karakter NUL.", "The text may not hold a NUL character."),
    "null": ("Tidak boleh null; isi, atau hilangkan.", "May not be null; give a value, or leave it out."),
    "number_out_of_range": (
        "Bilangan di luar jangkauan; paling banyak 15 angka.",
        "The number is out of range; 15 digits at most.",
    ),
    "one_file_only": (
        "Kirim satu berkas saja; unggah berkas berikutnya sesudahnya.",
        "Send one file only; upload the next one afterwards.",
    ),
    "other_unit": (
        "Satuan waktunya harus sama dengan jangka waktu layanan, seperti {max}.",
        "The unit must be that of the service's own period, such as {max}.",
    ),
    "out_of_range": ("Harus antara {min} dan {max}.", "Must be between {min} and {max}."),
    "person_deceased": ("Orang ini tercatat meninggal.", "This person is registered as deceased."),
    "personal_data_in_query": (
        "NIK tidak boleh ada di alamat; pakai pencarian lewat isi permintaan.",
        "A NIK may not stand in an address; search through a request body.",
    ),
    "permit_limit_reached": (
        "Orang ini sudah memiliki {max} izin yang berlaku.",
        "This person has {max} permits in force already.",
    ),
    "password_common": (
        "Sandi ini terlalu mudah ditebak. Pakai tiga atau empat kata yang tidak berhubungan.",
        "This password is too easy to guess. Use three or four words that have nothing to do with each other.",
    ),
    "password_date": (
        "Tanggal atau tahun mudah ditebak. Pakai tiga atau empat kata yang tidak berhubungan.",
        "A date or a year is easy to guess. Use three or four words that have nothing to do with each other.",
    ),
    "password_in_order": (
        "Huruf, angka atau tombol yang berurutan mudah ditebak. Pakai tiga atau empat kata yang tidak berhubungan.",
        "Letters, digits or keys in a row are easy to guess. Use three or four words that have nothing in common.",
    ),
    "password_names": (
        "Nama akun, mal, wilayah atau kata sehari-hari di kantor mudah ditebak. Pakai tiga atau empat kata lain.",
        "The names of the account, the mall, the region or of things in an office are easy to guess. Use three or four "
        "other words.",
    ),
    "password_repeats": (
        "Sandi ini hanya mengulang. Pakai tiga atau empat kata yang tidak berhubungan.",
        "This password only repeats itself. Use three or four words that have nothing to do with each other.",
    ),
    "password_unchanged": (
        "Sandi baru harus lain daripada yang lama.",
        "The new password must be another one than the old.",
    ),
    "passphrase_missing": ("Isi passphrase BSrE penanda tangan.", "The signer's passphrase of BSrE is needed."),
    "passphrase_wrong": ("Passphrase salah; tidak ada yang terpakai.", "Wrong passphrase; nothing was used up."),
    "password_wrong": ("Bukan sandi akun ini.", "Not the password of this account."),
    "permit_place_taken": (
        "Orang ini sudah memiliki izin yang berlaku di tempat ini.",
        "This person has a permit in force at this place already.",
    ),
    "required": ("Wajib diisi.", "Required."),
    "reserved_name": ("Nama ini dipakai oleh mal sendiri.", "The mall itself goes by this name."),
    "same_person": (
        "Orang ini sudah disebut dalam peran lain. Bila pemohon datang sendiri, kosongkan kuasa.",
        "This person is named in another role already. Leave the proxy out where the applicant came.",
    ),
    "secret_ended": (
        "Kode rahasia ini bukan milik berkas ini, atau sudah diganti dengan yang baru.",
        "This is not the secret of this case, or a new one has taken its place.",
    ),
    "series_divided": (
        "Seri ini dibukukan terpisah (per kecamatan, per hari); tulis nama bukunya, seperti {example}.",
        "This series is kept in separate books (per district, per day); name the book, such as {example}.",
    ),
    "service_of_other_collection": (
        "Layanan ini diajukan lewat {address}.",
        "This service is filed at {address}.",
    ),
    "too_deep": ("Bertingkat terlalu dalam.", "Nested too deeply."),
    "too_large": ("Bilangan terlalu besar; paling banyak 15 angka.", "The number is too large; 15 digits at most."),
    "too_long": ("Paling banyak {max} karakter.", "At most {max} characters."),
    "too_long_extension": ("Perpanjangan paling lama {max}.", "An extension is at most {max}."),
    "too_many": ("Paling banyak {max}.", "At most {max}."),
    "too_short": ("Paling sedikit {min} karakter.", "At least {min} characters."),
    "unknown_action": ("Tindakan tidak dikenal. Yang ada: {choices}.", "Unknown action. There are: {choices}."),
    "unknown_choice": ("Pilihan tidak dikenal; pakai salah satu: {choices}.", "Unknown choice; use one of: {choices}."),
    "unknown_event_type": (
        "Tidak ada peristiwa umum berjenis ini; docs/asyncapi.yaml menyebut yang ada.",
        "There is no public event of this type; docs/asyncapi.yaml lists those that there are.",
    ),
    "unknown_field": (
        "Isian ini tidak dikenal. Hapus, atau periksa namanya.",
        "This field is not known. Leave it out, or check its name.",
    ),
    "unknown_office": (
        "Kantor tidak dikenal. Cari kodenya di /api/v1/offices.",
        "Unknown office. Look for its code at /api/v1/offices.",
    ),
    "unknown_parameter": ("Parameter ini tidak dikenal.", "This parameter is not known."),
    "unknown_questionnaire": (
        "Pertanyaan versi ini tidak pernah diajukan di sini.",
        "Questions of this version were never asked here.",
    ),
    "unknown_region": (
        "Kode wilayah tidak dikenal. Cari kodenya di /api/v1/regions, mulai dari {region}.",
        "Unknown region code. Look for it at /api/v1/regions, from {region} on.",
    ),
    "unknown_requirement": (
        "Layanan ini tidak mengenal persyaratan itu.",
        "This service does not know that requirement.",
    ),
    "unknown_series": (
        "Seri nomor tidak dikenal; `mpp numbers series` menyebut yang ada.",
        "Unknown series of numbers; `mpp numbers series` lists them.",
    ),
    "unknown_service": (
        "Layanan tidak dikenal. Cari kodenya di /api/v1/services.",
        "Unknown service. Look for its code at /api/v1/services.",
    ),
    "unknown_state": (
        "Tidak ada tahap dengan kode ini. Kodenya ada di `state` setiap berkas.",
        "There is no stage of this code. It stands in the `state` of each case.",
    ),
    "unknown_task": (
        "Tugas tidak dikenal. Pakai id atau kode tugas yang masih terbuka di berkas ini.",
        "Unknown task. Use the id or the code of an open task of this case.",
    ),
    "unknown_warning": (
        "Berkas ini tidak memuat peringatan tersebut, atau tidak lagi. Muat ulang berkasnya.",
        "The case has no such warning, or no longer. Load the case again.",
    ),
    "wrong_office_kind": ("Pilih kantor berjenis {office_kinds}.", "Choose an office of the kind {office_kinds}."),
    "wrong_sex": (
        "Jenis kelamin orang ini tidak sesuai dengan perannya. Periksa NIK-nya.",
        "The sex of this person does not fit the role. Look at the NIK.",
    ),
    "wrong_type": ("Jenis isian salah; yang diminta {kind}.", "The wrong kind of value; asked for is {kind}."),
}
