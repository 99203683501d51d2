"""The receipt (tanda terima) that the clerk prints: Indonesian, with English beside it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import tzinfo

from markupsafe import Markup

from mpp.cases.interface.receipts import Bilingual, Contact, LevyOwed, Questions, Receipt
from mpp.web.pages import page
from mpp.web.routing import HttpResponse
from services.gateway.api.routes.cases import words
from services.gateway.api.routes.cases.words import NOTHING, Row, both, said

_FOOT = said(
    "Jangan berikan kode rahasia kepada siapa pun. Kode rahasia hilang? Datanglah ke loket dengan KTP Anda.",
    "Give the secret to nobody. Lost it? Come to a counter with your identity card.",
)


def receipt_page(
    receipt: Receipt, address: str, zone: tzinfo, secret: str | None, questions: str | None
) -> HttpResponse:
    """The page to print, in local time; every value is escaped. `address` is where the citizen follows the case;
    `secret` is printed where it is given, and `questions`, where nine questions about the case are asked."""
    found: list[Row] = [
        ("Kode pelacakan", "Tracking code", _code(receipt.tracking_code)),
        *([("Kode rahasia", "Secret", _code(secret))] if secret else []),
        ("Layanan", "Service", both(receipt.service_name)),
        ("Diterima di", "Received at", receipt.office_name or "-"),
        ("Diterima pada", "Received on", words.moment(receipt.submitted_at, zone)),
        ("Dijanjikan selesai", "Promised by", words.promised(receipt.promise, receipt.calendar_complete, zone)),
        *([("Waktu Anda", "Your time", words.window(receipt.window, zone))] if receipt.window else []),
        ("Biaya", "Fee", _fee(receipt)),
        *([("Retribusi (SKRD)", "Levy (SKRD)", _levy(receipt.levy, zone))] if receipt.levy else []),
        ("Lacak di", "Follow it at", Markup('<a href="{0}">{0}</a>').format(address)),
        *([("Hubungi", "Whom to call", _contacts(receipt.contacts))] if receipt.contacts else []),
        *([("Pengaduan", "Complaints", both(receipt.how_to_complain))] if receipt.how_to_complain else []),
        *(
            [("Nilai layanan ini", "Rate this service", _asked(receipt.questions, questions))]
            if receipt.questions and questions
            else []
        ),
    ]
    body = Markup("<h1>Tanda Terima <small>Receipt</small></h1>{}{}{}<p class='foot'>{}</p>").format(
        words.rows(found), _listed(receipt.received, "Sudah diterima", "Received"), _missing(receipt.missing), _FOOT
    )
    return page("Tanda Terima", body, cache="private, no-store")


def _code(text: str) -> Markup:
    return Markup("<strong class='code'>{}</strong>").format(text)


def _fee(receipt: Receipt) -> Markup | str:
    amount = receipt.fee
    if amount:
        return words.rupiah(amount)
    if amount == 0:
        return said("Tidak dipungut biaya", "Free of charge")
    return both(receipt.fee_words) if receipt.fee_words else "-"


def _levy(levy: LevyOwed, zone: tzinfo) -> Markup:
    lines: list[Markup] = []
    if levy.number is not None and levy.amount is not None:
        amount, paid = words.rupiah(levy.amount), words.rupiah(levy.paid)
        lines.append(Markup("{}, {}").format(levy.number, amount))
        if levy.paid >= levy.amount:
            at = words.moment(levy.paid_at, zone)
            lines.append(said(f"Lunas: {paid} dibayar pada {at}.", f"Paid in full: {paid} on {at}."))
        else:
            by = words.day(levy.due_on)
            lines.append(said(f"Sudah dibayar {paid}. Bayar paling lambat {by}.", f"Paid so far {paid}. Pay by {by}."))
    if levy.unapplied:
        money = words.rupiah(levy.unapplied)
        told = f"{money} sudah diterima dan masih diperiksa petugas."
        lines.append(said(told, f"{money} was received; the office still has to see to it."))
    return Markup("<br>").join(lines)


def _contacts(contacts: Sequence[Contact]) -> Markup:
    lines = [Markup("{}").format(each.name + (f", {each.phone}" if each.phone else "")) for each in contacts]
    return Markup("<br>").join(lines)


def _asked(questions: Questions, address: str) -> Markup:
    by = words.day(questions.ends_on)
    told = said(f"Tanpa nama, satu kali, sampai {by}.", f"Without your name, once, until {by}.")
    return Markup('<a href="{0}">{0}</a><br>{1}').format(address, told)


def _missing(names: Sequence[Bilingual]) -> Markup:
    if not names:
        return Markup("<p>{}</p>").format(said("Berkas lengkap.", "The file is complete."))
    return _listed(names, "Masih kurang", "Still missing")


def _listed(names: Sequence[Bilingual], title_id: str, title_en: str) -> Markup:
    if not names:
        return NOTHING
    items = NOTHING.join(Markup("<li>{}</li>").format(both(name)) for name in names)
    return Markup("<h2>{} <small>{}</small></h2><ul>{}</ul>").format(title_id, title_en, items)
