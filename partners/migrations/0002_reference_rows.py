"""Kinds of organisations, by legal status."""

from django.db import migrations

from cites.core.references import load
from partners.reference_data import ORGANISATION_KINDS


def fill(apps, schema_editor):
    load(apps.get_model("partners", "OrganisationKind"), ORGANISATION_KINDS)


class Migration(migrations.Migration):
    dependencies = [("partners", "0001_initial")]
    operations = [migrations.RunPython(fill, migrations.RunPython.noop)]
