"""The `.env` of docker compose: every secret fresh, every other setting with its default as a comment."""

from __future__ import annotations

import secrets
from datetime import date

from mpp.audit.checkpoints import Signer
from mpp.audit.settings import audit_key_name
from mpp.hosting.definition import definitions
from mpp.operations import keys
from mpp.operations.environment import Environment
from mpp.operations.preparing.paper_keys import with_new_keys
from mpp.operations.settings import PAPER_KEYRING, paper_key_name, tracking_key_name
from mpp.operations.signing import SIGNING_KEY

# Name and what it protects; compose refuses to start while one of them is empty.
PASSWORDS = (
    "POSTGRES_PASSWORD",
    "RABBITMQ_PASSWORD",
    *(f"{name.upper()}_DATABASE_PASSWORD" for name, d in definitions().items() if d.migrations is not None),
    *(f"{name.upper()}_AMQP_PASSWORD" for name, d in definitions().items() if d.uses_broker),
)

_HEAD = """\
# Rahasia mal ini: simpan salinannya di tempat aman, jangan masukkan ke git.
# (The secrets of this mall: keep a copy in a safe place, never in git.)
# Kehilangan MPP_PERSON_KEY berarti orang tidak lagi dapat dicocokkan antarlayanan.
# (Without MPP_PERSON_KEY persons can no longer be matched across the services.)
# Kehilangan <LAYANAN>_TRACKING_KEY berarti kode rahasia di tanda terima pemohon tidak berlaku lagi.
# (Without <SERVICE>_TRACKING_KEY the secrets on the applicants' receipts open nothing any more.)
# MPP_<LAYANAN>_PAPER_KEY menandatangani kode QR surat; diganti hanya dengan `mpp paper-keys rotate`. Kunci publiknya,
# juga yang lama, ada di MPP_PAPER_PUBLIC_KEYS: tanpa itu kode QR surat yang sudah terbit tidak dapat diperiksa lagi.
# (They sign the QR codes of papers; changed by `mpp paper-keys rotate` only. The public ones, former ones too, are in
# MPP_PAPER_PUBLIC_KEYS: without them the QR codes of papers that were issued can be checked no longer.)
# MPP_SIGNING_KEY: kunci tanda tangan simulasi dan sertifikatnya; dengan kunci lain surat lama utuh, tapi tidak dikenal.
# (The key of simulated signatures; with another one old papers stay whole, but are not recognised.)
# Dengan MPP_DRAFT_KEY lain, draf formulir dan NIK penanda tangan tidak terbaca lagi. | With another one both are lost.
# MPP_SESSION_KEY menyegel kuki sesi; dengan yang lain semua orang masuk lagi. | With another one all sign in again.
"""

