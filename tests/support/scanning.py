"""Reading a page as a telephone does: a printed sheet, photographed at an angle and not quite sharp."""

from __future__ import annotations

import zxingcpp
from PIL import Image, ImageFilter

DPI = 150


def read_back(sheet: Image.Image, degrees: float = 7.0, blur: float = 1.0) -> str:
    """What the one QR code on a sheet (rendered at 150 dpi) says, when it is turned and blurred by so much (pixels)."""
    grey = sheet.convert("L")
    seen = grey.rotate(degrees, resample=Image.Resampling.BICUBIC, expand=True, fillcolor=255)
    (found,) = zxingcpp.read_barcodes(seen.filter(ImageFilter.GaussianBlur(blur)))
    return found.text
