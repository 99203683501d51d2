"""What is said of a part of the mall: how serious it is, what is found, what to do; short sentences, both languages."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True)
class Said:
    """(what is found, what to do) in each language; nothing to do is ""."""

    state: Literal["good", "warning", "bad"]
    indonesian: tuple[str, str]
    english: tuple[str, str]


def _good(indonesian: str, english: str) -> Said:
    return Said("good", (indonesian, ""), (english, ""))


def _warning(indonesian: tuple[str, str], english: tuple[str, str]) -> Said:
    return Said("warning", indonesian, english)


def _bad(indonesian: tuple[str, str], english: tuple[str, str]) -> Said:
    return Said("bad", indonesian, english)


WORDS: Mapping[str, Said] = {
    "service_well": _good("Menjawab.", "Answers."),
    "service_silent": _bad(
        ("Tidak menjawab.", "Lihat catatan layanannya, lalu mulai lagi."),
        ("Does not answer.", "Look at the log of the service, then start it again."),
    ),
    "database_well": _good("Basis data menjawab dan menyimpan.", "The database answers and stores."),
    "database_away": _bad(
        ("Basis data tidak menjawab.", "Periksa apakah PostgreSQL berjalan."),
        ("The database does not answer.", "Check whether PostgreSQL runs."),
    ),
    "database_readonly": _bad(
        ("Basis data tidak menerima simpanan.", "Kosongkan ruang disk, atau arahkan ke peladen utama."),
        ("The database takes no writes.", "Make room on its disk, or point to the primary server."),
    ),
    "broker_well": _good("Perantara pesan tersambung.", "The message broker is connected."),
    "broker_away": _bad(
        ("Perantara pesan tidak tersambung.", "Periksa apakah RabbitMQ berjalan. Tidak ada yang hilang."),
        ("The message broker is not connected.", "Check whether RabbitMQ runs. Nothing is lost."),
    ),
    "broker_alarm": _bad(
        ("Perantara pesan tidak menerima apa pun.", "Kosongkan ruang disk atau memori RabbitMQ."),
        ("The message broker takes nothing.", "Give RabbitMQ room on its disk, or memory."),
    ),
    "broker_new": _bad(
        ("Perantara pesan belum disiapkan.", "Jalankan `mpp prepare`, lalu `mpp events resend`."),
        ("The message broker was not prepared.", "Run `mpp prepare`, then `mpp events resend`."),
    ),
    "folder_well": _good("Folder dapat dibaca dan ditulis.", "Folders can be read and written."),
    "folder_unusable": _bad(
        ("Sebuah folder tidak dapat dipakai.", "Kosongkan ruang disk, atau perbaiki pemilik foldernya."),
        ("A folder cannot be used.", "Make room on the disk, or mend who owns the folder."),
    ),
    "disk_well": _good("Ruang disk cukup.", "There is room on the disk."),
    "disk_low": _warning(
        ("Ruang disk hampir habis.", "Kosongkan ruang sebelum penuh."),
        ("The disk is nearly full.", "Make room before it is."),
    ),
    "outbox_well": _good("Kabar ke layanan lain terkirim.", "News to other services is sent."),
    "outbox_late": _warning(
        ("Kabar ke layanan lain menunggu lebih dari semenit.", "Periksa perantara pesan."),
        ("News to other services waits for over a minute.", "Look at the message broker."),
    ),
    "letters_some": _warning(
        ("Ada yang gagal dan menunggu Anda.", "Buka halaman Yang gagal."),
        ("Something failed and waits for you.", "Open the page of what failed."),
    ),
    "clock_well": _good("Jam sama dengan jam mal.", "The clock agrees with that of the mall."),
    "clock_apart": _warning(
        ("Jam berbeda dari jam mal.", "Samakan jam semua mesin (NTP)."),
        ("The clock differs from that of the mall.", "Let all machines keep one time (NTP)."),
    ),
    "scanner_off": _warning(
        ("Dokumen tidak diperiksa dari virus.", "Isi MPP_SCANNER bila ada pemindai."),
        ("Documents are not scanned for viruses.", "Set MPP_SCANNER where there is a scanner."),
    ),
    "scanner_well": _good("Pemindai virus menjawab.", "The virus scanner answers."),
    "scanner_away": _bad(
        ("Pemindai virus tidak menjawab: dokumen ditolak.", "Periksa clamd."),
        ("The virus scanner does not answer: documents are refused.", "Look at clamd."),
    ),
    "messages_well": _good("Pesan untuk warga punya penyedia.", "Messages to citizens have a provider."),
    "messages_none": _warning(
        ("Pesan untuk warga tanpa penyedia: semua masuk daftar panggil loket.", "Lihat docs/messages.md."),
        ("Messages to citizens have no provider: all are on the call list.", "See docs/messages.md."),
    ),
    "messages_no_token": _warning(
        ("Penyedia pesan dikirimi tanpa token.", "Isi variabel itu."),
        ("A provider of messages gets no token.", "Set the variable."),
    ),
    "messages_no_address": _warning(
        ("Alamat dalam surel tidak dapat dibuka warga.", "Isi MPP_PUBLIC_URL."),
        ("Citizens cannot open the address in their mail.", "Set MPP_PUBLIC_URL."),
    ),
    "papers_well": _good("Surat dicetak dan ditandatangani.", "Papers are printed and signed."),
    "papers_failing": _warning(
        ("Ada surat yang gagal dibuat.", "Perbaiki sebabnya; mal mencoba lagi tiap menit."),
        ("Some papers could not be made.", "Mend the cause; the mall tries again each minute."),
    ),
    "papers_no_key": _bad(
        ("Kunci tanda tangan simulasi belum diisi.", "Isi MPP_SIGNING_KEY."),
        ("The key of simulated signatures is not set.", "Set MPP_SIGNING_KEY."),
    ),
    "papers_no_bsre": _bad(
        ("Alamat layanan BSrE belum diisi.", "Isi MPP_BSRE_URL, MPP_BSRE_USER dan MPP_BSRE_PASSWORD."),
        ("The address of BSrE's service is not set.", "Set MPP_BSRE_URL, MPP_BSRE_USER and MPP_BSRE_PASSWORD."),
    ),
    "backup_well": _good(
        "Cadangan terbaru utuh, dan pernah dibuktikan.", "The newest backup is whole, and was proved."
    ),
    "backup_none": _warning(
        ("Belum ada cadangan.", "Buat satu dengan `mpp backup`, lalu jadwalkan."),
        ("There is no backup.", "Make one with `mpp backup`, then let a timer do it."),
    ),
    "backup_old": _warning(
        ("Cadangan terbaru sudah lama.", "Periksa apakah jadwalnya berjalan."),
        ("The newest backup is old.", "Check whether its timer runs."),
    ),
    "backup_unproved": _warning(
        ("Cadangan belum pernah dibuktikan.", "Pulihkan satu di tempat coba, dengan perintah itu."),
        ("No backup was ever proved.", "Restore one in a scratch place, by that command."),
    ),
    "backup_proof_old": _warning(
        ("Bukti cadangan terakhir sudah lama.", "Pulihkan satu di tempat coba, dengan perintah itu."),
        ("The last proof of a backup is old.", "Restore one in a scratch place, by that command."),
    ),
    "backup_elsewhere": _warning(
        ("Cadangan tidak terlihat dari sini.", "Tanyakan `docker compose run --rm backup doctor`."),
        ("Backups cannot be seen from here.", "Ask `docker compose run --rm backup doctor`."),
    ),
    "audit_well": _good("Jejak audit ditandatangani.", "The audit trail is signed."),
    "audit_none": _warning(
        ("Tidak ada checkpoint jejak audit.", "Isi MPP_AUDIT_DIR."),
        ("No checkpoints of the audit trail are written.", "Set MPP_AUDIT_DIR."),
    ),
    "audit_unsigned": _warning(
        ("Checkpoint jejak audit tanpa tanda tangan.", "Isi variabel itu."),
        ("Checkpoints of the audit trail are unsigned.", "Set the variable."),
    ),
    "audit_shared": _warning(
        ("Satu kunci audit dipakai semua layanan.", "Isi variabel itu."),
        ("All services share one key of the audit trail.", "Set the variable."),
    ),
}
