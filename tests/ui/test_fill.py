"""The quick loop writes what the plain one would."""

import pytest
from django.template import Context, Template, TemplateSyntaxError
from django.utils.safestring import SafeString

ROWS = [("a<b", SafeString("<i>{x}</i>")), ("{0} {}", "&")]
PLAIN = (
    "{% for name, state in rows %}<td title='{1}'>{{ name }}{{ word }}</td>"
    "{{ state }}{{ name }}{% endfor %}"
)
QUICK = (
    "{% load fill %}{% fill rows with name state %}<td title='{1}'>{{ name }}"
    "{{ word }}</td>{{ state }}{{ name }}{% endfill %}"
)


def test_rows_are_written_and_escaped_as_by_for():
    context = {"rows": ROWS, "word": "<u>"}

    quick = Template(QUICK).render(Context(context))

    assert quick == Template(PLAIN).render(Context(context))
    assert "a&lt;b&lt;u&gt;" in quick
    assert "<i>{x}</i>" in quick


def test_no_rows_write_nothing():
    assert Template(QUICK).render(Context({"rows": []})) == ""


@pytest.mark.parametrize("tag", ["fill rows", "fill rows with", "fill rows by name"])
def test_a_wrong_tag_says_how_to_write_it(tag):
    with pytest.raises(TemplateSyntaxError, match="fill rows with"):
        Template("{% load fill %}{% " + tag + " %}{% endfill %}")
