"""`{% chart chart %}`: the drawing, its legend and its table; `table=True` where the page has that table already."""

from typing import Any

from django import template

from cites.core import charts

register = template.Library()


@register.inclusion_tag("charts/chart.html", name="chart")
def show(chart: charts.Chart, table: bool = False) -> dict[str, Any]:
    return {"chart": chart, "table": table}
