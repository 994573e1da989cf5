"""Whether pages offer passkeys: `{% load passkeys %}`."""

from django import template

from companies import passkeys

register = template.Library()

register.simple_tag(passkeys.are_possible, name="passkeys_are_possible")
