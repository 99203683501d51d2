"""The hand-written table of the permit types with longer ways: questions, visits, levies, initials, objections."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from tests.integration.jurisdiction_table import ALL, BOTH, Deed, Station, Way, deed, station
from tests.support.desks import SIP_DATA
from tests.support.permit_walks import HANDED_OVER

VISIT = {"visit_on": "2027-03-01", "team": "Tim teknis"}
RECORD = {"visited_on": "2026-11-20", "bap_number": "BAP/1", "findings": "sesuai", "result": "fits"}
LEVY = {"amount": 1000, "basis": "perda"}
PROOF = {"paid_on": "2026-11-20", "receipt_number": "1"}
SITE = {"site_address": "Jalan Contoh 1", "site_region": "35.15.14.2013"}


def ticked(papers: str) -> dict[str, bool]:
    return dict.fromkeys(papers.split(), True)


def way(
    owner: str,
    agency: str,
    form: Callable[[int], dict[str, Any]],
    papers: str,
    correction: dict[str, Any],
    *,
    signer: str = "signer@owner",
    decides: str = "signer@owner",
    to_sign: str = "verify recommend",
    met: str = ALL,
    stations: dict[str, Station],
    deeds: dict[str, Deed],
    brief: bool = True,
    without: tuple[str, ...] = (),
) -> Way:
    """What all of them share.

    `to_sign` is the way to the signature, `met` whom the case has met by then; `decides` is who decided, and hears an
    objection; an appeal is the superior's. `without` are steps that it does not have.
    """
    brought = ticked(papers)
    reject = f"{to_sign} reject".strip()
    shared = {
        "incomplete": station("", "origin", "clerk@origin"),
        "submitted": station("", BOTH, "verifier@owner"),
        "returned": station("return", BOTH, "clerk@origin"),
        "issued": station(f"{to_sign} sign" if to_sign else "issue", met, "clerk@origin"),
        "handed_over": station(f"{to_sign} sign hand_over" if to_sign else "issue hand_over", met, ""),
        "rejected": station(reject, met, "clerk@origin"),
        "objection": station(f"{reject} object", met, decides),
        "dismissed": station(f"{reject} object dismiss_objection", met, "clerk@origin"),
        "appeal": station(f"{reject} object dismiss_objection appeal", f"{met} top", "supervisor@top"),
        "objection_granted": station(f"{reject} object uphold_objection", met, decides),
        "refused": station(f"{reject} object dismiss_objection appeal dismiss_appeal", f"{met} top", ""),
    }
    steps = {
        "complete": deed("incomplete returned", "clerk|applicant@origin", requirements=brought),
        "return": deed("submitted", "verifier@owner"),
        "hand_over": deed("issued", "clerk@origin", **HANDED_OVER),
        "post": deed("issued", "clerk@origin", tracking_number="RESI"),
        "download": deed("issued", "applicant@"),
        "object": deed("rejected", "clerk|applicant@origin"),
        "close_refusal": deed("rejected dismissed", "system@"),
        "uphold_objection": deed("objection", decides),
        "dismiss_objection": deed("objection", decides),
        "grant_objection": deed("objection", "system@"),
        "appeal": deed("dismissed", "clerk|applicant@origin"),
        "uphold_appeal": deed("appeal", "supervisor@top"),
        "dismiss_appeal": deed("appeal", "supervisor@top"),
        "grant_appeal": deed("appeal", "system@"),
        "carry_out": deed("objection_granted", decides),
    }
    for name in without:
        del steps[name]
    if to_sign:
        shared["signing"] = station(to_sign, met, signer)
        steps["sign"] = deed("signing", signer)
    return Way(
        owner=owner,
        agency=agency,
        opening=lambda n: {**form(n), "requirements": brought},
        correction=correction,
        stations={**shared, **stations},
        deeds={**steps, **deeds},
        final=frozenset({"handed_over", "refused"}),
        decided=frozenset(
            {"issued", "deemed_granted", "rejected", "objection", "dismissed", "appeal", "objection_granted"}
        ),
        brief=brief,
    )


CHECKED = {"verify": deed("submitted", "verifier@owner")}
ONE_AGENCY = {
    **CHECKED,
    "recommend": deed("recommendation", "officer@agency"),
    "refuse_recommendation": deed("recommendation", "officer@agency"),
    "ask": deed("recommendation", "officer@agency"),
    "clarify": deed("clarification", "clerk|applicant@origin"),
    "reject": deed("signing rejection", "signer@owner"),
}
AT_THE_AGENCY = {
    "recommendation": station("verify", ALL, "officer@agency"),
    "clarification": station("verify ask", ALL, "clerk@origin"),
    "rejection": station("verify refuse_recommendation", ALL, "signer@owner"),
}
DEEMED = {"deemed_granted": station("DEEMED", BOTH, "signer@owner")}
CONFIRM = {"confirm_deemed": deed("deemed_granted", "signer@owner")}
INITIALS = {
    "initial_section": deed("initials_section", "officer@owner"),
    "initial_division": deed("initials_division", "supervisor@owner"),
    "return_draft": deed("initials_division", "supervisor@owner"),
}


def initialled(before: str) -> dict[str, Station]:
    return {
        "initials_section": station(before, ALL, "officer@owner"),
        "initials_division": station(f"{before} initial_section", ALL, "supervisor@owner"),
    }


ROUTE = {"plate": "W 1 AB", "route": "Sidoarjo - Sukodono"}
THREE = "verify recommend_tax recommend_order recommend_space"
LEVIED = "verify schedule_visit record_visit recommend"
PAID = f"{LEVIED} assess submit_proof confirm_payment"

PERMIT_WAYS = {
    "PRZ-SIP-DR": way(
        "dpmptsp", "dinkes", lambda n: {**SIP_DATA, "practice_name": f"Klinik {n}"},  # one licence for each place
        "str practice_place identity", {"practice_name": "Klinik Lain"},
        stations={**AT_THE_AGENCY, **DEEMED}, deeds={**ONE_AGENCY, **CONFIRM}, brief=False,
    ),
    "PRZ-SIP-NK": way(
        "dpmptsp", "dinkes",
        lambda n: {"kind": "new", "profession": "nurse", "str_number": "STR", "practice_name": f"Klinik {n}",
                   "practice_address": "Jalan", "practice_region": "35.15.14.2013"},
        "diploma str practice_place identity health_letter photo", {"practice_name": "Klinik Lain"},
        stations={**AT_THE_AGENCY, **DEEMED}, deeds={**ONE_AGENCY, **CONFIRM},
    ),
    "PRZ-KRK": way(
        "dpmptsp", "dpupr", lambda n: {"kind": "new", **SITE, "land_area": 100, "purpose": "rumah"},
        "land_proof identity location_map", {"purpose": "toko"},
        stations={**AT_THE_AGENCY, **DEEMED}, deeds={**ONE_AGENCY, **CONFIRM},
    ),
    "PRZ-PNL": way(
        "kesbangpol", "dinkes",
        lambda n: {"kind": "new", "researcher": "individual", "title": "Judul", "research_region": "35.15.14.2013",
                   "starts_on": "2026-12-01", "ends_on": "2027-01-31"},
        "application_letter proposal identity obey_statement photos", {"title": "Judul lain"},
        to_sign="verify", met=BOTH, stations=DEEMED,
        deeds={**CHECKED, **CONFIRM, "reject_file": deed("submitted", "verifier@owner"),
               "reject": deed("signing", "signer@owner")},
    ),
    "NAK-AK1": way(
        "disnaker", "dinkes", lambda n: {"kind": "new", "education": "senior", "occupation": "perawat"},
        "identity diploma photo", {"occupation": "guru"},
        decides="verifier@owner", to_sign="", met=BOTH, stations={},
        deeds={"issue": deed("submitted", "verifier@owner"), "reject": deed("submitted", "verifier@owner")},
    ),
    "PRZ-TRY": way(
        "dpmptsp", "dishub", lambda n: {"kind": "new", **ROUTE, "depot_region": "35.15.14.2013"},
        "identity stnk kir business depot", {"plate": "W 2 AB"},
        to_sign="verify recommend initial_section initial_division",
        stations={**AT_THE_AGENCY, **initialled("verify recommend")}, deeds={**ONE_AGENCY, **INITIALS},
    ),
    "PRZ-KP": way(
        "dishub", "dinkes", lambda n: {"kind": "new", **ROUTE, "vehicle_class": "mpu"},
        "route_permit stnk stuk", {"plate": "W 2 AB"},
        to_sign="verify", met=BOTH, stations={},
        deeds={**CHECKED, "reject_file": deed("submitted", "verifier@owner"),
               "reject": deed("signing", "signer@owner")},
    ),
    "PRZ-RKL": way(
        "dpmptsp", "bapenda", lambda n: {"kind": "new", "size": "small", "text": "Toko", **SITE},
        "identity land_consent nib npwpd site_photo design tax_paid", {"text": "Warung"},
        to_sign=f"{THREE} initial_section initial_division",
        stations={
            "recommendation": station("verify", ALL, "officer@agency"),
            "rejection": station("verify refuse_recommendation_tax recommend_order recommend_space", ALL,
                                 "signer@owner"),
            **initialled(THREE), **DEEMED,
        },
        deeds={
            **CHECKED, **INITIALS, **CONFIRM, "reject": deed("signing rejection", "signer@owner"),
            "recommend_tax": deed("recommendation", "officer@agency"),
            "refuse_recommendation_tax": deed("recommendation", "officer@agency"),
            "recommend_order": deed("recommendation", "officer@satpol-pp"),
            "refuse_recommendation_order": deed("recommendation", "officer@satpol-pp"),
            "recommend_space": deed("recommendation", "officer@dpupr"),
            "refuse_recommendation_space": deed("recommendation", "officer@dpupr"),
        },
    ),
    "PRZ-PBG": way(
        "dpmptsp", "dpupr",
        lambda n: {"kind": "new", "track": "standard", "land": "owned", "function": "rumah", "floor_area": 200, **SITE},
        "identity land_proof no_dispute pbb krk environment plans structure", {"function": "toko"},
        to_sign=f"{PAID} initial_section initial_division", without=("carry_out",),
        stations={
            "objection_granted": station(f"{PAID} initial_section initial_division reject object uphold_objection",
                                         ALL, "officer@agency"),
            "visit_planning": station("verify", ALL, "officer@agency"),
            "visit": station("verify schedule_visit", ALL, "officer@agency"),
            "recommendation": station("verify schedule_visit record_visit", ALL, "officer@agency"),
            "clarification": station("verify schedule_visit record_visit ask", ALL, "clerk@origin"),
            "rejection": station("verify schedule_visit record_visit refuse_recommendation", ALL, "signer@owner"),
            "assessment": station(LEVIED, ALL, "officer@agency"),
            "payment": station(f"{LEVIED} assess", ALL, "clerk@origin"),
            "payment_check": station(f"{LEVIED} assess submit_proof", ALL, "verifier@owner"),
            **initialled(PAID),
        },
        deeds={
            **ONE_AGENCY, **INITIALS,
            "verify_simple": deed("", "verifier@owner"),  # no case of the standard track may take it
            "schedule_visit": deed("visit_planning", "officer@agency", **VISIT),
            "record_visit": deed("visit", "officer@agency", **RECORD),
            "reschedule_visit": deed("visit", "officer@agency"),
            "assess": deed("assessment objection_granted", "officer@agency", **LEVY),
            "keep_levy": deed("objection_granted", "officer@agency"),
            "pay": deed("payment payment_check", "bank@"),
            "submit_proof": deed("payment", "clerk|applicant@origin", **PROOF),
            "confirm_payment": deed("payment_check", "verifier@owner"),
            "refuse_proof": deed("payment_check", "verifier@owner"),
            "reassess": deed("payment", "verifier@owner"),
        },
    ),
}  # fmt: skip
