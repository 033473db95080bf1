"""Organisations that propose actions, the people in them, and the interests that put someone out of a file."""

from datetime import date
from typing import Any

from django.core.exceptions import ValidationError
from django.core.validators import RegexValidator
from django.db import models
from django.db.models import Q
from stdnum.exceptions import ValidationError as StdnumError
from stdnum.fr import siret as siret_rules

from cites.core import clock, constraints
from cites.core.text import one_line, searchable
from cites.models import Champ, Quartier, User
from cites.models.references import Reference
from cites.models.territory import validate_uai


def validate_siret(value: str) -> None:
    """Fourteen digits with their key (La Poste's own rule included); fourteen zeros are nobody's."""
    try:
        if not value.isascii() or not value.isdigit() or not value.strip("0"):
            raise ValidationError(_SIRET_MESSAGE)
        siret_rules.validate(value)
    except StdnumError as error:
        raise ValidationError(_SIRET_MESSAGE) from error


_SIRET_MESSAGE = "Ce numéro SIRET n'est pas valable : 14 chiffres, dont la clé. Vérifiez-le sur l'avis de situation."


SIRET_TAKEN = "Une organisation porte déjà ce numéro SIRET."


class OrganisationKind(Reference):
    is_private = models.BooleanField("organisme de droit privé", default=False)
    needs_rna = models.BooleanField("a un numéro RNA", default=False)
    needs_uai = models.BooleanField("a un code UAI", default=False)
    asks_cer = models.BooleanField("souscrit le contrat d'engagement républicain", default=False)

    class Meta(Reference.Meta):
        verbose_name = "type d'organisation"
        verbose_name_plural = "types d'organisations"


class OrganisationQuerySet(models.QuerySet["Organisation"]):
    def visible_to(self, user: Any) -> "OrganisationQuerySet":
        """Pilots' side and administration: all. A partner: its own. Anyone else: none."""
        if not user.is_authenticated or not user.is_active:
            return self.none()
        if user.is_steering or user.is_staff:
            return self
        return self.filter(pk__in=[m.organisation_id for m in user.active_memberships])

    def search(self, text: str) -> "OrganisationQuerySet":
        """Every word, in any order, whatever the accents and capitals."""
        rows = self
        for word in searchable(text).split():
            rows = rows.filter(search_text__contains=word)
        return rows


class WebAddressField(models.URLField[str, str]):
    """Typed without its scheme, it is https."""

    def formfield(self, **kwargs: Any) -> Any:
        return super().formfield(**{"assume_scheme": "https", **kwargs})

    def deconstruct(self) -> Any:
        """The database knows it as an ordinary one."""
        name, _, args, kwargs = super().deconstruct()
        return name, "django.db.models.URLField", args, kwargs


