"""Budget lines with their Dauphin codes, and the reasons of refusals."""

from django.db import migrations

from actions.reference_data import BUDGET_LINES, DECISION_REASONS
from cites.core.references import load


def fill(apps, schema_editor):
    load(apps.get_model("actions", "BudgetLine"), BUDGET_LINES)
    load(apps.get_model("actions", "DecisionReason"), DECISION_REASONS)


class Migration(migrations.Migration):
    dependencies = [("actions", "0001_initial")]
    operations = [migrations.RunPython(fill, migrations.RunPython.noop)]
