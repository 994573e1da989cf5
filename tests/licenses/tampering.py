"""What a forger might try first."""

from collections.abc import Iterator
from typing import TypeVar

Text = TypeVar("Text", str, bytes)


def one_bit_away(text: Text) -> Iterator[Text]:
    """The same, with each single bit of each byte flipped in turn."""
    raw = bytearray(text.encode() if isinstance(text, str) else text)
    for place in range(len(raw)):
        for bit in range(8):
            raw[place] ^= 1 << bit
            yield raw.decode("latin-1") if isinstance(text, str) else bytes(raw)
            raw[place] ^= 1 << bit
