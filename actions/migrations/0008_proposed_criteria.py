"""The criteria a new grid starts from."""

from django.db import migrations

from actions.reference_data import PROPOSED_CRITERIA
from cites.core.references import load


def fill(apps, schema_editor):
    load(apps.get_model("actions", "ProposedCriterion"), PROPOSED_CRITERIA)


class Migration(migrations.Migration):
    dependencies = [("actions", "0007_call_windows")]
    operations = [migrations.RunPython(fill, migrations.RunPython.noop)]
