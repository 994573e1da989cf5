"""The columns we read, under whatever name the file gives them."""

from __future__ import annotations

from collections.abc import Sequence

# Ours on the left; on the right the headings seen in the wild, in any case.
ALIASES = {
    "name": ["item name", "name", "license name", "license"],
    "serial": ["serial number", "serial no.", "serial", "product key", "key"],
    "ends_on": ["expiration date", "expires"],
    "users": ["seats", "total seats"],
    "person": ["full name"],
    "email": ["email", "e-mail"],
    "username": ["username"],
    "licensee": ["licensed to name", "licensed to"],
    "licensee_email": ["licensed to email"],
    "company": ["company", "company name"],
    "category": ["category"],
    "manufacturer": ["manufacturer"],
    "supplier": ["supplier"],
    "purchased_on": ["purchase date"],
    "cost": ["purchase cost"],
    "order_number": ["order number"],
    "purchase_order": ["purchase order", "purchase order number"],
    "maintained": ["maintained"],
    "reassignable": ["reassignable"],
    "terminates_on": ["termination date"],
    "notes": ["notes"],
    "min_amount": ["min amount", "minimum quantity"],
    "location": ["location"],
    "asset_tag": ["asset tag"],
    "checkout_type": ["checkout type"],
}
FIELD_OF = {alias: field for field, names in ALIASES.items() for alias in names}
REQUIRED = ["name", "serial", "ends_on"]

# How long a text may be: what its column holds, or what anybody can want.
LENGTHS = {
    "name": 200,
    "serial": 255,
    "person": 120,
    "licensee": 120,
    "company": 120,
    "notes": 20_000,
}
USUAL_LENGTH = 255

# Kept beside the license as the contract's own facts.
PURCHASE = [
    "category",
    "manufacturer",
    "supplier",
    "purchased_on",
    "cost",
    "order_number",
    "purchase_order",
    "maintained",
    "terminates_on",
    "min_amount",
    "location",
    "asset_tag",
    "checkout_type",
]


def field_of(heading: str) -> str | None:
    """Ours for a heading of the file; None for a column we do not read."""
    return FIELD_OF.get(" ".join(heading.replace("_", " ").split()).casefold())


def fields_of(headings: Sequence[str]) -> list[str | None]:
    return [field_of(heading) for heading in headings]


def known(headings: Sequence[str]) -> int:
    """How many of these headings we read: the measure of a right delimiter."""
    return sum(field is not None for field in fields_of(headings))
