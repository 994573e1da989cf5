"""A loop over rows of ready cells: `{% load fill %}`."""

from __future__ import annotations

from django import template
from django.template.base import FilterExpression, Node, NodeList, Parser, Token
from django.utils.safestring import SafeString

from ui.shapes import marks, shape

register = template.Library()


class FillNode(Node):
    """The body is rendered once, and each row's cells then put into it."""

    def __init__(
        self, rows: FilterExpression, names: list[str], nodelist: NodeList
    ) -> None:
        self.rows = rows
        self.names = names
        self.nodelist = nodelist

    def render(self, context: template.Context) -> SafeString:
        with context.push(**marks(self.names)):
            write = shape(self.nodelist.render(context))
        return SafeString("".join(write(*row) for row in self.rows.resolve(context)))


@register.tag
def fill(parser: Parser, token: Token) -> FillNode:
    """`{% fill rows with name state %}<td>{{ name }}</td>{% endfill %}`

    Like `for name, state in rows`, and several times quicker. The body may only show
    the cells: a filter or an `if` upon a cell would see the place and not the cell.
    """
    try:
        _, rows, word, *names = token.split_contents()
    except ValueError:
        word, names = "", []
    if word != "with" or not names:
        raise template.TemplateSyntaxError("Write {% fill rows with one other %}.")
    nodelist = parser.parse(("endfill",))
    parser.delete_first_token()
    return FillNode(parser.compile_filter(rows), names, nodelist)
