"""Small numbers as words: a title that counts reads better than a figure."""

from __future__ import annotations

from django.utils.formats import number_format
from django.utils.translation import pgettext_lazy

WORDS = (
    pgettext_lazy("number of things", "none"),
    pgettext_lazy("number of things", "one"),
    pgettext_lazy("number of things", "two"),
    pgettext_lazy("number of things", "three"),
    pgettext_lazy("number of things", "four"),
    pgettext_lazy("number of things", "five"),
    pgettext_lazy("number of things", "six"),
    pgettext_lazy("number of things", "seven"),
    pgettext_lazy("number of things", "eight"),
    pgettext_lazy("number of things", "nine"),
    pgettext_lazy("number of things", "ten"),
    pgettext_lazy("number of things", "eleven"),
    pgettext_lazy("number of things", "twelve"),
)


def in_words(number: int) -> str:
    """ "three"; figures from thirteen on."""
    return str(WORDS[number]) if number < len(WORDS) else number_format(number)
