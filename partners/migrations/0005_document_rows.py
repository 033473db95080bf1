"""Kinds of documents of a wallet, and the organisations each is asked of."""

from dataclasses import asdict, make_dataclass

from django.db import migrations

from cites.core.references import load
from partners.reference_documents import DOCUMENT_KINDS


def fill(apps, schema_editor):
    kinds = apps.get_model("partners", "OrganisationKind")
    rows = [{k: v for k, v in asdict(row).items() if k != "organisation_kinds"} for row in DOCUMENT_KINDS]
    plain = make_dataclass("Plain", list(rows[0]))
    stored = load(apps.get_model("partners", "DocumentKind"), [plain(**row) for row in rows])
    for row in DOCUMENT_KINDS:
        stored[row.code].organisation_kinds.set(kinds.objects.filter(code__in=row.organisation_kinds))


class Migration(migrations.Migration):
    dependencies = [("partners", "0002_reference_rows"), ("partners", "0004_documents")]
    operations = [migrations.RunPython(fill, migrations.RunPython.noop)]
