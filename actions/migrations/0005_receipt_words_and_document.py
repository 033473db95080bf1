"""What a receipt tells is kept with it, the file as PDF too; the number of the same request in Dauphin."""

from django.db import migrations, models

from actions.reference_notices import NOTICES
from cites.core.references import load


def fill(apps, schema_editor):
    load(apps.get_model("actions", "ReceiptNotice"), NOTICES)


class Migration(migrations.Migration):
    dependencies = [("actions", "0004_completion")]
    operations = [
        migrations.AddField(
            "action",
            "dauphin_number",
            models.CharField(blank=True, editable=False, max_length=8, verbose_name="n° du dossier Dauphin"),
        ),
        migrations.AddField("action", "dauphin_version", models.PositiveIntegerField(default=0, editable=False)),
        migrations.AddField(
            "submission",
            "words",
            models.JSONField(default=dict, verbose_name="mots du récépissé"),
            preserve_default=False,
        ),
        migrations.AddField(
            "submission",
            "document",
            models.BinaryField(default=b"", verbose_name="dossier en PDF"),
            preserve_default=False,
        ),
        migrations.CreateModel(
            name="ReceiptNotice",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("code", models.SlugField(max_length=40, unique=True, verbose_name="code")),
                ("label", models.CharField(max_length=200, verbose_name="libellé")),
                ("rank", models.PositiveSmallIntegerField(default=0, verbose_name="rang")),
                ("is_active", models.BooleanField(default=True, verbose_name="proposé dans les formulaires")),
                ("source", models.CharField(blank=True, max_length=300, verbose_name="source")),
                ("source_date", models.DateField(blank=True, null=True, verbose_name="date de la source")),
                ("mark", models.CharField(blank=True, max_length=10, verbose_name="fiabilité")),
                (
                    "text",
                    models.TextField(
                        help_text="{date} : jour où le silence vaut rejet ; {silence} : ce délai ; {delay} : celui des recours.",
                        verbose_name="texte",
                    ),
                ),
            ],
            options={
                "verbose_name": "mention du récépissé",
                "verbose_name_plural": "mentions du récépissé",
                "ordering": ["rank", "code"],
                "abstract": False,
            },
        ),
        migrations.RunPython(fill, migrations.RunPython.noop),
    ]
