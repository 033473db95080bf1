import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("actions", "0003_nature_is_known"),
        ("cites", "0002_reference_rows"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddField(
            model_name="action",
            name="inadmissible_reason",
            field=models.TextField(blank=True, verbose_name="raison de la non-recevabilité"),
        ),
        migrations.CreateModel(
            name="AskedQuestion",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("anchor", models.CharField(max_length=80, verbose_name="endroit du dossier")),
                ("label", models.CharField(max_length=250, verbose_name="endroit, en clair")),
                ("text", models.TextField(verbose_name="ce qui est demandé")),
                (
                    "institution",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="cites.pilotinstitution",
                    ),
                ),
            ],
            options={
                "verbose_name": "question posée",
                "verbose_name_plural": "questions posées",
                "ordering": ["request", "pk"],
            },
        ),
        migrations.CreateModel(
            name="CompletionAnswer",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("text", models.TextField(verbose_name="réponse")),
                (
                    "asked",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT, related_name="answer", to="actions.askedquestion"
                    ),
                ),
                (
                    "submission",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="answers", to="actions.submission"
                    ),
                ),
            ],
            options={
                "verbose_name": "réponse à une question",
                "verbose_name_plural": "réponses aux questions",
                "ordering": ["asked"],
            },
        ),
        migrations.CreateModel(
            name="CompletionQuestion",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("version", models.PositiveSmallIntegerField(verbose_name="version lue")),
                ("anchor", models.CharField(max_length=80, verbose_name="endroit du dossier")),
                ("label", models.CharField(max_length=250, verbose_name="endroit, en clair")),
                ("text", models.TextField(verbose_name="ce qui est demandé")),
                ("created_at", models.DateTimeField(verbose_name="écrite le")),
                ("dropped_at", models.DateTimeField(null=True, verbose_name="écartée le")),
                ("dropped_because", models.TextField(blank=True, verbose_name="raison de l'écarter")),
                (
                    "action",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="completion_questions",
                        to="actions.action",
                    ),
                ),
                (
                    "asked_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="écrite par",
                    ),
                ),
                (
                    "institution",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="cites.pilotinstitution",
                    ),
                ),
            ],
            options={
                "verbose_name": "question préparée",
                "verbose_name_plural": "questions préparées",
                "ordering": ["action", "pk"],
            },
        ),
        migrations.AddField(
            model_name="askedquestion",
            name="question",
            field=models.OneToOneField(
                on_delete=django.db.models.deletion.PROTECT, related_name="asked", to="actions.completionquestion"
            ),
        ),
        migrations.CreateModel(
            name="CompletionRequest",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("version", models.PositiveSmallIntegerField(verbose_name="version à compléter")),
                ("number", models.PositiveSmallIntegerField(verbose_name="numéro")),
                ("due_on", models.DateField(verbose_name="attendu au plus tard le")),
                ("opened", models.JSONField(default=list, verbose_name="questions rouvertes")),
                ("sent_at", models.DateTimeField(verbose_name="envoyée le")),
                (
                    "action",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="completion_requests",
                        to="actions.action",
                    ),
                ),
                (
                    "sealed",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="cites.sealedversion"
                    ),
                ),
                (
                    "sent_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="envoyée par",
                    ),
                ),
            ],
            options={
                "verbose_name": "demande de complément",
                "verbose_name_plural": "demandes de complément",
                "ordering": ["action", "number"],
            },
        ),
        migrations.CreateModel(
            name="CompletionReminder",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "kind",
                    models.CharField(
                        choices=[("before", "Avant l'échéance"), ("after", "Après l'échéance")],
                        max_length=8,
                        verbose_name="rappel",
                    ),
                ),
                ("sent_at", models.DateTimeField(verbose_name="envoyé le")),
                (
                    "request",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="reminders",
                        to="actions.completionrequest",
                    ),
                ),
            ],
            options={
                "verbose_name": "rappel de complément",
                "verbose_name_plural": "rappels de complément",
                "ordering": ["pk"],
            },
        ),
        migrations.AddField(
            model_name="askedquestion",
            name="request",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="questions", to="actions.completionrequest"
            ),
        ),
        migrations.AddConstraint(
            model_name="completionrequest",
            constraint=models.UniqueConstraint(fields=("action", "number"), name="completion_request_number_once"),
        ),
        migrations.AddConstraint(
            model_name="completionrequest",
            constraint=models.UniqueConstraint(
                fields=("action", "version"),
                name="completion_request_once_per_version",
                violation_error_message="Un complément est déjà demandé sur cette version.",
            ),
        ),
        migrations.AddConstraint(
            model_name="completionreminder",
            constraint=models.UniqueConstraint(fields=("request", "kind"), name="completion_reminder_once"),
        ),
        migrations.AddConstraint(
            model_name="completionreminder",
            constraint=models.CheckConstraint(
                condition=models.Q(("kind__in", ["after", "before"])),
                name="completion_reminder_kind_known",
                violation_error_message="Cette valeur n'est pas dans la liste.",
            ),
        ),
    ]
