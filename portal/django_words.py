"""Words of Django on our pages that Django does not say in all of our languages."""

from django.utils.translation import ngettext_lazy

WORDS = (
    ngettext_lazy(
        "This password is too short. It must contain at least %d character.",
        "This password is too short. It must contain at least %d characters.",
    ),
)
