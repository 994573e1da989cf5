"""Words that support writes often."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from companies.models.person import languages


class ReadyAnswerQuerySet(models.QuerySet):
    def for_reader_of(self, language: str) -> ReadyAnswerQuerySet:
        """Those in that language first, each group by name."""
        is_theirs = models.Case(
            models.When(language=language, then=0),
            default=1,
            output_field=models.IntegerField(),
        )
        return self.order_by(is_theirs, "name", "pk")


class ReadyAnswer(models.Model):
    """The beginning of an answer, kept to be chosen on the page of a ticket.

    Nothing is sent by choosing it: it stands in the field, to be read and changed.
    """

    name = models.CharField(_("name"), max_length=80)
    language = models.CharField(
        _("language"), max_length=8, choices=languages, default="en"
    )
    text = models.TextField(
        _("text"),
        max_length=5000,
        help_text=_(
            "{name} becomes the name of whoever asked, {app} the app and {ticket} the"
            " number of the ticket."
        ),
    )

    objects = ReadyAnswerQuerySet.as_manager()

    class Meta:
        ordering = ["name", "language"]
        verbose_name = _("ready answer")
        verbose_name_plural = _("ready answers")
        constraints = [
            models.UniqueConstraint(
                fields=["name", "language"],
                name="ready_answer_once_per_language",
                violation_error_message=_(
                    "There is a ready answer with this name in this language."
                ),
            )
        ]

    def __str__(self) -> str:
        return self.name

    def filled(self, **facts: str) -> str:
        """The text with what is known; other braces stay as they are."""
        text = self.text
        for name, value in facts.items():
            text = text.replace(f"{{{name}}}", value)
        return text
