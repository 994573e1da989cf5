"""Keeps `locale/` in step with the words marked in the source.

    bin/translate

takes every marked word into `locale/*/LC_MESSAGES/django.po`, where a translator writes
beside it, and makes the `.mo` that the portal reads. Both are part of the project, so
nothing needs making where it is installed. A word that nobody has translated stays
English; in the languages of COMPLETE there is no such word, and a test sees to it.
"""

import io
import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

from babel.messages import Catalog, Message
from babel.messages.extract import DEFAULT_KEYWORDS, extract
from babel.messages.mofile import read_mo, write_mo
from babel.messages.pofile import read_po, write_po
from django.utils.translation.template import templatize

ROOT = Path(__file__).resolve().parent.parent
LOCALE = ROOT / "locale"
LANGUAGES = ("de", "nl", "fr")
# In these every word is translated: whoever marks a new one fills it in as well.
COMPLETE = ("de", "nl", "fr")
# Django's names for the calls, in our imports' spelling.
KEYWORDS = DEFAULT_KEYWORDS | {
    "_t": None,
    "gettext_lazy": None,
    "gettext_noop": None,
    "ngettext_lazy": (1, 2),
    "pgettext_lazy": ((1, "c"), 2),
    "npgettext_lazy": ((1, "c"), 2, 3),
}
# What holds no words for readers, or none of ours.
PASSED_OVER = {"tests", "bench", "bin", "migrations", "var", "staticfiles"}
# A catalogue changes with its words alone, never with the day.
NO_DAY = datetime(2000, 1, 1, tzinfo=UTC)


def main() -> int:
    words = words_of_source()
    for language in LANGUAGES:
        catalogue = updated(read(language), words)
        write(catalogue, language)
        missing = sum(1 for message in catalogue if is_missing(message))
        print(f"{language}: {len(catalogue) - missing} of {len(catalogue)} translated")
    return 0


def updated(catalogue: Catalog, words: Catalog) -> Catalog:
    """New words come in empty, old ones go; nothing is ever guessed."""
    catalogue.update(words, no_fuzzy_matching=True)
    for message in catalogue:
        if message.id and message.fuzzy:  # it has a plural now, or none any more
            message.flags.discard("fuzzy")
            message.string = (
                ("",) * catalogue.num_plurals if message.pluralizable else ""
            )
    return catalogue


def words_of_source() -> Catalog:
    """Every marked word, and the files that say it."""
    catalogue = Catalog(creation_date=NO_DAY, revision_date=NO_DAY)
    for path in sources():
        name = path.relative_to(ROOT).as_posix()
        for line, ids, comments, context in marked(path):
            catalogue.add(
                ids,
                locations=[(name, line)],
                auto_comments=comments,
                context=context,
            )
    return catalogue


def sources() -> Iterator[Path]:
    for path in sorted(ROOT.rglob("*")):
        folders = path.relative_to(ROOT).parts[:-1]
        if any(name in PASSED_OVER or name.startswith(".") for name in folders):
            continue
        if path.suffix == ".py" or (
            folders[:1] == ("templates",) and path.suffix in {".html", ".txt"}
        ):
            yield path


def marked(path: Path) -> Iterator[tuple]:
    """The marked words of one file; a template is first made to look like Python."""
    text = path.read_text()
    if path.suffix != ".py":
        # The tags become calls, the rest a soup of letters, indented by no rule.
        soup = templatize(text, origin=str(path))
        text = "\n".join(line.strip() for line in soup.splitlines())
    return extract("python", io.BytesIO(text.encode()), KEYWORDS, ["Translators:"])


def is_missing(message: Message) -> bool:
    return bool(message.id) and not all(forms(message) or [""])


def forms(message: Message) -> tuple[str, ...]:
    """What was written: one form, or one for each plural of the language."""
    written = message.string or ()
    return (written,) if isinstance(written, str) else tuple(written)


def read(language: str) -> Catalog:
    path = paths(language)[0]
    if not path.exists():
        return Catalog(language, project="Steward", version="1", fuzzy=False)
    with path.open("rb") as file:
        return read_po(file, locale=language)


def write(catalogue: Catalog, language: str) -> None:
    catalogue.creation_date = catalogue.revision_date = NO_DAY
    source, compiled = paths(language)
    source.parent.mkdir(parents=True, exist_ok=True)
    with source.open("wb") as file:
        write_po(
            file,
            catalogue,
            width=88,
            ignore_obsolete=True,
            include_lineno=False,
            sort_by_file=True,
        )
    with compiled.open("wb") as file:
        write_mo(file, without_gaps(catalogue))


def without_gaps(catalogue: Catalog) -> Catalog:
    """Only what is translated: an empty plural would be written out in English."""
    whole = Catalog(catalogue.locale, creation_date=NO_DAY, revision_date=NO_DAY)
    for message in catalogue:
        if message.id and not is_missing(message):
            whole.add(message.id, message.string, context=message.context)
    return whole


def read_compiled(language: str) -> Catalog:
    with paths(language)[1].open("rb") as file:
        return read_mo(file)


def paths(language: str) -> tuple[Path, Path]:
    """What translators write, and what the portal reads."""
    folder = LOCALE / language / "LC_MESSAGES"
    return folder / "django.po", folder / "django.mo"


if __name__ == "__main__":
    sys.exit(main())
