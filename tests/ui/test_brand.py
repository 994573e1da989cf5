import pytest
from django.core.exceptions import ImproperlyConfigured

from ui import brand


def test_black_on_white_is_the_most_there_is():
    assert round(brand.contrast("#000000", "#ffffff"), 1) == 21.0
    assert brand.contrast("#777777", "#777777") == 1


@pytest.mark.parametrize("accent", ["#1f53c4", "#7b2d8e", "#0b6b3a", "#000000"])
def test_an_accent_with_enough_contrast_is_taken(accent):
    brand.check_accent(accent)


def test_a_light_accent_is_refused_in_one_sentence():
    with pytest.raises(ImproperlyConfigured) as refused:
        brand.check_accent("#ffcc00")

    assert str(refused.value) == (
        "VENDOR_ACCENT #ffcc00 is too light: white words on it have a contrast of"
        " 1.5, at least 4.5 is needed."
    )


@pytest.mark.parametrize("accent", ["blue", "#12345", "1f53c4", "#12345g", ""])
def test_what_is_no_colour_is_refused_by_name(accent):
    with pytest.raises(ImproperlyConfigured, match="^VENDOR_ACCENT: .*#1f53c4"):
        brand.check_accent(accent)


@pytest.mark.parametrize(
    "accent", ["#7b2d8e", "#0b6b3a", "#b3261e", "#000000", "#003b70", "#6a5000"]
)
def test_every_taken_accent_keeps_the_promises_of_the_theme(accent):
    light, dark = brand.CANVAS
    tokens = brand.tokens(accent)

    for scheme, canvas in enumerate((light, dark)):
        assert brand.contrast("#ffffff", tokens["accent"][scheme]) >= 4.5
        assert brand.contrast("#ffffff", tokens["accent-hover"][scheme]) >= 4.5
        assert brand.contrast(tokens["accent-ink"][scheme], canvas) >= 4.5
        assert (
            brand.contrast(tokens["accent-ink"][scheme], tokens["accent-soft"][scheme])
            >= 4.5
        )
        assert brand.contrast(tokens["focus"][scheme], canvas) >= 3


def test_the_default_accent_needs_no_stylesheet():
    assert brand.stylesheet("#1F53C4") == ""


def test_another_accent_replaces_exactly_the_seven_tokens():
    css = brand.stylesheet("#7b2d8e")

    assert css.startswith("@layer tokens {")
    assert css.count("light-dark(") == 7
    assert "--accent: light-dark(#7b2d8e, " in css


@pytest.mark.django_db
def test_the_stylesheet_is_linked_and_served_only_for_another_accent(client, settings):
    assert "brand.css" not in client.get("/accounts/login/").text

    settings.VENDOR_ACCENT = "#7b2d8e"

    assert '<link rel="stylesheet" href="/brand.css">' in (
        client.get("/accounts/login/").text
    )
    served = client.get("/brand.css")
    assert served["Content-Type"] == "text/css; charset=utf-8"
    assert "max-age=3600" in served["Cache-Control"]
    assert "#7b2d8e" in served.text
    again = client.get("/brand.css", headers={"if-none-match": served["ETag"]})
    assert again.status_code == 304


@pytest.mark.django_db
def test_another_vendor_shows_its_letters(client, settings):
    assert "icons.svg#mark" in client.get("/accounts/login/").text

    settings.VENDOR_NAME, settings.VENDOR_MARK = "Brightwater", "BW"

    shown = client.get("/accounts/login/").text
    assert "icons.svg#mark" not in shown
    assert ">BW</text>" in shown
    assert ">BW</text>" in client.get("/mark.svg").text
