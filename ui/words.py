"""Labels in the grammar of whoever reads."""

from django.utils.translation import get_language

CAPITAL_NOUNS = "de"


def inside(label: object) -> str:
    """A label in the middle of a sentence: small, but in German."""
    text = str(label)
    if (get_language() or "").startswith(CAPITAL_NOUNS):
        return text
    return text[:1].lower() + text[1:]
