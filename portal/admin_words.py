"""Words of the desk that neither its theme, Django nor our models say in our languages.

Unfold brings no translations; what Django says too is translated there. A field without
a name of its own is called by its attribute, in English. Whoever sees English at the
desk adds the word here, as the theme or the attribute writes it.
"""

from django.apps import apps
from django.utils.translation import gettext_lazy, gettext_noop

WORDS = (
    gettext_noop("Add row"),
    gettext_noop("All applications"),
    gettext_noop("Apply Filters"),
    gettext_noop("Choose file to upload"),
    gettext_noop("Click to cancel"),
    gettext_noop("Click to download"),
    gettext_noop("Date"),
    gettext_noop("Expand row"),
    gettext_noop("False"),
    gettext_noop("Filters"),
    gettext_noop("General"),
    gettext_noop("Go back"),
    gettext_noop("Loading more results..."),
    gettext_noop("No data"),
    gettext_noop("No recent searches"),
    gettext_noop("No results found"),
    gettext_noop("No results matching your query"),
    gettext_noop("Recent searches"),
    gettext_noop("Record picture"),
    gettext_noop("Reset filters"),
    gettext_noop("Return to site"),
    gettext_noop("Run"),
    gettext_noop("Save and add another"),
    gettext_noop("Save and continue editing"),
    gettext_noop("Search apps and models..."),
    gettext_noop("Select action"),
    gettext_noop("Select action to run"),
    gettext_noop("Select all rows"),
    gettext_noop("Select record"),
    gettext_noop("Select value"),
    gettext_noop("Submit"),
    gettext_noop("System"),
    gettext_noop("This item will be deleted."),
    gettext_noop(
        "This page yielded into no results. Create a new item or reset your filters."
    ),
    gettext_noop("True"),
    gettext_noop("Type to search"),
)

FIELDS = (
    gettext_noop("about"),
    gettext_noop("activated by"),
    gettext_noop("actor id text"),
    gettext_noop("around the clock"),
    gettext_noop("at"),
    gettext_noop("company"),
    gettext_noop("deactivated by"),
    gettext_noop("environment"),
    gettext_noop("environments"),
    gettext_noop("followers"),
    gettext_noop("issued by"),
    gettext_noop("kind"),
    gettext_noop("last message by"),
    gettext_noop("license"),
    gettext_noop("made by"),
    gettext_noop("offered by"),
    gettext_noop("old starts at"),
    gettext_noop("planned by"),
    gettext_noop("resolution due at"),
    gettext_noop("resolution minutes"),
    gettext_noop("response due at"),
    gettext_noop("response minutes"),
    gettext_noop("service level"),
    gettext_noop("signed by"),
    gettext_noop("signing key"),
    gettext_noop("state"),
    gettext_noop("thing id"),
)


def translate_fields() -> None:
    """Migrations do not see it: they compare what a field was given."""
    for model in apps.get_models():
        for field in (*model._meta.local_fields, *model._meta.local_many_to_many):
            if isinstance(field.verbose_name, str) and field.verbose_name in FIELDS:
                field.verbose_name = gettext_lazy(field.verbose_name)
