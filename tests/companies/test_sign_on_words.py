"""The form about the provider speaks the language of whoever fills it in."""

from django.utils import translation

from companies.sign_on_forms import SAMPLE, ProviderForm


def test_the_hint_for_the_issuer_is_said_when_it_is_shown():
    with translation.override("de"):
        hint = str(ProviderForm.base_fields["issuer"].help_text)

    assert hint == f"Wie Ihr Anbieter ihn nennt, zum Beispiel {SAMPLE}"
