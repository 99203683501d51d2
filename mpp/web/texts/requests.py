"""What is said of a request that cannot be read, by the code of `Refused`: before anybody looks at what it wants."""

from __future__ import annotations

from typing import NamedTuple


class ProblemText(NamedTuple):
    """Title and detail, Indonesian then English."""

    title_id: str
    detail_id: str
    title_en: str
    detail_en: str


P = ProblemText

REQUESTS: dict[str, ProblemText] = {
    "body_invalid": P(
        "Isi permintaan salah", "Isi permintaan harus objek JSON.",
        "Invalid body", "The body must be a JSON object.",
    ),
    "body_missing": P(
        "Isi permintaan kosong", "Permintaan ini memerlukan isi.",
        "Empty body", "This request needs a body.",
    ),
    "body_too_deep": P(
        "Isi terlalu dalam", "Isi permintaan boleh bertingkat paling banyak {max}.",
        "Body nested too deeply", "The body may be nested at most {max} levels.",
    ),
    "body_too_large": P(
        "Isi terlalu besar", "Isi permintaan paling banyak {max} byte.",
        "Body too large", "The body may have at most {max} bytes.",
    ),
    "content_type_unsupported": P(
        "Jenis isi tidak didukung", "Kirim isi sebagai {expected}.",
        "Content type not supported", "Send the body as {expected}.",
    ),
    "cursor_malformed": P(
        "Penanda halaman salah", "Pakai penanda halaman (cursor) persis seperti yang diterima.",
        "Malformed cursor", "Use the cursor exactly as it was received.",
    ),
    "form_malformed": P(
        "Formulir tidak terbaca", "Kirim setiap isian satu kali, sebagai application/x-www-form-urlencoded.",
        "Malformed form", "Send each field once, as application/x-www-form-urlencoded.",
    ),
    "header_malformed": P(
        "Kepala permintaan salah", "Satu kepala (header) permintaan tidak dapat dibaca.",
        "Malformed header", "A header of the request cannot be read.",
    ),
    "headers_too_large": P(
        "Kepala permintaan terlalu besar", "Baris atau jumlah kepala (header) permintaan terlalu besar.",
        "Headers too large", "A header line, or all of them together, are too large.",
    ),
    "idempotency_key_malformed": P(
        "Idempotency-Key salah", "Idempotency-Key terdiri atas 1 sampai 128 huruf, angka atau tanda ASCII tanpa spasi.",
        "Malformed Idempotency-Key", "An Idempotency-Key is 1 to 128 visible ASCII characters without spaces.",
    ),
    "idempotency_key_missing": P(
        "Idempotency-Key tidak ada", "Setiap perubahan memerlukan kepala Idempotency-Key, agar aman diulang.",
        "Idempotency-Key missing", "Every change needs an Idempotency-Key header, so that it is safe to repeat.",
    ),
    "idempotency_key_reused": P(
        "Idempotency-Key sudah dipakai", "Kunci ini sudah dipakai untuk permintaan lain. Pakai kunci baru.",
        "Idempotency-Key used before", "This key was used for another request. Use a new key.",
    ),
    "if_match_malformed": P(
        "If-Match salah", "Kirim If-Match dengan satu ETag persis seperti yang diterima.",
        "Malformed If-Match", "Send If-Match with one ETag exactly as it was received.",
    ),
    "if_match_missing": P(
        "If-Match tidak ada", "Perubahan memerlukan kepala If-Match dengan ETag berkas yang Anda lihat.",
        "If-Match missing", "A change needs an If-Match header with the ETag of the case that you saw.",
    ),
    "json_malformed": P(
        "JSON tidak terbaca", "Isi permintaan bukan JSON yang sah; periksa sekitar karakter ke-{position}.",
        "Malformed JSON", "The body is not valid JSON; look around character {position}.",
    ),
    "http_version_unsupported": P(
        "Versi HTTP tidak didukung", "Mal ini berbicara HTTP/1.1.",
        "HTTP version not supported", "This mall speaks HTTP/1.1.",
    ),
    "length_required": P(
        "Panjang isi harus disebut", "Kirim isi dengan Content-Length; isi terpotong (chunked) tidak diterima.",
        "Length required", "Send the body with a Content-Length; chunked bodies are not accepted.",
    ),
    "method_not_allowed": P(
        "Cara ini tidak berlaku di sini", "Alamat ini hanya menerima: {allow}.",
        "Method not allowed", "This address accepts only: {allow}.",
    ),
    "multipart_malformed": P(
        "Formulir unggahan tidak terbaca",
        "Kirim satu berkas dalam isian `file` sebagai multipart/form-data, dengan pembatas (boundary) yang benar "
        "sampai akhir.",
        "Malformed upload form",
        "Send one file in the field `file` as multipart/form-data, with a right boundary up to its end.",
    ),
    "query_invalid": P(
        "Parameter salah", "Perbaiki parameter yang disebut.",
        "Invalid parameters", "Correct the parameters named here.",
    ),
    "request_malformed": P(
        "Permintaan tidak terbaca", "Permintaan ini bukan HTTP yang sah.",
        "Malformed request", "This request is not valid HTTP.",
    ),
    "request_timeout": P(
        "Permintaan terlalu lambat", "Permintaan tidak tiba lengkap pada waktunya.",
        "Request timed out", "The request did not arrive completely in time.",
    ),
    "too_many_connections": P(
        "Terlalu banyak sambungan", "Semua sambungan sedang terpakai. Coba lagi sebentar lagi.",
        "Too many connections", "All connections are in use. Try again in a moment.",
    ),
    "upload_cut_off": P(
        "Unggahan terputus", "Berkas tidak sampai seluruhnya. Tidak ada yang tersimpan; ulangi.",
        "Upload cut off", "The file did not arrive whole. Nothing was stored; repeat.",
    ),
    "uri_too_long": P(
        "Alamat terlalu panjang", "Alamat permintaan terlalu panjang.",
        "Address too long", "The address of the request is too long.",
    ),
}  # fmt: skip
