"""The 38 provinces of Kepmendagri 300.2.2-2430/2025: what can be said of a region code without the whole list."""

_ASSIGNED = (range(11, 20), (21,), range(31, 37), range(51, 54), range(61, 66), range(71, 77), (81, 82), range(91, 97))
PROVINCES = frozenset(str(code) for codes in _ASSIGNED for code in codes)


def region_plausible(code: str) -> bool:
    """False for a dotted district code whose province, kabupaten/kota or district number cannot be assigned."""
    province, regency, district = code.split(".")
    return province in PROVINCES and regency != "00" and district != "00"
