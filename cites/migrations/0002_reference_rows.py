"""Champs, themes, times, publics, actors, rules, instances, the three pilots; the journal's head; the cache table."""

from django.core.management import call_command
from django.db import migrations

from cites.core.references import load
from cites.reference_data import ACTOR_KINDS, AGE_RANGES, CHAMPS, INSTANCES, SCHOOL_TIMES, THEMES
from cites.reference_rules import RULES

PILOTS = (
    ("education", "Éducation nationale", "education"),
    ("ville", "Ville", "collectivite"),
    ("prefecture", "Préfecture", "etat"),
)


def fill(apps, schema_editor):
    def model(name):
        return apps.get_model("cites", name)

    champs = load(model("Champ"), CHAMPS)
    load(model("Theme"), THEMES, champ=("champ", champs))
    for name, rows in (
        ("SchoolTime", SCHOOL_TIMES),
        ("AgeRange", AGE_RANGES),
        ("ActorKind", ACTOR_KINDS),
        ("Rule", RULES),
        ("Instance", INSTANCES),
    ):
        load(model(name), rows)
    for rank, (code, name, kind) in enumerate(PILOTS, 1):
        model("PilotInstitution").objects.get_or_create(code=code, defaults={"name": name, "kind": kind, "rank": rank})
    model("JournalHead").objects.get_or_create(pk=1)
    call_command("createcachetable", database=schema_editor.connection.alias, verbosity=0)


class Migration(migrations.Migration):
    dependencies = [("cites", "0001_initial")]
    operations = [migrations.RunPython(fill, migrations.RunPython.noop)]
