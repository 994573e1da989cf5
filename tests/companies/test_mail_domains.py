"""Mail domains have one spelling."""

import pytest
from django.core.exceptions import ValidationError

from companies import mail_domains


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("acme.example", "acme.example"),
        (" @Acme.Example. ", "acme.example"),
        ("Müller.example", "xn--mller-kva.example"),
        ("xn--mller-kva.example", "xn--mller-kva.example"),
        ("mail.acme.co.uk", "mail.acme.co.uk"),
    ],
)
def test_whatever_people_type_is_kept_as_mail_travels(typed, kept):
    """CO-07"""
    assert mail_domains.normalise(typed) == kept


@pytest.mark.parametrize(
    "typed",
    [
        "",
        "acme",
        "a b.example",
        "alice@acme.example",
        "-acme.example",
        "a..b",
        "https://acme.example/",
        f"{'a' * 64}.example",
        ".".join(["abcdefgh"] * 40),
    ],
)
def test_what_is_no_mail_domain_is_refused_in_words(typed):
    with pytest.raises(ValidationError, match="what stands after the @"):
        mail_domains.normalise(typed)


def test_the_domain_of_an_address():
    assert mail_domains.domain_of("Alice@Acme.example") == "acme.example"
    assert mail_domains.domain_of("eve@münchen.example") == "xn--mnchen-3ya.example"
    assert mail_domains.domain_of("nobody") == ""


def test_the_large_mail_providers_are_everybodys():
    assert mail_domains.is_public("gmail.com")
    assert not mail_domains.is_public("acme.example")
