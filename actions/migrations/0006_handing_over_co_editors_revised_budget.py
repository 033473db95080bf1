import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

import cites.core.money


class Migration(migrations.Migration):
    dependencies = [
        ("actions", "0005_receipt_words_and_document"),
        ("cites", "0002_reference_rows"),
        ("partners", "0002_reference_rows"),
    ]

    operations = [
        migrations.AddField(
            model_name="action",
            name="in_charge",
            field=models.ForeignKey(
                editable=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
                verbose_name="chargé du dossier",
            ),
        ),
        migrations.CreateModel(
            name="CoEditor",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "action",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="co_editors", to="actions.action"
                    ),
                ),
                (
                    "organisation",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="co_edited",
                        to="partners.organisation",
                    ),
                ),
                (
                    "invited_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="invitée par",
                    ),
                ),
                ("invited_at", models.DateTimeField(verbose_name="invitée le")),
                (
                    "accepted_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="accepté par",
                    ),
                ),
                ("accepted_at", models.DateTimeField(null=True, verbose_name="accepté le")),
                (
                    "ended_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="terminé par",
                    ),
                ),
                ("ended_at", models.DateTimeField(null=True, verbose_name="terminé le")),
            ],
            options={
                "verbose_name": "co-rédaction",
                "ordering": ["action", "pk"],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("ended_at__isnull", True)),
                        fields=("action", "organisation"),
                        name="co_editor_once",
                        violation_error_message="Cette organisation est déjà invitée à écrire ce dossier.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("accepted_at__isnull", True), ("accepted_by__isnull", True)),
                            models.Q(("accepted_at__isnull", False), ("accepted_by__isnull", False)),
                            _connector="OR",
                        ),
                        name="co_editor_accepted_at_with_accepted_by",
                        violation_error_message="Une co-rédaction acceptée dit par qui et quand.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("ended_at__isnull", True), ("ended_by__isnull", True)),
                            models.Q(("ended_at__isnull", False), ("ended_by__isnull", False)),
                            _connector="OR",
                        ),
                        name="co_editor_ended_at_with_ended_by",
                        violation_error_message="Une co-rédaction terminée dit par qui et quand.",
                    ),
                ],
                "indexes": [],
            },
        ),
        migrations.CreateModel(
            name="RevisedBudget",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "action",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="revised_budgets", to="actions.action"
                    ),
                ),
                ("number", models.PositiveSmallIntegerField(verbose_name="numéro")),
                ("granted", cites.core.money.EuroField(verbose_name="montant accordé")),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("draft", "À revoir"),
                            ("submitted", "Déposé"),
                            ("to_correct", "À corriger"),
                            ("accepted", "Accepté"),
                        ],
                        default="draft",
                        editable=False,
                        max_length=12,
                        verbose_name="état",
                    ),
                ),
                ("draft", models.JSONField(default=dict, verbose_name="saisie")),
                ("draft_version", models.PositiveIntegerField(default=0)),
                ("draft_saved_at", models.DateTimeField(null=True, verbose_name="saisie enregistrée le")),
                (
                    "sealed",
                    models.OneToOneField(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="revised_budget",
                        to="cites.sealedversion",
                        verbose_name="texte scellé",
                    ),
                ),
                ("correction_request", models.TextField(blank=True, verbose_name="correction demandée")),
                (
                    "answered_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="répondu par",
                    ),
                ),
                ("answered_at", models.DateTimeField(null=True, verbose_name="répondu le")),
                ("reminded_at", models.DateTimeField(null=True, verbose_name="relancé le")),
            ],
            options={
                "verbose_name": "budget révisé",
                "verbose_name_plural": "budgets révisés",
                "ordering": ["action", "number"],
                "constraints": [
                    models.UniqueConstraint(fields=("action", "number"), name="revised_budget_number_once"),
                    models.CheckConstraint(
                        condition=models.Q(("granted__gt", 0)),
                        name="revised_budget_granted_positive",
                        violation_error_message="Le montant doit être supérieur à zéro.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("state__in", ["accepted", "draft", "submitted", "to_correct"])),
                        name="revised_budget_state_known",
                        violation_error_message="Cette valeur n'est pas dans la liste.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("answered_at__isnull", True), ("answered_by__isnull", True)),
                            models.Q(("answered_at__isnull", False), ("answered_by__isnull", False)),
                            _connector="OR",
                        ),
                        name="revised_budget_answered_at_with_answered_by",
                        violation_error_message="Une réponse à un budget révisé dit par qui et quand.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("state", "draft"), ("sealed__isnull", False), _connector="OR"),
                        name="revised_budget_sealed_once_submitted",
                        violation_error_message="Un budget révisé déposé est scellé.",
                    ),
                ],
                "indexes": [],
            },
        ),
    ]