_TAIL = """
# Folder wilayah (`mpp region new 36.71`, docs/regions.md); kosong: region/ di sebelah docker-compose.yml
# (The region folder; empty: region/ beside docker-compose.yml)
MPP_REGION_FOLDER=
# Hanya untuk mencoba tanpa folder: wilayah bawaan, 35.15 atau 33.75; kosong: folder wilayah, dan bila kosong 35.15
# (Only for trying out without a folder: a region that is shipped; empty: the folder, and 35.15 where that is empty)
MPP_REGION=
# Alamat dan port mal di mesin ini | where the mall listens on this machine
MPP_BIND=127.0.0.1
PORT=8000
# Jumlah reverse proxy tepercaya di depan mal | trusted reverse proxies in front of the mall
MPP_PROXIES=0
# Alamat mal bagi warga, dalam kode QR surat dan pada tanda terima, seperti https://mpp.contoh.go.id (64 huruf atau
# kurang); kosong: http://localhost:PORT, dan pada tanda terima yang dipakai petugas. Jangan diganti: surat menyebutnya.
# (Where citizens reach the mall, in QR codes of papers and on receipts, at most 64 characters; empty:
# http://localhost:PORT, and on receipts the address that the clerk used. It must stay: papers name it.)
MPP_PUBLIC_URL=
# Bagian tambahan dari docker-compose.yml: front (TLS dan pintu kedua; isi juga MPP_PROXIES=1), backup; dipisah koma
# (More parts of docker-compose.yml: front, which is TLS and a second door and wants MPP_PROXIES=1; backup)
COMPOSE_PROFILES=
# Untuk front: folder dengan fullchain.pem dan privkey.pem (kosong: ./tls), folder certbot (./acme), alamat (0.0.0.0),
# port (443, 80) dan citra (nginx:1)
# (For the front: the folder with fullchain.pem and privkey.pem, certbot's folder, address, ports, image; empty: those)
MPP_TLS_FOLDER=
MPP_ACME_FOLDER=
MPP_FRONT_BIND=
MPP_HTTPS_PORT=
MPP_HTTP_PORT=
MPP_NGINX_IMAGE=
# Ukuran terbesar berkas unggahan dalam byte; kosong: 10 MiB, paling besar 32 MiB
# (Largest upload in bytes; empty: 10 MiB, at most 32 MiB)
MPP_UPLOAD_MAX_BYTES=
# Semua dokumen satu berkas dalam byte (pemohon boleh mengunggah sebanyak itu sehari); kosong: 300 MiB
# (All documents of one case in bytes, and what an applicant may upload in a day; empty: 300 MiB)
MPP_CASE_MAX_BYTES=
# Unggahan satu akun dalam 24 jam, dalam byte; kosong: 3 GiB | uploads of one account in 24 hours; empty: 3 GiB
MPP_ACCOUNT_DAY_BYTES=
# Pemindai virus clamd untuk unggahan, misalnya tcp://clamav:3310; kosong: tidak dipindai
# (Virus scanner clamd for uploads, e.g. tcp://clamav:3310; empty: uploads are not scanned)
MPP_SCANNER=
# Image dasar; untuk mengunci isinya tulis dengan digest, misalnya postgres:17@sha256:...
# (Base images; to fix what is in them write them with their digest, such as postgres:17@sha256:...)
MPP_PYTHON_IMAGE=
MPP_POSTGRES_IMAGE=
MPP_RABBITMQ_IMAGE=
# Memori terbesar PostgreSQL (kosong: 2g) dan RabbitMQ (kosong: 1g) | most memory of both (empty: 2g and 1g)
MPP_POSTGRES_MEMORY=
MPP_RABBITMQ_MEMORY=
# 1: akun dan warga contoh untuk mencoba, dengan sandi yang dikenal umum; jangan pernah di mal sungguhan.
# (1: demo accounts and residents for trying out, with a well-known password; never in a real mall.)
MPP_DEMO=0
MPP_DEMO_PASSWORD=
# Kunci bersama dengan bank untuk laporan pembayaran (64 digit heksadesimal); kosong: laporan tidak diterima
# (The key shared with the bank for reports of payments, 64 hexadecimal digits; empty: none are taken)
MPP_BANK_KEY=
# Kunci bank sebelumnya, selama bank masih memakainya | the bank's former key, while the bank still uses it
MPP_BANK_KEY_BEFORE=
# Layanan klien BSrE untuk kantor dengan `signature: bsre`; kosong: tidak ada. MPP_BSRE_LOOKUP: jalur untuk menanyakan
# berkas menurut hash, dengan {sha256}; kosong: layanan itu tidak bisa ditanya
# (BSrE's client service, for offices with `signature: bsre`; empty: none. The path that tells of a file by its hash,
# with {sha256}; empty: the service cannot tell)
MPP_BSRE_URL=
MPP_BSRE_USER=
MPP_BSRE_PASSWORD=
MPP_BSRE_LOOKUP=
# Pesan untuk warga; penyedianya ada di messages/channels.yaml dari folder wilayah. Token SMS dan WhatsApp, akun
# pada server surel, kunci untuk laporan penyedia (64 digit heksadesimal); kosong: tidak ada
# (Messages to citizens; providers stand in messages/channels.yaml of the region folder. Tokens of SMS and WhatsApp,
# the account at the mail server, and the keys with which providers sign their reports; empty: none)
# MPP_PROVIDERS_INTERNAL=false: layanan mal boleh keluar ke penyedia itu; kosong: tidak ada jalan keluar
# (MPP_PROVIDERS_INTERNAL=false: the mall's services may go out to those providers; empty: no way out)
MPP_PROVIDERS_INTERNAL=
MPP_SMS_TOKEN=
MPP_WHATSAPP_TOKEN=
MPP_MAIL_USER=
MPP_MAIL_PASSWORD=
MPP_SMS_REPORT_KEY=
MPP_SMS_REPORT_KEY_BEFORE=
MPP_WHATSAPP_REPORT_KEY=
MPP_WHATSAPP_REPORT_KEY_BEFORE=
# Jeda timer dalam detik (kosong: 15) | seconds between two rounds of the timer (empty: 15)
MPP_TIMER_SECONDS=
# Jeda antara percobaan mengolah peristiwa, detik (kosong: 5,30,300,1800)
# (Seconds between attempts at an event that could not be processed; empty: 5,30,300,1800)
MPP_RETRY_DELAYS=
# Berapa hari disimpan: peristiwa terkirim (30), peristiwa yang sudah diolah (60), jawaban perintah (7),
# pekerjaan yang selesai (30); kosong: itu
# (Days to keep events that were sent, events that were handled, answers to commands, jobs that are done;
# empty: 30, 60, 7, 30)
MPP_OUTBOX_DAYS=
MPP_INBOX_DAYS=
MPP_IDEMPOTENCY_DAYS=
MPP_JOBS_DAYS=
# Sandi pertama akun "operator", yang membuat akun lain; kosongkan lagi sesudahnya
# (The first password of the account "operator", which makes all others; empty it afterwards)
MPP_OPERATOR_PASSWORD=
# Bagian umum dari kunci lama jejak audit (MPP_AUDIT_KEY), hanya di mal yang diperbarui; kosong: tidak ada
# (The public half of the audit trail's former key, MPP_AUDIT_KEY, in a mall that was updated; empty: there was none)
MPP_AUDIT_PUBLIC_KEY=
# Akun mitra di RabbitMQ, nama:sandi,nama:sandi | partners' accounts on RabbitMQ
MPP_PARTNER_ACCOUNTS=
# Batas antrean tiap mitra: byte (kosong: 268435456) dan hari tanpa dipakai sampai dihapus (kosong: 30, paling lama 49)
# (Bounds of each partner's queue: bytes, and days unused until it is deleted)
MPP_PARTNER_QUEUE_BYTES=
MPP_PARTNER_QUEUE_DAYS=
# Kunci publik cadangan (`mpp backup-key`); kosong: cadangan tidak terenkripsi
# (The public key of backups, made by `mpp backup-key`; empty: they are not encrypted)
MPP_BACKUP_KEY=
# Tempat cadangan: folder milik pengguna 10001 di disk lain (kosong: volume "backups"); berapa yang disimpan (14);
# tiap berapa jam (24)
# (Where backups go: a folder that user 10001 owns, on another disk; how many to keep; every so many hours)
MPP_BACKUP_PLACE=
MPP_BACKUP_KEEP=
MPP_BACKUP_HOURS=
# Nama citra yang dibangun | the image that is built
MPP_IMAGE=virtual-mpp:local
"""


