"""The hours of a call in words."""

from django import template

from actions.call_windows import closing

register = template.Library()
register.filter(closing)
