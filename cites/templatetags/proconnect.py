"""The way in by ProConnect, where the installation has one."""

from typing import Any

from django import template
from django.conf import settings

register = template.Library()


@register.inclusion_tag("proconnect/button.html", takes_context=True)
def proconnect_button(context: template.Context) -> dict[str, Any]:
    """Drawn beside the sign-in form; leads back to where the form would."""
    return {
        "on": bool(settings.PROCONNECT_ISSUER),
        "brand": settings.BRAND,
        "next": context.get("redirect_field_value"),
        "csrf_token": context.get("csrf_token"),
    }