def tracking_keys(made: keys.Keys) -> dict[str, str]:
    """The variables that hold the key of each service's secrets."""
    secretive = [name for name, definition in definitions().items() if definition.gives_secrets]
    return {tracking_key_name(name): made.tracking_key(name).hex() for name in secretive}


def audit_keys(made: keys.Keys) -> dict[str, str]:
    """The variables that hold the key of each service's checkpoints."""
    return {audit_key_name(name): made.audit_key(name).hex() for name, d in definitions().items() if d.migrations}


def paper_keys(made: keys.Keys) -> dict[str, str]:
    """The variables that hold the key of each service's papers, and the list of the public ones."""
    found = {name: made.paper_key(name) for name in keys.signing_papers()}
    listed = keys.keyring_of(found, date.fromisoformat(made.papers_since)).listed()
    return {paper_key_name(name): key.hex() for name, key in found.items()} | {PAPER_KEYRING: listed}


def render(*, empty: bool = False) -> str:
    """The text of the file; with `empty` the example without secrets that the repository ships."""
    made = keys.fresh()
    values = {name: secrets.token_urlsafe(24).replace("-", "x").replace("_", "y") for name in PASSWORDS}
    values |= tracking_keys(made) | audit_keys(made) | paper_keys(made)
    values |= {
        "MPP_PERSON_KEY": made.person,
        "MPP_DRAFT_KEY": made.drafts,
        "MPP_SESSION_KEY": made.sessions,
        SIGNING_KEY: made.signing,
        "MPP_TOKEN_PRIVATE_KEY": made.token_private,
        "MPP_TOKEN_PUBLIC_KEY": made.token_public,
    }
    lines = [f"{name}={'' if empty else value}" for name, value in values.items()]
    return _HEAD + "\n".join(lines) + "\n" + _TAIL


def values_of(written: str) -> dict[str, str]:
    """The variables of a `.env`."""
    return dict(line.split("=", 1) for line in written.splitlines() if "=" in line and not line.startswith("#"))


def missing_from(written: str) -> str:
    """What a newer version of the mall wants that this `.env` lacks: its lines with fresh secrets and defaults, or ``.

    Of the key that signed the checkpoints of all services its public half is left: enough to check what it has signed.
    """
    given, values = values_of(written), values_of(render())
    shared = Environment(given).key("MPP_AUDIT_KEY")
    if shared is not None:
        values["MPP_AUDIT_PUBLIC_KEY"] = Signer(shared).public.hex()
    listed = with_new_keys(given, values)
    lacks = {name: value for name, value in values.items() if not given.get(name) and (value or name not in given)}
    if listed != given.get(PAPER_KEYRING):
        lacks[PAPER_KEYRING] = listed  # of two lines of one name the last one counts
    return "".join(f"{name}={value}\n" for name, value in lacks.items())
