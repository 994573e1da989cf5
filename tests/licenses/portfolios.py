"""CSV files as an asset tool writes them, made up here with every trap we know."""

HEADINGS = [
    "Full Name",
    "Email",
    "Username",
    "Item name",
    "serial number",
    "Category",
    "manufacturer",
    "purchase date",
    "purchase cost",
    "purchase order",
    "order number",
    "Licensed To Name",
    "Licensed to Email",
    "expiration date",
    "maintained",
    "reassignable",
    "seats",
    "company",
    "supplier",
    "notes",
]
USUAL = {
    "Full Name": "Mara Keller",
    "Email": "mara@customer.example",
    "Username": "mara",
    "Item name": "Yard Scheduler",
    "serial number": "5f0c-0001",
    "Category": "Logistics",
    "manufacturer": "Aldwick",
    "purchase date": "11/24/2008",
    "purchase cost": "$12.58",
    "purchase order": "34197",
    "order number": "749317252-8",
    "Licensed To Name": "Jelle Good",
    "Licensed to Email": "jelle@customer.example",
    "expiration date": "02/26/2016",
    "maintained": "false",
    "reassignable": "yes",
    "seats": "56",
    "company": "Gisla Works",
    "supplier": "Treu Inc",
    "notes": "Cras mi pede, malesuada in.",
}


def row(**changes):
    """A good row; keywords name a heading with underscores for spaces, in any case."""
    cells = dict(USUAL)
    headings = {heading.casefold(): heading for heading in HEADINGS}
    for name, value in changes.items():
        cells[headings[name.replace("_", " ")]] = value
    return cells


def quoted(cell):
    special = any(mark in cell for mark in ',;"\r\n')
    return '"' + cell.replace('"', '""') + '"' if special else cell


def sheet(*rows, headings=HEADINGS, delimiter=",", newline="\n", rename=None):
    """The text of a file; `rename` writes headings another way."""
    rename = rename or {}
    lines = [delimiter.join(quoted(rename.get(name, name)) for name in headings)]
    lines += [
        delimiter.join(quoted(cells.get(name, "")) for name in headings)
        for cells in rows
    ]
    return newline.join(lines) + newline


def raw(*rows, encoding="utf-8", **how):
    return sheet(*rows, **how).encode(encoding)


def many(count, **changes):
    """Licenses of as many apps, companies and people."""
    return [
        row(
            **{
                "full_name": f"Person {n}",
                "email": f"person{n}@customer.example",
                "item_name": f"App {n}",
                "serial_number": f"5f0c-{n:04d}",
                "company": f"Customer {n}",
            }
            | changes
        )
        for n in range(count)
    ]
