"""A QR code as one SVG path: no picture to load, no style, nothing to allow."""

from __future__ import annotations

from dataclasses import dataclass

from qrcode import QRCode
from qrcode.constants import ERROR_CORRECT_M

QUIET = 4  # white modules around the code; cameras need them
LONGEST = 2331  # bytes at this level of correction


@dataclass(frozen=True)
class Drawing:
    """Modules from edge to edge, and the dark ones as an SVG path of runs."""

    size: int
    path: str


def fits(text: str) -> bool:
    """Whether it can be drawn, and photographed from a screen."""
    return len(text.encode()) <= LONGEST


def draw(text: str) -> Drawing:
    code = QRCode(error_correction=ERROR_CORRECT_M, border=QUIET)
    code.add_data(text)
    rows = code.get_matrix()
    runs = (run for y, row in enumerate(rows) for run in _runs(y, row))
    return Drawing(size=len(rows), path="".join(runs))


def _runs(y: int, row: list[bool]) -> list[str]:
    """Neighbouring dark modules as one rectangle, one module high."""
    found = []
    x = 0
    while x < len(row):
        start = x
        while x < len(row) and row[x]:
            x += 1
        if x > start:
            found.append(f"M{start} {y}h{x - start}v1h-{x - start}z")
        x += 1
    return found
