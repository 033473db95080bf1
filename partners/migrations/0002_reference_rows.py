"""Kinds of organisations, by legal status; kinds of documents of a wallet, and the organisations each is asked of."""

from dataclasses import asdict, make_dataclass

from django.db import migrations

from cites.core.references import load
from partners.reference_data import ORGANISATION_KINDS
from partners.reference_documents import DOCUMENT_KINDS


def fill(apps, schema_editor):
    kinds = load(apps.get_model("partners", "OrganisationKind"), ORGANISATION_KINDS)
    rows = [{k: v for k, v in asdict(row).items() if k != "organisation_kinds"} for row in DOCUMENT_KINDS]
    plain = make_dataclass("Plain", list(rows[0]))
    stored = load(apps.get_model("partners", "DocumentKind"), [plain(**row) for row in rows])
    for row in DOCUMENT_KINDS:
        stored[row.code].organisation_kinds.set([kinds[code] for code in row.organisation_kinds])


class Migration(migrations.Migration):
    dependencies = [("partners", "0001_initial")]
    operations = [migrations.RunPython(fill, migrations.RunPython.noop)]
