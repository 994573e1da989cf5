"""Two rates beside each other, from rounds that were taken in turns."""

from __future__ import annotations

import statistics
from collections.abc import Sequence
from typing import Any


def beside(
    ours: Sequence[float], limits: Sequence[float], limit: str
) -> dict[str, Any]:
    """Medians of both, the limit under its name, and our share of it by round."""
    shares = [our / other for our, other in zip(ours, limits, strict=True)]
    return {
        "ours": round(statistics.median(ours)),
        limit: round(statistics.median(limits)),
        "share": round(statistics.median(shares), 2),
        "shares": [round(share, 2) for share in shares],
    }
