"""What translators wrote fits what it stands for, and is what the portal reads."""

import ast
import re
import string
from collections import defaultdict

import pytest
import translating
from django.conf import settings
from django.utils import translation

CATALOGUES = {
    language: translating.read(language) for language in translating.LANGUAGES
}
each_language = pytest.mark.parametrize("language", CATALOGUES)
# The parts of `%(name)s` and of `{name}`; a doubled percent sign is one of its own.
PLACE = re.compile(r"%%|%\((\w+)\)([a-z])|%([sd])")


def ids(message):
    """The word alone, or with its plural."""
    return (message.id,) if isinstance(message.id, str) else tuple(message.id)


def as_text(context):
    """Babel reads it from a `.mo` as bytes."""
    return context.decode() if isinstance(context, bytes) else context


def translated(language):
    """What each word is in English, and what was written beside it."""
    for message in CATALOGUES[language]:
        if message.id and not translating.is_missing(message):
            yield ids(message), translating.forms(message)


def places(text):
    fields = {name for _, name, _, _ in string.Formatter().parse(text) if name}
    return {found.group() for found in PLACE.finditer(text)} - {"%%"} | fields


def test_every_other_language_of_the_portal_has_a_catalogue():
    assert {"en", *translating.LANGUAGES} == {code for code, _ in settings.LANGUAGES}


@each_language
def test_what_the_portal_reads_was_made_of_what_translators_wrote(language):
    """Whoever edits a `.po` runs `bin/translate`, which makes the `.mo`."""

    def read(catalogue):
        return {
            (as_text(message.context), ids(message)[0]): translating.forms(message)
            for message in catalogue
            if message.id and not translating.is_missing(message)
        }

    assert read(translating.read_compiled(language)) == read(CATALOGUES[language])


def is_of_a_letter(message):
    """Said in the template of a letter or by the module that writes it."""
    files = [name for name, _ in message.locations]
    return any("/emails/" in name or name.endswith("emails.py") for name in files)


def missing(language):
    """What the source says today and nobody has translated, extracted anew or not."""
    words = translating.updated(
        translating.read(language), translating.words_of_source()
    )
    return [message for message in words if translating.is_missing(message)]


@each_language
def test_every_word_that_a_letter_may_say_is_translated(language):
    """Also in the branches that neither a story nor a sample comes by."""
    assert [word.id for word in missing(language) if is_of_a_letter(word)] == []


@pytest.mark.parametrize("language", translating.COMPLETE)
def test_a_complete_language_says_every_word(language):
    """Whoever marks a word fills it in: nobody meets English between German lines."""
    assert [word.id for word in missing(language)] == []


@each_language
def test_nothing_is_a_guess(language):
    words = [message for message in CATALOGUES[language] if message.id]

    assert [message.id for message in words if message.fuzzy] == []


@each_language
def test_a_plural_is_whole_or_not_there(language):
    for message in CATALOGUES[language]:
        if message.pluralizable and any(message.string):
            assert len(message.string) == CATALOGUES[language].num_plurals
            assert all(message.string), message.id


@each_language
def test_a_translation_says_the_same_names(language):
    """A form for one alone may leave the number out, as English does."""
    for english, written in translated(language):
        for number, text in enumerate(written):
            wanted = places(english[min(number, len(english) - 1)])
            most = set().union(*map(places, english))
            told = places(text)
            assert wanted - {"%(count)d", "%(count)s"} <= told <= most, english


@each_language
def test_a_translation_begins_and_ends_as_the_word_does(language):
    """Neither blanks at the ends nor lines are lost; a sentence keeps its stop."""
    for english, written in translated(language):
        for text in written:
            assert text.count("\n") == english[0].count("\n"), english
            for edge in (0, -1):
                assert text[edge].isspace() == english[0][edge].isspace(), english
            if english[0].endswith(".") and len(english[0].split()) > 2:
                assert text.endswith("."), english


def tags(text):
    return sorted(re.findall(r"<[^>]+>", text))


@each_language
def test_markup_in_words_stays(language):
    for english, written in translated(language):
        for text in written:
            tags = [
                sorted(re.findall(r"<[^>]+>", words)) for words in (english[0], text)
            ]
            assert tags[0] == tags[1], english


def test_a_word_has_one_plural_or_none_wherever_it_stands():
    """It is looked up by the singular: of two plurals only one would be found."""
    plurals = defaultdict(set)
    for path in translating.sources():
        for _, word, _, context in translating.marked(path):
            singular = word if isinstance(word, str) else word[0]
            plurals[context, singular].add(word)

    assert [words for words in plurals.values() if len(words) > 1] == []


def test_marks_are_called_by_the_names_that_are_looked_for():
    """`_` and `_t`; another name would be passed over in silence."""
    for path in translating.sources():
        if path.suffix == ".py":
            for mark, name in re.findall(
                r"import (\w*gettext\w*) as (\w+)", path.read_text()
            ):
                assert name in {"_", "_t"}, (path, mark)


def filled_at_import(node):
    """Lines on which the blanks of a word are filled outside of any function."""
    for child in ast.iter_child_nodes(node):
        if isinstance(child, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda):
            continue
        match child:
            case ast.BinOp(ast.Call(func=ast.Name(name)), ast.Mod()):
                if name in translating.KEYWORDS:
                    yield child.lineno
        yield from filled_at_import(child)


def test_no_word_is_filled_in_before_its_reader_is_known():
    """While modules are loaded all speak English; `format_lazy` waits."""
    assert {
        path.name: lines
        for path in translating.sources()
        if path.suffix == ".py"
        if (lines := list(filled_at_import(ast.parse(path.read_text()))))
    } == {}


def test_the_portal_finds_the_catalogues():
    for language in translating.LANGUAGES:
        with translation.override(language):
            assert translation.gettext("Hello,") != "Hello,"
