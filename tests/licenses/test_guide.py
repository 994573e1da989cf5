"""docs/licensing.md, which developers of apps read: it names what there is."""

import re
from pathlib import Path

from django.urls import reverse

from licenses.api import validation

ROOT = Path(__file__).resolve().parents[2]
GUIDE = (ROOT / "docs/licensing.md").read_text()
# Of any address, also those that no app asks: Django's own, and the vendor's machines.
ELSEWHERE = {"BAD_REQUEST", "INTERNAL_SERVER_ERROR", "TOO_LONG"}
NO_CODES = {"HTTP_HOST", "RAW_URI", "REQUEST_URI", "SERVER_NAME", "NOT_STARTED"}


def codes_in_source():
    """Every text that reads as a code, in what answers apps."""
    sources = [path.read_text() for path in (ROOT / "licenses/api").glob("*.py")]
    found = re.findall(r'"([A-Z]+(?:_[A-Z]+)+)"', "\n".join(sources))
    return set(found) - NO_CODES - ELSEWHERE


def test_every_code_of_a_validation_is_explained():
    assert {code for code in validation.DETAILS if f"`{code}`" not in GUIDE} == set()


def test_every_refusal_is_explained():
    codes = codes_in_source()

    assert len(codes) > 20
    assert {code for code in codes if f"`{code}`" not in GUIDE} == set()


def test_no_code_is_explained_that_is_gone():
    """Those that are put together from parts stand for themselves."""
    made = {f"CHECKOUT_{what}_INVALID" for what in ("TTL", "INCLUDE", "ALGORITHM")}
    known = codes_in_source() | validation.DETAILS.keys() | made
    named = set(re.findall(r"`([A-Z]+(?:_[A-Z]+)+)`", GUIDE))

    assert (
        named - known - {"PUBLIC_URL", "SIGNING_MASTER_KEY", "EXPIRY_INVALID"} == set()
    )


def test_the_page_of_the_public_keys_is_where_it_says():
    assert f"`{reverse('licenses:public_keys')}`" in GUIDE
