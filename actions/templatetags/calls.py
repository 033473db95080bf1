"""The hours of a call in words."""

from datetime import datetime, timedelta

from django import template
from django.utils import timezone

from cites.templatetags.portal import paris_date

register = template.Library()


@register.filter
def closing(moment: datetime | None) -> str:
    """“31 janvier 2027 à minuit” for what closes as the 1st begins; elsewhere the hour, to the second if it has any."""
    if not moment:
        return ""
    local = timezone.localtime(moment)
    if (local.hour, local.minute, local.second) == (0, 0, 0):
        return f"{paris_date(local - timedelta(days=1))} à minuit"
    seconds = f"\u00a0min\u00a0{local:%S}\u00a0s" if local.second else ""
    return f"{paris_date(local)} à {local:%-H}\u00a0h\u00a0{local:%M}{seconds}"
