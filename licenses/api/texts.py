"""What clients may send as text: no database takes all that JSON can say."""

from __future__ import annotations

import json
import re
from typing import Any

# In JSON text: a zero byte, which an escaped backslash before it would not make one.
ZERO = re.compile(r"(?<!\\)(?:\\\\)*\\u0000")


def is_text(value: Any) -> bool:
    """A string of whole characters, without the zero byte."""
    return isinstance(value, str) and "\0" not in value and _is_encodable(value)


def is_storable(value: dict[str, Any], longest: int) -> bool:
    """Whether an object of JSON can be kept as it is: not longer than so many bytes."""
    try:
        written = json.dumps(value, ensure_ascii=False, allow_nan=False)
    except ValueError:
        return False
    is_short = _is_encodable(written) and len(written.encode()) <= longest
    return is_short and not ZERO.search(written)


def _is_encodable(text: str) -> bool:
    try:
        text.encode()
    except UnicodeEncodeError:  # half of a pair
        return False
    return True