class Organisation(models.Model):
    name = models.CharField("nom", max_length=150)
    short_name = models.CharField("sigle", max_length=40, blank=True)
    kind = models.ForeignKey(OrganisationKind, verbose_name="type", on_delete=models.PROTECT)
    siret = models.CharField("SIRET", max_length=14, unique=True, error_messages={"unique": SIRET_TAKEN})
    siret_to_check = models.BooleanField("SIRET à vérifier", default=False, editable=False)
    rna = models.CharField(
        "RNA",
        max_length=10,
        blank=True,
        validators=[RegexValidator(r"^W[0-9][0-9A-Z][0-9]{7}$", "Un numéro RNA s'écrit W suivi de 9 caractères.")],
    )
    uai = models.CharField("UAI", max_length=8, blank=True, validators=[validate_uai])
    address = models.CharField("adresse", max_length=200, blank=True)
    postal_code = models.CharField("code postal", max_length=5, blank=True)
    city = models.CharField("commune", max_length=100, blank=True)
    email = models.EmailField("courriel", blank=True)
    phone = models.CharField("téléphone", max_length=20, blank=True)
    legal_representative = models.CharField("représentante ou représentant légal", max_length=150, blank=True)
    purpose = models.CharField("objet", max_length=300, blank=True)
    website = WebAddressField("site internet", blank=True)
    champs = models.ManyToManyField(Champ, verbose_name="champs d'action", blank=True)
    quartiers = models.ManyToManyField(Quartier, verbose_name="quartiers d'intervention", blank=True)
    cer_signed_on = models.DateField("contrat d'engagement républicain souscrit le", null=True, blank=True)
    edit_version = models.PositiveIntegerField(default=0, editable=False)
    search_text = models.TextField(editable=False, blank=True)

    objects = OrganisationQuerySet.as_manager()

    class Meta:
        verbose_name = "organisation"
        ordering = ["name"]
        constraints = [
            models.UniqueConstraint(
                fields=["uai"],
                condition=~Q(uai=""),
                name="organisation_uai_once",
                violation_error_message="Un établissement porte déjà ce code UAI.",
            ),
            models.UniqueConstraint(
                fields=["rna"],
                condition=~Q(rna=""),
                name="organisation_rna_once",
                violation_error_message="Une association porte déjà ce numéro RNA.",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def save(self, *args: Any, **kwargs: Any) -> None:
        """What a search looks in follows the name and the numbers."""
        self.name, self.short_name = one_line(self.name), one_line(self.short_name)
        words = (self.name, self.short_name, self.city, self.siret, self.rna, self.uai)
        self.search_text = searchable(" ".join(words))
        if kwargs.get("update_fields") is not None:
            kwargs["update_fields"] = {*kwargs["update_fields"], "search_text"}
        super().save(*args, **kwargs)

    @property
    def reference(self) -> str:
        """How the journal names it."""
        return f"n° {self.pk}"

    @property
    def has_responsable(self) -> bool:
        return self.memberships.responsables().exists()

    def clean(self) -> None:
        """A number that came with old data may wait to be verified; one that is typed has its key."""
        if not self.siret or (
            self.siret_to_check and Organisation.objects.filter(pk=self.pk, siret=self.siret).exists()
        ):
            return
        try:
            validate_siret(self.siret)
        except ValidationError as error:
            raise ValidationError({"siret": error.messages}) from error
        self.siret_to_check = False


class DatedQuerySet(models.QuerySet[Any]):
    def active(self, on: date | None = None) -> "DatedQuerySet":
        day = on or clock.today()
        return self.filter(Q(ends_on__isnull=True) | Q(ends_on__gte=day), starts_on__lte=day)


class MembershipQuerySet(DatedQuerySet):
    def active(self, on: date | None = None) -> "MembershipQuerySet":
        """One that was ended is over at once, not at the end of its last day."""
        active: MembershipQuerySet = super().active(on).exclude(ended_at__lte=clock.now())  # type: ignore[assignment]
        return active

    def responsables(self) -> "MembershipQuerySet":
        """Who can answer for the organisation today."""
        can_answer = {"user__is_active": True, "user__is_staff": False}
        found: MembershipQuerySet = self.active().filter(role=Membership.Role.RESPONSABLE, **can_answer)
        return found


class Membership(models.Model):
    class Role(models.TextChoices):
        RESPONSABLE = "responsable", "Responsable : saisit, dépose, invite"
        REDACTEUR = "redacteur", "Rédacteur : saisit et dépose"
        LECTEUR = "lecteur", "Lecteur : consulte"

    user = models.ForeignKey(User, verbose_name="personne", on_delete=models.PROTECT, related_name="memberships")
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="memberships")
    role = models.CharField("rôle", max_length=12, choices=Role)
    starts_on = models.DateField("à partir du", default=clock.today)
    ends_on = models.DateField("jusqu'au", null=True, blank=True)
    ended_at = models.DateTimeField("terminé le", null=True, blank=True, editable=False)

    objects = MembershipQuerySet.as_manager()

    class Meta:
        verbose_name = "membre"
        ordering = ["organisation", "user"]
        constraints = [
            models.UniqueConstraint(
                fields=["user", "organisation"],
                condition=Q(ends_on__isnull=True),
                name="membership_once",
                violation_error_message="Cette personne est déjà membre de l'organisation.",
            ),
            constraints.known("membership", "role", ["responsable", "redacteur", "lecteur"]),
            constraints.ordered("membership", "starts_on", "ends_on", "La fin précède le début."),
        ]

    def __str__(self) -> str:
        return f"{self.user} – {self.organisation}"

    def save(self, *args: Any, **kwargs: Any) -> None:
        """One whose last day is taken away goes on: the instant of its end goes with it."""
        if self.ends_on is None:
            self.ended_at = None
        super().save(*args, **kwargs)

    @property
    def can_write(self) -> bool:
        return self.role in (self.Role.RESPONSABLE, self.Role.REDACTEUR)


class Interest(models.Model):
    """Declared by a person or recorded for them: out of every file of that organisation while it lasts."""

    user = models.ForeignKey(User, verbose_name="personne", on_delete=models.PROTECT, related_name="interests")
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="interests")
    nature = models.CharField("nature de l'intérêt", max_length=200)
    starts_on = models.DateField("à partir du", default=clock.today)
    ends_on = models.DateField("jusqu'au", null=True, blank=True)

    objects = DatedQuerySet.as_manager()

    class Meta:
        verbose_name = "intérêt déclaré"
        verbose_name_plural = "intérêts déclarés"
        ordering = ["user", "organisation"]
        constraints = [constraints.ordered("interest", "starts_on", "ends_on", "La fin précède le début.")]

    def __str__(self) -> str:
        return f"{self.user} – {self.organisation} ({self.nature})"


def has_interest(user: Any, organisation: Organisation) -> bool:
    """An interest is declared, or comes by itself from a seat in a private body.

    Being an agent of the same public body is not an interest.
    """
    if Interest.objects.active().filter(user=user, organisation=organisation).exists():
        return True
    member = Membership.objects.active().filter(user=user, organisation=organisation).exists()
    return member and organisation.kind.is_private
