"""Budget lines with their Dauphin codes, reasons of refusals, criteria of a new grid, words of a receipt."""

from django.db import migrations

from actions.reference_data import ASKS_COMMENT, BUDGET_LINES, DECISION_REASONS, FUNDERS, PROPOSED_CRITERIA
from actions.reference_notices import NOTICES
from cites.core.references import load


def fill(apps, schema_editor):
    lines = load(apps.get_model("actions", "BudgetLine"), BUDGET_LINES)
    for code, line in lines.items():
        line.funder, line.asks_comment = FUNDERS.get(code, ""), code in ASKS_COMMENT
        line.save(update_fields=["funder", "asks_comment"])
    load(apps.get_model("actions", "DecisionReason"), DECISION_REASONS)
    load(apps.get_model("actions", "ProposedCriterion"), PROPOSED_CRITERIA)
    load(apps.get_model("actions", "ReceiptNotice"), NOTICES)


class Migration(migrations.Migration):
    dependencies = [("actions", "0001_initial")]
    operations = [migrations.RunPython(fill, migrations.RunPython.noop)]
