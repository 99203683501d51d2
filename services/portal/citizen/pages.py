"""The pages for everybody: services, where a case stands, is a paper real, and one's own case."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

from flask import Blueprint, Response, jsonify, redirect, render_template, request, session, url_for
from werkzeug.wrappers import Response as Answered

from services.portal import catalogue
from services.portal.api.client import Mall, Refusal
from services.portal.asking import asked
from services.portal.citizen import filing, own_case, own_papers
from services.portal.errors import Mistake
from services.portal.forms.places import suggestions
from services.portal.texts import text

blueprint = Blueprint("citizen", __name__)


@dataclass(frozen=True)
class Wanted:
    """What somebody looks for on the front page; an empty one is any."""

    letters: str
    agency: str
    event: str
    first: str

    @classmethod
    def of_request(cls) -> Wanted:
        """What stands in the address."""
        given = request.args
        return cls(
            given.get("cari", "").strip()[:80], given.get("instansi", "")[:64], given.get("peristiwa", "")[:32],
            given.get("huruf", "")[:1].upper(),
        )  # fmt: skip

    def __bool__(self) -> bool:
        return any((self.letters, self.agency, self.event, self.first))


Page = str | Answered | tuple[str, int] | tuple[str, int, dict[str, str]]
_NO_CODE = re.compile(r"[^0-9A-Za-z]")
_FOUND_OUT = {404: "unknown", 429: "often", 422: "unknown", 403: "unknown", 400: "unknown"}


@blueprint.get("/")
def front() -> Page:
    """What can I do here? Found by what happened, by letters, from A to Z and by agency; each address may be shared."""
    wanted = Wanted.of_request()
    services, events = catalogue.everything(asked()), catalogue.life_events(asked())
    found = [each for each in services if each.fits(wanted.letters, wanted.agency, wanted.event, wanted.first)]
    agencies = sorted({(each.owner, each.owner_name) for each in services}, key=lambda pair: pair[1])
    happening = [(code, words, sum(code in each.life_events for each in services)) for code, words in events]
    return render_template(
        "front.html", services=found, agencies=agencies, wanted=wanted,
        events=[(code, words, count) for code, words, count in happening if count],
        alphabet=sorted({each.letter for each in services}),
    )  # fmt: skip


@blueprint.get("/layanan/<code>")
def service(code: str) -> Page:
    """One service: its six components, papers to bring, and what the form will ask."""
    found = catalogue.one(asked().mall, code)
    owner = catalogue.office_name(asked(), found["owner"])
    page = "service.html" if catalogue.served_here(found) else "linked.html"
    return render_template(page, service=found, owner=owner)


@blueprint.get("/lacak")
def track() -> Page:
    """Where is my case? By the code on the receipt."""
    code = _NO_CODE.sub("", request.args.get("kode", ""))[:20]
    if code:
        return redirect(url_for("citizen.tracked", code=code), 303)
    return render_template("track.html", code="", mistakes=_missing("kode") if "kode" in request.args else [])


@blueprint.get("/lacak/<code>")
def tracked(code: str) -> Page:
    """The page behind the address on a receipt: no personal data."""
    try:
        found = asked().mall.get(f"/track/{_part(code)}").body
    except Refusal as refusal:
        if refusal.status not in _FOUND_OUT:
            raise
        mistakes = [Mistake("kode", text(f"track.{_FOUND_OUT[refusal.status]}", asked().language))]
        headers = {"Retry-After": refusal.retry_after} if refusal.retry_after else {}
        return render_template("track.html", code=code, mistakes=mistakes), refusal.status, headers
    return render_template("tracked.html", case=found)


@blueprint.get("/periksa")
def check() -> Page:
    """Is this paper real? The page that its QR code opens, for who types the code."""
    code = _NO_CODE.sub("", request.args.get("kode", ""))[:64]
    if code:
        return redirect(f"/v/{code}?lang={asked().language}", 303)
    return render_template("check.html", mistakes=_missing("kode") if "kode" in request.args else [])


@blueprint.route("/berkas", methods=["GET", "POST"])
def own() -> Page:
    """One's own case, by code and secret. Both go in the body, and from there into the sealed cookie."""
    if request.method == "GET":
        return (
            redirect(url_for("citizen.case"), 303)
            if "case" in session
            else render_template("own.html", code="", mistakes=[])
        )
    code = _NO_CODE.sub("", request.form.get("kode", ""))[:20].upper()
    secret = _NO_CODE.sub("", request.form.get("rahasia", ""))[:40].upper()
    mistakes = [*(_missing("kode") if not code else []), *(_missing("rahasia") if not secret else [])]
    if mistakes:
        return render_template("own.html", code=code, mistakes=mistakes), 422
    try:
        known = asked().mall.get(f"/track/{code}").body
        collection = asked().mall.get(f"/services/{known['service']['code']}").body["collection"]
        address = f"/{collection}/{code}" if known.get("online") is None else f"/{collection}/online/{code}"
        _secret_mall().get(address, secret=secret)
    except Refusal as refusal:
        if refusal.status not in (400, 401, *_FOUND_OUT):
            raise
        key = "own.often" if refusal.status == 429 else "own.wrong"  # noqa: PLR2004
        return render_template("own.html", code=code, mistakes=[Mistake("kode", text(key, asked().language))]), 422
    session.clear()  # whoever was here before on this PC is gone
    session["case"] = {"collection": collection, "code": code, "secret": secret}
    return redirect(url_for("citizen.case"), 303)


