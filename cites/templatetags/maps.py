"""`{% map places "Carte du territoire" %}the list{% endmap %}`: the list, and above it a map that a script draws."""

from collections.abc import Sequence

from django import template
from django.template.loader import render_to_string
from django.utils.safestring import SafeString

from cites.core import maps

register = template.Library()


@register.simple_block_tag(name="map")
def map_of(content: SafeString, places: Sequence[maps.Place], label: str, note: str = "") -> SafeString:
    data = {"places": maps.collection(places, content), "tiles": maps.tiles()}
    return render_to_string("maps/map.html", {"content": content, "label": label, "note": note, "data": data})
