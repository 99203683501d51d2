"""The slip on which whoever takes a paper signs or leaves a thumbprint; it is kept by the counter."""

from __future__ import annotations

from flask import render_template

from services.portal.asking import asked
from services.portal.clerk.addresses import address_of
from services.portal.clerk.registering import address_to_follow
from services.portal.qr import qr_of


def slip(collection: str, case: str) -> str:
    """The slip to print, with the code and the QR of the case, and the papers that are handed over."""
    found = asked().mall.get(address_of(collection, case)).body
    address = address_to_follow(found["tracking_code"])
    papers = [each for each in found["papers"] if each["status"] == "issued"]
    return render_template("slip.html", case=found, papers=papers, qr=qr_of(address))
