"""What each problem says, by the code of `Refused`: title and detail, Indonesian then English.

A parameter in braces comes from the refusal.
"""

from __future__ import annotations

from mpp.web.texts.deciding import DECIDING
from mpp.web.texts.drafts import DRAFTS
from mpp.web.texts.online import ONLINE
from mpp.web.texts.papers import PAPERS
from mpp.web.texts.persons import PERSONS
from mpp.web.texts.requests import REQUESTS, ProblemText
from mpp.web.texts.satisfaction import SATISFACTION

__all__ = ["PROBLEMS", "ProblemText"]


P = ProblemText

PROBLEMS: dict[str, ProblemText] = {
    **REQUESTS,
    **DECIDING,
    **DRAFTS,
    **ONLINE,
    **PAPERS,
    **PERSONS,
    **SATISFACTION,
    "account_exists": P(
        "Akun sudah ada", "Sudah ada akun dengan nama ini.",
        "Account exists", "There is an account of this name already.",
    ),
    "already_deceased": P(
        "Sudah tercatat meninggal", "Kematian orang ini sudah tercatat.",
        "Death already registered", "The death of this person is registered already.",
    ),
    "already_extended": P(
        "Sudah diperpanjang", "Jangka waktu berkas ini sudah pernah diperpanjang.",
        "Already extended", "The period of this case was extended before.",
    ),
    "already_overdue": P(
        "Sudah lewat waktu", "Berkas ini sudah lewat waktu; perpanjangan tidak mungkin lagi.",
        "Already overdue", "This case is overdue; its period cannot be extended any more.",
    ),
    "body_not_utf8": P(
        "Isi bukan UTF-8", "Isi permintaan harus teks UTF-8; byte ke-{position} bukan.",
        "Body is not UTF-8", "The body must be UTF-8 text; byte {position} is not.",
    ),
    "calendar_invalid": P(
        "Kalender tidak terbaca",
        "Perubahan kalender tidak dapat dibaca: {reason}. Perbaiki berkasnya, lalu muat lagi.",
        "Invalid calendar",
        "The changes of the calendar cannot be read: {reason}. Mend the file and load it again.",
    ),
    "action_not_for_case": P(
        "Bukan untuk permohonan ini", "Tindakan \"{action}\" tidak berlaku untuk permohonan seperti ini.",
        "Not for this application", "The action \"{action}\" is not meant for an application like this.",
    ),
    "levy_unknown": P(
        "SKRD tidak dikenal", "Tidak ada SKRD dengan nomor ini.",
        "Unknown assessment", "There is no assessment (SKRD) of this number.",
    ),
    "payment_not_open": P(
        "Tidak perlu diselesaikan", "Pembayaran ini berstatus {status}; hanya yang belum dibukukan diselesaikan.",
        "Nothing to settle", "This payment is {status}; only money that was not applied is settled.",
    ),
    "own_password": P(
        "Sandi sendiri", "Sandi akun sendiri diganti dengan sandi lama, lewat /api/v1/auth/password "
                         "(mpp accounts own-password).",
        "One's own password", "The own password is changed with the old one, at /api/v1/auth/password "
                              "(mpp accounts own-password).",
    ),
    "paper_abandoned": P(
        "Surat ini sudah dibatalkan", "Penandatanganan surat ini dibatalkan dan nomornya tidak dipakai lagi.",
        "This paper was given up", "The signing of this paper was given up, and its number is not used any more.",
    ),
    "paper_not_awaiting": P(
        "Surat ini tidak menunggu tanda tangan", "Surat ini sudah ditandatangani atau sudah dibatalkan.",
        "This paper does not wait for a signature", "This paper is signed already, or was given up.",
    ),
    "paper_not_in_force": P(
        "Surat ini tidak berlaku lagi",
        "Surat ini sudah dicabut, diganti atau berakhir, jadi tidak dapat diunduh lagi. Hubungi kantor penerbitnya.",
        "This paper is no longer in force",
        "This paper was revoked, replaced or has ended, so it is not handed out any more. Ask who issued it.",
    ),
    "paper_signed_otherwise": P(
        "Surat ini sudah ditandatangani", "Surat ini sudah disimpan dengan berkas lain.",
        "This paper is signed already", "This paper is kept already, with another file.",
    ),
    "password_change_required": P(
        "Ganti sandi dahulu", "Sandi akun ini diketahui orang lain. Gantilah dahulu lewat /api/v1/auth/password.",
        "Change the password first", "Somebody else knows the password of this account. Change it first, at "
                                     "/api/v1/auth/password.",
    ),
    "second_person": P(
        "Perlu orang kedua", "Yang meminta dan yang menerima tidak dapat menyetujui. Mintalah operator lain atau "
                             "inspektorat.",
        "A second person is needed", "Neither who asked for this nor who gets it may confirm it. Ask another operator "
                                     "or the inspectorate.",
    ),
    "own_account": P(
        "Akun sendiri", "Operator tidak dapat menonaktifkan akunnya sendiri atau melepas tugas operatornya.",
        "One's own account", "An operator cannot disable the own account or give up the role of operator.",
    ),
    "payment_reference_reused": P(
        "Rujukan sudah dipakai", "Rujukan bank ini sudah melaporkan pembayaran lain.",
        "Reference used before", "This reference of the bank has reported another payment.",
    ),
    "message_reports_off": P(
        "Laporan penyedia tidak aktif", "Mal ini belum menerima laporan penyedia pesan (kunci laporannya belum diisi).",
        "Reports of providers are off", "This mall does not take reports of providers (their key is not set).",
    ),
    "not_on_call_list": P(
        "Tidak ada di daftar panggil", "Baris ini sudah dicentang, atau warganya sudah diberi tahu.",
        "Not on the call list", "This line is ticked off already, or the citizen was told meanwhile.",
    ),
    "report_signature_invalid": P(
        "Tanda tangan tidak cocok", "Tanda tangan laporan penyedia tidak cocok.",
        "Wrong signature", "The signature of the provider's report does not fit.",
    ),
    "report_signature_old": P(
        "Laporan terlalu lama", "Waktu pada laporan penyedia terlalu jauh dari sekarang. Tanda tangani lagi.",
        "Report too old", "The time of the provider's report is too far from now. Sign it again.",
    ),
    "payment_signature_invalid": P(
        "Tanda tangan tidak cocok", "Tanda tangan laporan pembayaran tidak cocok.",
        "Wrong signature", "The signature of the payment report does not fit.",
    ),
    "payment_signature_old": P(
        "Laporan terlalu lama", "Waktu pada laporan pembayaran terlalu jauh dari sekarang. Tanda tangani lagi.",
        "Report too old", "The time of the payment report is too far from now. Sign it again.",
    ),
    "payments_off": P(
        "Pembayaran tidak aktif", "Mal ini belum menerima laporan pembayaran dari bank (MPP_BANK_KEY belum diisi).",
        "Payments are off", "This mall does not take payment reports (MPP_BANK_KEY is not set).",
    ),
    "previous_permit_changed": P(
        "Izin lama sudah berubah", "Izin yang menjadi dasar permohonan ini tidak berlaku lagi ({status}).",
        "The former permit has changed", "The permit that this application builds on is no longer valid ({status}).",
    ),
    "being_signed": P(
        "Sedang ditandatangani",
        "Keputusan berkas ini sudah dibuat dan suratnya menunggu tanda tangan. Tunggu sampai selesai, atau batalkan "
        "penandatanganannya lebih dahulu.",
        "Being signed",
        "This was decided, and its paper waits for the signature. Wait until it is signed, or give up the signing "
        "first.",
    ),
    "case_finished": P(
        "Berkas sudah selesai", "Berkas ini sudah selesai dan tidak dapat diubah lagi.",
        "The case is finished", "This case is finished and cannot be changed any more.",
    ),
    "case_full": P(
        "Dokumen berkas ini penuh",
        "Dokumen satu berkas bersama-sama paling banyak {max} MiB. Perkecil (pindai 150 sampai 200 dpi), atau "
        "keluarkan yang tidak perlu.",
        "No room for more documents",
        "All documents of a case may have {max} MiB together. Make them smaller (scan with 150 to 200 dpi), or take "
        "out what is not needed.",
    ),
    "case_on_hold": P(
        "Berkas sedang ditahan", "Berkas ini sedang ditahan; lanjutkan dahulu sebelum tindakan lain.",
        "The case is on hold", "This case is on hold; it must be resumed before anything else.",
    ),
    "clock_not_started": P(
        "Jangka waktu belum berjalan", "Jangka waktu berkas ini belum mulai berjalan.",
        "Clock not started", "The period of this case has not begun.",
    ),
    "count_invalid": P(
        "Tenggat tidak dapat dihitung",
        "Perbaiki isian yang disebut: mulai seperti 2026-11-23, jangka waktu seperti 3wd.",
        "Cannot be counted", "Correct the field named here: a start like 2026-11-23, a duration like 3wd.",
    ),
    "credentials_invalid": P(
        "Nama akun atau kata sandi salah", "Periksa nama akun dan kata sandi, lalu coba lagi.",
        "Wrong account name or password", "Check the account name and the password and try again.",
    ),
    "document_lost": P(
        "Dokumen hilang", "Dokumen ini tercatat tetapi isinya tidak ditemukan. Beri tahu pengelola mal.",
        "Document lost", "This document is on record, but its content is not there. Tell the operator of the mall.",
    ),
    "document_there": P(
        "Dokumen sudah ada", "Berkas yang sama sudah diunggah untuk persyaratan ini.",
        "Document is there already", "The same file was uploaded for this requirement before.",
    ),
    "extension_not_allowed": P(
        "Perpanjangan tidak berlaku", "Layanan ini tidak mengenal perpanjangan jangka waktu.",
        "No extension", "This service knows no extension of its period.",
    ),
    "family_card_gone": P(
        "Kartu keluarga tidak ada", "Kartu keluarga yang dituju sudah tidak berlaku.",
        "Family card gone", "The family card meant here is no longer valid.",
    ),
    "form_not_printed": P(
        "Formulir tidak dapat dicetak",
        "Templat formulir ini salah; pakai formulir kosong dan beri tahu pengelola mal.",
        "Form cannot be printed", "The template of this form is wrong; use an empty form and tell the operator.",
    ),
    "feed_cursor_ahead": P(
        "Penanda mendahului umpan",
        "Penanda ini lebih maju daripada umpan: mal mungkin dipulihkan dari salinan lama. Beri tahu pengelola mal; "
        "mulai lagi tanpa penanda, dan lewati peristiwa yang id-nya sudah Anda kenal.",
        "Cursor ahead of the feed",
        "This cursor is ahead of the feed: the mall may have been restored from an older copy. Tell its operator; "
        "start without a cursor, and skip events whose id you know.",
    ),
    "feed_cursor_expired": P(
        "Penanda sudah kedaluwarsa",
        "Kejadian setelah penanda ini sudah dihapus ({days} hari). Mulai lagi tanpa penanda dan cocokkan data Anda.",
        "Cursor expired",
        "Events after this cursor have been removed ({days} days). Start without a cursor and reconcile your data.",
    ),
    "feed_epoch_over": P(
        "Umpan mulai babak baru",
        "Mal dipulihkan dari salinan lama, dan posisi diberi ulang. Lanjutkan dari `resume` bila ada, selain itu tanpa "
        "penanda, dan lewati peristiwa yang id-nya sudah Anda kenal.",
        "The feed has begun another epoch",
        "The mall was restored from an older copy, and positions are given anew. Go on from `resume` where there is "
        "one, else without a cursor, and skip events whose id you know.",
    ),
    "internal": P(
        "Kesalahan sistem", "Terjadi kesalahan di sistem kami dan sudah dicatat. Sebutkan nomor kejadian bila melapor.",
        "Internal error", "Something went wrong on our side and was recorded. Quote the instance when you report it.",
    ),
    "invalid_fields": P(
        "Ada isian yang belum benar", "Perbaiki isian yang disebut, lalu kirim lagi.",
        "Some fields need correction", "Correct the fields named here and send again.",
    ),
    "login_too_often": P(
        "Terlalu sering masuk",
        "Akun ini terlalu sering masuk dari jaringan ini. Pakai token yang sudah ada, atau coba lagi dalam "
        "{retry_after} detik.",
        "Too many log-ins",
        "This account has logged in too often from this network. Use the token that you have, or try again in "
        "{retry_after} seconds.",
    ),
    "login_locked": P(
        "Terlalu banyak percobaan masuk", "Terlalu banyak percobaan yang gagal. Coba lagi dalam {retry_after} detik.",
        "Too many failed log-ins", "Too many attempts failed. Try again in {retry_after} seconds.",
    ),
    "nik_sequence_full": P(
        "Nomor urut NIK habis", "Nomor urut NIK untuk tanggal lahir dan kecamatan ini sudah habis.",
        "No NIK left", "The sequence of NIKs for this birth date and district is used up.",
    ),
    "no_applicant": P(
        "Tanpa pemohon", "Berkas ini tanpa nama pemohon, jadi tidak ada yang dapat dikenali dari KTP.",
        "No applicant", "This case names no applicant, so there is nobody to know by an identity card.",
    ),
    "no_task_refused": P(
        "Belum ada yang menolak", "Tindakan ini hanya berlaku bila salah satu tugas ditolak.",
        "No task was refused", "This action is only possible when a task was refused.",
    ),
    "not_found": P(
        "Tidak ditemukan", "Yang Anda cari tidak ada atau tidak dapat Anda lihat.",
        "Not found", "What you asked for does not exist or is not visible to you.",
    ),
    "not_on_hold": P(
        "Berkas tidak ditahan", "Berkas ini tidak sedang ditahan.",
        "Not on hold", "This case is not on hold.",
    ),
    "number_not_issued": P(
        "Nomor belum terbit", "Nomor ini belum pernah diterbitkan oleh mal.",
        "Number not issued", "The mall has not issued this number.",
    ),
    "number_series_started": P(
        "Seri nomor sudah berjalan",
        "Mal sudah menerbitkan nomor sampai {last} dalam seri ini; buku kertas tidak dapat disambung lagi.",
        "The series has begun",
        "The mall has issued numbers up to {last} in this series; a paper book cannot be continued any more.",
    ),
    "no_paper_to_make": P(
        "Tidak ada surat yang dapat dibuat",
        "Keputusan ini tidak menghasilkan surat, belum diambil, atau dokumennya sudah berakhir.",
        "There is no paper to make",
        "This decision makes no paper, was not taken, or what it issued has ended.",
    ),
    "number_in_force": P(
        "Dokumennya masih berlaku",
        "Dokumen dengan nomor {number} masih berlaku, jadi nomornya tidak dapat dibatalkan. Cabut atau perbaiki "
        "dokumennya lebih dahulu.",
        "Its document is in force",
        "The document with the number {number} is in force, so its number cannot be voided. Revoke or correct the "
        "document first.",
    ),
    "number_voided": P(
        "Nomor sudah dibatalkan", "Nomor ini sudah dibatalkan.",
        "Number voided before", "This number was voided before.",
    ),
    "office_may_not": P(
        "Kantor Anda tidak berwenang", "Tindakan \"{action}\" pada berkas ini adalah wewenang {office}.",
        "Your office may not do this", "The action \"{action}\" on this case belongs to {office}.",
    ),
    "office_not_yours": P(
        "Bukan kantor Anda", "Akun Anda tidak bekerja di kantor pada X-Office. Pilih kantor Anda sendiri.",
        "Not your office", "Your account does not work at the office in X-Office. Choose one of your own.",
    ),
    "office_unknown": P(
        "Kantor tidak dikenal", "Kantor pada akun Anda tidak ada dalam daftar kantor. Hubungi operator.",
        "Unknown office", "The office of your account is not in the list of offices. Ask an operator.",
    ),
    "permit_limit_reached": P(
        "Jumlah izin sudah penuh", "Pemegang sudah memiliki {max} izin yang berlaku; tidak boleh lebih.",
        "Too many permits", "The holder has {max} permits in force already; more are not allowed.",
    ),
    "permit_place_taken": P(
        "Sudah ada izin di tempat ini", "Pemegang sudah memiliki izin yang berlaku di tempat ini.",
        "A permit at this place exists", "The holder has a permit in force at this place already.",
    ),
    "permit_status_forbids": P(
        "Tidak dapat untuk izin ini", "Tindakan \"{action}\" tidak dapat dilakukan pada izin berstatus \"{status}\".",
        "Not possible for this permit", "The action \"{action}\" is not possible on a permit that is \"{status}\".",
    ),
    "rate_limited": P(
        "Terlalu sering", "Terlalu banyak permintaan. Coba lagi dalam {retry_after} detik.",
        "Too many requests", "Too many requests. Try again in {retry_after} seconds.",
    ),
    "request_in_progress": P(
        "Permintaan yang sama sedang diproses", "Permintaan dengan kunci ini masih diproses. Ulangi sebentar lagi.",
        "The same request is in progress", "A request with this key is still being processed. Repeat it shortly.",
    ),
    "family_card_unknown": P(
        "Kartu keluarga tidak ditemukan", "Nomor KK ini tidak ada di buku penduduk. Periksa angkanya.",
        "Family card not found", "This number is on no family card of the register. Check its digits.",
    ),
    "resident_unknown": P(
        "Penduduk tidak ditemukan", "NIK ini tidak ada di buku penduduk. Periksa angkanya, atau isi datanya sendiri.",
        "Resident not found", "This NIK is not in the register of residents. Check its digits, or fill in the data.",
    ),
    "role_may_not": P(
        "Peran Anda tidak berwenang", "Tindakan \"{action}\" memerlukan peran: {roles}.",
        "Your role may not do this", "The action \"{action}\" needs the role: {roles}.",
    ),
    "scanner_unavailable": P(
        "Pemindai virus tidak menjawab", "Berkas belum dapat diperiksa, jadi tidak disimpan. Coba lagi sebentar lagi.",
        "The virus scanner does not answer", "The file cannot be looked at, so it was not stored. Try again soon.",
    ),
    "secret_malformed": P(
        "Kode rahasia salah", "Kode rahasia tidak dapat dibaca. Salin persis dari tanda terima.",
        "Malformed secret", "The secret cannot be read. Copy it exactly from the receipt.",
    ),
    "service_unavailable": P(
        "Layanan belum menjawab",
        "Belum diketahui apakah perubahan tersimpan. Ulangi permintaan yang sama; perubahan dengan kunci yang sama.",
        "The service does not answer",
        "It is unknown whether a change was stored. Repeat the same request, a change with the same key.",
    ),
    "state_forbids": P(
        "Tidak dapat pada tahap ini", "Tindakan \"{action}\" tidak dapat dilakukan pada tahap \"{state}\".",
        "Not possible at this stage", "The action \"{action}\" is not possible at the stage \"{state}\".",
    ),
    "storage_full": P(
        "Penyimpanan penuh", "Tempat penyimpanan dokumen penuh. Tidak ada yang tersimpan; ulangi nanti.",
        "Storage is full", "The storage of documents is full. Nothing was stored; repeat later.",
    ),
    "storage_unavailable": P(
        "Penyimpanan tidak dapat dipakai", "Tempat penyimpanan dokumen sedang terganggu. Tidak ada yang tersimpan.",
        "Storage is not available", "The storage of documents has a fault. Nothing was stored.",
    ),
    "task_claimed": P(
        "Tugas sudah diambil", "Tugas ini sudah diambil rekan Anda.",
        "Task already claimed", "A colleague has claimed this task already.",
    ),
    "task_done": P(
        "Tugas sudah selesai", "Tugas untuk tindakan \"{action}\" sudah selesai.",
        "Task already done", "The task of the action \"{action}\" is done already.",
    ),
    "task_not_claimed": P(
        "Tugas belum diambil", "Anda belum mengambil tugas pada berkas ini.",
        "Task not claimed", "You have not claimed a task of this case.",
    ),
    "tasks_open": P(
        "Masih ada tugas terbuka", "Selesaikan dahulu semua tugas pada tahap ini.",
        "Tasks are still open", "All tasks of this stage must be done first.",
    ),
    "token_expired": P(
        "Sesi sudah berakhir", "Masuk lagi, lalu ulangi.",
        "Session expired", "Log in again and repeat.",
    ),
    "token_invalid": P(
        "Token tidak sah", "Token ini tidak sah. Masuk lagi.",
        "Invalid token", "This token is not valid. Log in again.",
    ),
    "token_missing": P(
        "Belum masuk", "Alamat ini memerlukan token. Masuk lebih dahulu.",
        "Not logged in", "This address needs a token. Log in first.",
    ),
    "token_revoked": P(
        "Sesi sudah diakhiri", "Akun ini dinonaktifkan, atau sandi atau tugasnya berubah. Masuklah kembali.",
        "Session ended", "This account was disabled, or its password or roles changed. Log in again.",
    ),
    "too_many_documents": P(
        "Terlalu banyak dokumen", "Satu berkas memuat paling banyak {max} dokumen.",
        "Too many documents", "A case holds at most {max} documents.",
    ),
    "too_many_waiting": P(
        "Terlalu banyak sekaligus", "Permintaan Anda sebelumnya masih menunggu giliran. Tunggu, lalu ulangi.",
        "Too many at once", "Your earlier requests still wait for their turn. Wait for their answers, then repeat.",
    ),
    "too_many_uploads": P(
        "Terlalu banyak unggahan bersamaan", "Tunggu sampai unggahan sebelumnya selesai.",
        "Too many uploads at once", "Wait until your other uploads are done.",
    ),
    "upload_allowance_used": P(
        "Jatah unggahan hari ini habis",
        "Dalam 24 jam boleh diunggah paling banyak {max} MiB. Yang sudah masuk tetap tersimpan. Perkecil berkas "
        "(pindai 150 sampai 200 dpi) dan coba lagi nanti, atau bawa dokumen ke loket.",
        "Today's uploads are used up",
        "Within 24 hours at most {max} MiB may be uploaded. What was handed in stays. Make files smaller (scan with "
        "150 to 200 dpi) and try again later, or bring the documents to a counter.",
    ),
    "version_stale": P(
        "Berkas sudah berubah", "Berkas ini berubah sejak Anda membukanya. Muat ulang, lalu ulangi.",
        "The case has changed", "The case changed since you opened it. Load it again and repeat.",
    ),
    "void_asked": P(
        "Sudah diminta", "Pembatalan nomor ini sudah diminta dan menunggu pejabat kantor penerbit.",
        "Asked for before", "To void this number was asked for before; it waits for an official of the office.",
    ),
    "void_not_asked": P(
        "Belum diminta", "Pembatalan nomor ini tidak sedang diminta, jadi tidak ada yang perlu diputuskan.",
        "Nothing was asked", "Nobody asks to void this number, so there is nothing to decide.",
    ),
}  # fmt: skip
