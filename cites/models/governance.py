"""The cité, its pilot institutions and the dated mandates of the people who speak for them."""

from datetime import date

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Q

from cites.core import clock, constraints
from cites.models.territory import Commune, School
from cites.models.user import User


class Cite(models.Model):
    """One installation, one cité: a single row."""

    name = models.CharField("nom", max_length=120)
    tagline = models.CharField("accroche", max_length=200, blank=True)
    presentation = models.TextField("présentation", blank=True)
    labelled_on = models.DateField("date du label", null=True, blank=True)
    communes = models.ManyToManyField(Commune, verbose_name="communes", blank=True)
    academie = models.CharField("académie", max_length=60, blank=True)
    contact_email = models.EmailField("courriel de contact", blank=True)
    publisher_name = models.CharField("éditeur du site", max_length=150, blank=True)
    publisher_address = models.CharField("adresse de l'éditeur", max_length=250, blank=True)
    publisher_phone = models.CharField("téléphone de l'éditeur", max_length=30, blank=True)
    publication_director = models.CharField("directrice ou directeur de la publication", max_length=150, blank=True)
    host_name = models.CharField("hébergeur", max_length=150, blank=True)
    host_address = models.CharField("adresse de l'hébergeur", max_length=250, blank=True)
    host_phone = models.CharField("téléphone de l'hébergeur", max_length=30, blank=True)

    class Meta:
        verbose_name = "cité éducative"
        verbose_name_plural = "cité éducative"
        constraints = [
            models.CheckConstraint(
                name="cite_single_row",
                condition=Q(pk=1),
                violation_error_message="Une installation porte une seule cité éducative.",
            )
        ]

    def __str__(self) -> str:
        return self.name

    @classmethod
    def current(cls) -> "Cite | None":
        return cls.objects.first()

    @classmethod
    def current_name(cls) -> str:
        """How the portal is named, in its mails and on a telephone, before it has its cité too."""
        cite = cls.current()
        return cite.name if cite else "Cité éducative"


class PilotInstitution(models.Model):
    """A row, not a constant: three at install, a fourth can be added."""

    class Kind(models.TextChoices):
        ETAT = "etat", "État (préfecture)"
        EDUCATION = "education", "Éducation nationale"
        COLLECTIVITE = "collectivite", "Collectivité"
        AUTRE = "autre", "Autre financeur"

    code = models.SlugField("code", max_length=40, unique=True)
    name = models.CharField("nom", max_length=120)
    kind = models.CharField("nature", max_length=12, choices=Kind)
    rank = models.PositiveSmallIntegerField("rang", default=0)
    is_active = models.BooleanField("pilote aujourd'hui", default=True)

    class Meta:
        verbose_name = "institution pilote"
        verbose_name_plural = "institutions pilotes"
        ordering = ["rank", "name"]

    def __str__(self) -> str:
        return self.name


class MandateQuerySet(models.QuerySet["Mandate"]):
    def active(self, on: date | None = None) -> "MandateQuerySet":
        day = on or clock.today()
        return self.filter(Q(ends_on__isnull=True) | Q(ends_on__gte=day), starts_on__lte=day, user__is_active=True)

    def pilots(self) -> "MandateQuerySet":
        return self.filter(role__in=Mandate.PILOT_ROLES)


class Mandate(models.Model):
    """A dated seat. Pilots and instructeurs sit for an institution, coordination for all together."""

    class Role(models.TextChoices):
        TITULAIRE = "titulaire", "Pilote titulaire"
        SUPPLEANT = "suppleant", "Pilote suppléant"
        INSTRUCTEUR = "instructeur", "Instructeur"
        COORDINATION = "coordination", "Coordination"

    PILOT_ROLES = ("titulaire", "suppleant")

    user = models.ForeignKey(User, verbose_name="personne", on_delete=models.PROTECT, related_name="mandates")
    role = models.CharField("rôle", max_length=12, choices=Role)
    institution = models.ForeignKey(
        PilotInstitution,
        verbose_name="institution",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="mandates",
        help_text="Vide pour la coordination, mandatée par les pilotes ensemble.",
    )
    starts_on = models.DateField("à partir du")
    ends_on = models.DateField("jusqu'au", null=True, blank=True)

    objects = MandateQuerySet.as_manager()

    class Meta:
        verbose_name = "mandat"
        ordering = ["institution__rank", "role", "starts_on"]
        constraints = [
            models.CheckConstraint(
                name="mandate_institution_unless_coordination",
                condition=Q(role="coordination", institution__isnull=True)
                | (~Q(role="coordination") & Q(institution__isnull=False)),
                violation_error_message="La coordination n'a pas d'institution ; les autres mandats en ont une.",
            ),
            constraints.known("mandate", "role", ["titulaire", "suppleant", "instructeur", "coordination"]),
            constraints.ordered("mandate", "starts_on", "ends_on", "La fin du mandat précède son début."),
        ]

    def __str__(self) -> str:
        return f"{self.user} – {self.label}"

    @property
    def label(self) -> str:
        return f"{self.get_role_display()} – {self.institution}" if self.institution else self.get_role_display()

    def clean(self) -> None:
        if self.user_id and self.user.is_staff:
            raise ValidationError(
                {"user": "Un compte d'administration ne reçoit pas de mandat : créez un autre compte."}
            )
        if self.user_id and self.starts_on and self._overlapping().exists():
            raise ValidationError("Cette personne a déjà un mandat sur cette période : terminez-le d'abord.")

    def _overlapping(self) -> "MandateQuerySet":
        others = Mandate.objects.filter(user_id=self.user_id).exclude(pk=self.pk)
        if self.ends_on:
            others = others.filter(starts_on__lte=self.ends_on)
        return others.filter(Q(ends_on__isnull=True) | Q(ends_on__gte=self.starts_on))


class ChefDeFile(models.Model):
    """Which collège holds the fonds, and since when: a dated role, not a constant."""

    school = models.ForeignKey(School, verbose_name="collège", on_delete=models.PROTECT, related_name="chef_de_file")
    starts_on = models.DateField("à partir du")
    ends_on = models.DateField("jusqu'au", null=True, blank=True)

    class Meta:
        verbose_name = "collège chef de file"
        verbose_name_plural = "collèges chefs de file"
        ordering = ["-starts_on"]
        constraints = [
            constraints.ordered("chef_de_file", "starts_on", "ends_on", "La fin précède le début."),
        ]

    def __str__(self) -> str:
        return f"{self.school} depuis le {self.starts_on:%d/%m/%Y}"
