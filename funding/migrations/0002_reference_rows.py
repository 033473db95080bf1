"""Sources of money with their rules, and the ledger's head."""

from django.db import migrations

from cites.core.references import load
from funding.reference_data import SOURCES


def fill(apps, schema_editor):
    pilots = {pilot.code: pilot for pilot in apps.get_model("cites", "PilotInstitution").objects.all()}
    source = apps.get_model("funding", "Source")
    sources = load(source, SOURCES, decider=("decider", pilots), fed_from=("fed_from", {}))
    for row in SOURCES:
        if row.fed_from and sources[row.code].fed_from_id is None:
            source.objects.filter(code=row.code).update(fed_from=sources[row.fed_from])
    apps.get_model("funding", "LedgerHead").objects.get_or_create(pk=1)


class Migration(migrations.Migration):
    dependencies = [("funding", "0001_initial"), ("cites", "0002_reference_rows")]
    operations = [migrations.RunPython(fill, migrations.RunPython.noop)]
