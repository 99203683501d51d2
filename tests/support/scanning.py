"""Reading a page as a telephone does: a printed sheet, photographed at an angle and not quite sharp."""

from __future__ import annotations

import zxingcpp
from PIL import Image, ImageFilter

DPI = 150


def read_back(sheet: Image.Image, degrees: float = 7.0, blur: float = 1.0) -> list[str]:
    """What the codes on a sheet (rendered at 150 dpi) say, when it is turned and blurred by so much (pixels)."""
    grey = sheet.convert("L")
    seen = grey.rotate(degrees, resample=Image.Resampling.BICUBIC, expand=True, fillcolor=255)
    return [found.text for found in zxingcpp.read_barcodes(seen.filter(ImageFilter.GaussianBlur(blur)))]
