"""The desk's theme speaks the reader's language too."""

from pathlib import Path

import pytest
import unfold
from django.contrib import admin
from django.contrib.admin.options import InlineModelAdmin
from django.contrib.admin.utils import flatten_fieldsets
from django.core.exceptions import FieldDoesNotExist
from django.utils import translation

from portal.admin_words import WORDS

THEME = Path(unfold.__file__).parent


@pytest.fixture(scope="module")
def theme():
    """All that the theme says, with the code around it."""
    files = [*THEME.rglob("*.py"), *THEME.rglob("*.html")]
    return "\n".join(file.read_text() for file in files)


def test_the_theme_says_each_word(theme):
    """Written a little otherwise, a word would stay English in silence."""
    assert [word for word in WORDS if word not in theme] == []


@pytest.mark.parametrize("language", ["de", "nl", "fr"])
def test_each_word_is_translated(language):
    with translation.override(language):
        same = [word for word in WORDS if translation.gettext(word) == word]

    # The one is German as well, the other French.
    assert same in ([], ["System"], ["Date"])


def shown(page, request):
    """The fields of the model that a page shows, and the tables inside it."""
    row = page.model()
    named = flatten_fieldsets(page.get_fieldsets(request, row))
    is_table = isinstance(page, InlineModelAdmin)
    columns = () if is_table else page.get_list_display(request)
    for name in {*named, *columns}:
        try:
            yield page.model._meta.get_field(name)
        except FieldDoesNotExist:  # a word of the page's own
            continue
    for inside in () if is_table else page.get_inlines(request, row):
        yield from shown(inside(page.model, admin.site), request)


@pytest.mark.django_db
def test_each_field_at_the_desk_is_called_by_a_word_that_is_translated(rf, stella):
    """A field that says no name is called by its attribute: FIELDS translates it."""
    request = rf.get("/admin/")
    request.user = stella
    fields = {
        field
        for model, page in admin.site._registry.items()
        if not model.__module__.startswith(("django", "allauth"))
        for field in shown(page, request)
    }

    assert [str(field) for field in fields if isinstance(field.verbose_name, str)] == []
    assert len(fields) > 100
