"""The columns we read, under whatever name the file gives them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

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


WHICH = {
    "number": ["license", "license number", "lic", "number"],
    "serial": ["serial number", "serial no.", "serial", "product key", "key"],
    "name": ["app", "application", "item name", "name"],
    "environment": ["environment"],
    "company": ["company", "company name"],
}


@dataclass(frozen=True)
class Columns:
    """What a kind of file may have for headings, and without what it is none."""

    aliases: Mapping[str, Sequence[str]]
    required: Sequence[str]

    def field_of(self, heading: str) -> str | None:
        """Ours for a heading of the file; None for a column we do not read."""
        wanted = " ".join(heading.replace("_", " ").split()).casefold()
        names = self.aliases.items()
        return next((field for field, known in names if wanted in known), None)

    def fields_of(self, headings: Sequence[str]) -> list[str | None]:
        return [self.field_of(heading) for heading in headings]

    def known(self, headings: Sequence[str]) -> int:
        """How many of these headings we read: the measure of a right delimiter."""
        return sum(field is not None for field in self.fields_of(headings))


PORTFOLIO = Columns(ALIASES, ["name", "serial", "ends_on"])
RENEWALS = Columns(
    {
        **WHICH,
        "ends_on": ["new end", "renewed until", "expiration date", "expires", "ends"],
        "users": ["users", "seats", "total seats"],
    },
    ["ends_on"],
)
PLANNED_ENDS = Columns(
    {**WHICH, "terminates_on": ["planned end", "termination date", "terminates"]},
    ["terminates_on"],
)