@blueprint.get("/berkas/saya")
def case() -> Page:
    """Where it stands, what is next, whom it waits for, and its papers."""
    known = session.get("case")
    if known is None:
        return redirect(url_for("citizen.own"), 303)
    session.pop("filed", None)  # code and secret are written down
    try:
        return own_case.show(_secret_mall(), known)
    except Refusal as refusal:
        if refusal.status != 404:  # noqa: PLR2004
            raise
        return filing.waiting(_secret_mall(), known)  # no clerk has accepted it yet


@blueprint.post("/berkas/tindakan")
def act() -> Page:
    """What the applicant may do: complete, reply, object, withdraw."""
    known = session.get("case")
    return redirect(url_for("citizen.own"), 303) if known is None else own_case.act(_secret_mall(), known)


@blueprint.get("/arti-tanda-terima")
def meaning() -> Page:
    """What a receipt says, in plain words, to be read aloud."""
    return render_template("meaning.html")


@blueprint.route("/ajukan/<code>", methods=["GET", "POST"])
def file(code: str) -> Page:
    """A new filing, where the catalogue lets its applicant file alone."""
    if asked().token is not None:  # who is signed in files at the counter
        return redirect(url_for("clerk.register", code=_part(code)), 303)
    return filing.file(_secret_mall(), code)


@blueprint.get("/saran/<kind>")
def suggest(kind: str) -> Page:
    """Places or offices by a few letters, for the script of every form."""
    wanted, office_kind = request.args.get("q", "")[:60], request.args.get("kind")
    found = suggestions(asked(), "region" if kind == "region" else "office", wanted, office_kind)
    return jsonify({"items": found})


@blueprint.get("/berkas/baru")
def filed() -> Page:
    """Code and secret of what was filed a moment ago."""
    return filing.filed()


@blueprint.post("/berkas/tarik")
def withdraw_filing() -> Page:
    """One's own filing, before a clerk has accepted it."""
    known = session.get("case")
    return redirect(url_for("citizen.own"), 303) if known is None else filing.withdraw(_secret_mall(), known)


@blueprint.route("/berkas/perbaiki", methods=["GET", "POST"])
def correct_filing() -> Page:
    """The same, corrected."""
    known = session.get("case")
    return redirect(url_for("citizen.own"), 303) if known is None else filing.correct(_secret_mall(), known)


@blueprint.get("/berkas/tanda-terima.pdf")
def receipt() -> Page:
    """The receipt of one's own case."""
    return _file("/{collection}/{code}/receipt", "tanda-terima.pdf")


@blueprint.get("/berkas/surat/<paper>.pdf")
def paper(paper: str) -> Page:
    """A paper that was issued."""
    return _file(f"/papers/{_part(paper)}", "surat.pdf")


blueprint.add_url_rule("/berkas/dokumen", "papers", own_papers.show, methods=["GET"])
blueprint.add_url_rule("/berkas/dokumen/<document>", "document", own_papers.open_, methods=["GET"])
blueprint.add_url_rule("/berkas/dokumen/<document>/keluarkan", "take_out", own_papers.take_out, methods=["POST"])
blueprint.add_url_rule("/berkas/unggah/<requirement>", "take_paper", own_papers.take, methods=["POST"])


@blueprint.post("/berkas/tutup")
def close() -> Page:
    """Leave no trace on a shared telephone: the cookie ends, and the browser is asked to forget what it kept."""
    session.clear()
    response = redirect(url_for("citizen.front"), 303)
    response.headers["Clear-Site-Data"] = '"cache", "storage"'
    return response


def _file(address: str, name: str) -> Page:
    known = session.get("case")
    if known is None:
        return redirect(url_for("citizen.own"), 303)
    found = _secret_mall().file(address.format(**known), secret=known["secret"])
    return Response(
        found.body, content_type="application/pdf", headers={"Content-Disposition": f'attachment; filename="{name}"'}
    )


def _secret_mall() -> Mall:
    """As the citizen alone: whatever else the cookie holds opens nothing here."""
    return replace(asked().mall, token=None)


def _part(value: str) -> str:
    """One part of an address: whatever else somebody typed is no way out of it."""
    return re.sub(r"[^A-Za-z0-9._-]", "", value)[:64] or "-"


def _missing(name: str) -> list[Mistake]:
    return [Mistake(name, text(f"mistakes.{name}", asked().language))]
