"""What a register of persons says no to: people, their families, moves, and corrections."""

from __future__ import annotations

from mpp.web.texts.requests import ProblemText as P

PERSONS = {
    "already_head": P(
        "Sudah kepala keluarga", "Orang ini sudah kepala keluarga di kartu itu.",
        "Head already", "This person is the head of that family already.",
    ),
    "already_here": P(
        "Sudah tercatat di sini", "Orang dengan NIK ini tercatat tinggal di sini. Periksa NIK pada surat pindahnya.",
        "Lives here already", "The person of this NIK is registered as living here. Look at the NIK on the letter.",
    ),
    "already_married": P(
        "Masih terikat perkawinan",
        "Salah satu mempelai masih tercatat kawin. Catat dahulu akhir perkawinan itu; suami yang kawin lagi "
        "memerlukan izin pengadilan.",
        "Married already",
        "One of the two is registered as married. Register first how that marriage ended; a husband who marries "
        "again needs a court's permit.",
    ),
    "already_on_card": P(
        "Sudah di kartu itu", "Salah satu orang ini sudah tercatat di kartu keluarga yang dituju.",
        "On that card already", "One of these people stands on that family card already.",
    ),
    "before_marriage": P(
        "Sebelum perkawinan", "Tanggal ini mendahului perkawinan yang tercatat. Periksa kedua tanggal.",
        "Before the marriage", "This day is before the registered marriage. Look at both dates.",
    ),
    "card_has_head": P(
        "Sudah ada kepala keluarga", "Satu kartu keluarga mempunyai satu kepala keluarga. Pilih hubungan lain.",
        "There is a head", "A family card has one head. Choose another relation.",
    ),
    "card_sequence_full": P(
        "Nomor kartu hari ini habis", "Nomor kartu keluarga kecamatan ini untuk hari ini habis. Lanjutkan besok.",
        "No card number left today", "The card numbers of this district for today are used up. Go on tomorrow.",
    ),
    "child_without_adult": P(
        "Anak tanpa orang dewasa",
        "Anak di bawah 17 tahun tidak pindah tanpa orang dewasa, kecuali ada surat kesediaan dari yang menerimanya.",
        "Child without an adult",
        "A child below 17 does not move without an adult, unless somebody takes it in and says so in writing.",
    ),
    "children_left_alone": P(
        "Anak tertinggal sendiri",
        "Yang tertinggal di kartu keluarga hanya anak. Pindahkan mereka juga, atau catat dahulu siapa yang "
        "menerima mereka.",
        "Children left alone",
        "Only children would be left on the family card. Move them too, or register first who takes them in.",
    ),
    "document_missing": P(
        "Dasar belum disebut", "Perubahan ini memerlukan dokumen dasarnya, misalnya penetapan pengadilan.",
        "Basis is missing", "This change needs the document that it rests on, a court's decision for example.",
    ),
    "document_taken": P(
        "Nomor sudah dipakai", "Nomor dokumen ini sudah tercatat untuk dokumen lain.",
        "Number is taken", "This number stands for another document already.",
    ),
    "father_known": P(
        "Ayah sudah tercatat", "Anak ini sudah mempunyai ayah yang tercatat. Bila keliru, ajukan pembetulan.",
        "Father is known", "The father of this child is registered already. Ask for a correction if that is wrong.",
    ),
    "father_missing": P(
        "Ayah belum disebut", "Isi NIK ayah, atau namanya bila ia tidak ada di register.",
        "Father is missing", "Give the NIK of the father, or the name where the register does not hold him.",
    ),
    "head_missing": P(
        "Belum ada kepala keluarga", "Kartu keluarga ini memerlukan seorang kepala keluarga yang dewasa atau kawin.",
        "No head", "This family card needs a head who is of age or married.",
    ),
    "head_too_young": P(
        "Terlalu muda untuk kepala keluarga", "Kepala keluarga berumur 17 tahun, atau sudah kawin.",
        "Too young for a head", "The head of a family is 17 years old, or married.",
    ),
    "impossible_age": P(
        "Umur tidak mungkin", "Umur orang ini tidak mungkin untuk peran itu. Periksa NIK dan tanggalnya.",
        "Impossible age", "The age of this person cannot be in that role. Look at the NIK and the date.",
    ),
    "merged": P(
        "NIK sudah digabungkan", "NIK ini digabungkan dengan NIK lain milik orang yang sama. Pakai NIK yang berlaku.",
        "NIK was merged", "This NIK was merged with another of the same person. Use the one that is kept.",
    ),
    "nik_taken": P(
        "NIK sudah tercatat", "NIK ini sudah ada di register.",
        "NIK is taken", "This NIK is in the register already.",
    ),
    "no_change": P(
        "Tidak ada yang berubah", "Register sudah menyatakan hal yang sama.",
        "Nothing changes", "The register says so already.",
    ),
    "no_member": P(
        "Bukan anggota keluarga", "Orang ini tidak tercatat di kartu keluarga itu.",
        "No member", "This person does not stand on that family card.",
    ),
    "not_deceased": P(
        "Belum tercatat meninggal", "Orang ini tidak tercatat meninggal.",
        "Not deceased", "This person is not registered as deceased.",
    ),
    "not_in_force": P(
        "Sudah tidak berlaku", "Dokumen ini sudah tidak berlaku.",
        "Not in force", "This document holds no more.",
    ),
    "not_in_register": P(
        "Tidak ada di register", "Tidak terdaftar di register kependudukan. Periksa lagi nomornya.",
        "Not in the register", "Not in the population register. Check the number again.",
    ),
    "not_living_here": P(
        "Tidak tinggal di sini", "Orang ini tercatat pindah, atau NIK-nya digabungkan dengan yang lain.",
        "Does not live here", "This person is registered as moved away, or the NIK was merged with another.",
    ),
    "not_married": P(
        "Tidak dalam perkawinan", "Perkawinan ini tidak tercatat, atau sudah berakhir.",
        "Not married", "This marriage is not registered, or has ended.",
    ),
    "parents_not_married": P(
        "Orang tua tidak kawin", "Perkawinan kedua orang tua belum tercatat. Catat perkawinannya dahulu.",
        "Parents are not married", "The marriage of the parents is not registered. Register it first.",
    ),
    "parents_unknown": P(
        "Orang tua belum tercatat", "Ayah dan ibu anak ini belum keduanya tercatat. Ayah mengakui anaknya dahulu.",
        "Parents are not known", "Mother and father are not both registered. The father recognises the child first.",
    ),
    "person_deceased": P(
        "Orang ini sudah meninggal", "Orang ini tercatat meninggal.",
        "Person has died", "This person is registered as deceased.",
    ),
    "same_person": P(
        "Orang yang sama", "Dua NIK diperlukan, yang berlaku dan yang digabungkan.",
        "The same person", "Two NIK are needed, the one that is kept and the one that is merged.",
    ),
    "too_young": P(
        "Di bawah umur kawin", "Calon mempelai di bawah 19 tahun memerlukan dispensasi pengadilan.",
        "Too young to marry", "Who is below 19 needs a court's dispensation.",
    ),
    "wrong_sex": P(
        "Jenis kelamin tidak sesuai", "Jenis kelamin orang ini tidak sesuai dengan perannya. Periksa NIK-nya.",
        "Sex does not fit", "The sex of this person does not fit the role. Look at the NIK.",
    ),
}  # fmt: skip
