"""The ledger of counts, as a table that a person can read."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping

from tests.chaos.checker import Report

_MUST_BE_ZERO = ("lost", "duplicated", "unexpected")


def table(report: Report, blows: Mapping[str, int], errors: Mapping[str, int]) -> str:
    """Counts, then what must be zero, then the first findings of each kind."""
    lines = ["", "What was done to it:"]
    lines += [f"  {name:<34}{count:>8}" for name, count in sorted(blows.items())]
    lines.append("What there is:")
    lines += [f"  {name:<34}{count:>8}" for name, count in report.counts.items()]
    lines.append("What must be zero:")
    kinds = Counter(finding.promise for finding in report.findings)
    for name in _MUST_BE_ZERO:
        lines.append(f"  {name:<34}{kinds.pop(name, 0):>8}")
    lines.append(f"  {'other broken promises':<34}{sum(kinds.values()):>8}")
    lines.append(f"  {'server errors (5xx other than 503)':<34}{sum(errors.values()):>8}")
    shown: Counter[str] = Counter()
    for finding in report.findings:
        shown[finding.promise] += 1
        if shown[finding.promise] <= 5:  # noqa: PLR2004 - enough to start looking
            lines.append(f"  BROKEN  {finding.promise}: {finding.where}")
    lines += [f"  ERROR   {code}: {count} times" for code, count in errors.items()]
    return "\n".join(lines)
