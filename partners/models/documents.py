"""The wallet of an organisation: each document once, with its date and its end, reused by every proposal."""

import re
from datetime import date
from typing import Any

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Q
from stdnum import iban as iban_rules
from stdnum.exceptions import ValidationError as StdnumError

from cites.core import clock, constraints
from cites.core.attachments import LABELS
from cites.models import StoredFile, User
from cites.models.references import Reference
from partners.models.organisations import Organisation, OrganisationKind

SOON = 45  # days before its end that a document is said to end soon


def validate_iban(value: str) -> None:
    """Its key, its length and, for France, the key of the account."""
    try:
        iban_rules.validate(value)
    except StdnumError as error:
        raise ValidationError("Cet IBAN n'est pas valable : recopiez-le depuis le RIB, clé comprise.") from error


class DocumentKind(Reference):
    """What a wallet holds: for which organisations, for how long it is valid."""

    organisation_kinds = models.ManyToManyField(
        OrganisationKind, verbose_name="organisations concernées", blank=True, help_text="Aucune cochée : toutes."
    )
    months_valid = models.PositiveSmallIntegerField(
        "valable (mois)", null=True, blank=True, help_text="Vide : sans fin."
    )
    holds_iban = models.BooleanField("porte un IBAN", default=False)
    is_cer = models.BooleanField("contrat d'engagement républicain", default=False)
    hint = models.CharField("aide", max_length=200, blank=True)

    class Meta(Reference.Meta):
        verbose_name = "type de pièce"
        verbose_name_plural = "types de pièces"

    @classmethod
    def asked_of(cls, organisation: Organisation) -> list["DocumentKind"]:
        """What this organisation keeps, in order; the CER only where its kind subscribes one."""
        concerned = Q(organisation_kinds=None) | Q(organisation_kinds=organisation.kind_id)
        kinds = cls.objects.filter(concerned, is_active=True).distinct()
        return list(kinds if organisation.kind.asks_cer else kinds.exclude(is_cer=True))

    def ends_on(self, dated_on: date) -> date | None:
        """The last day of a document of that date; the 31st of a shorter month is its last day."""
        if not self.months_valid:
            return None
        months = dated_on.year * 12 + dated_on.month - 1 + self.months_valid
        year, month = divmod(months, 12)
        for day in range(dated_on.day, 27, -1):
            try:
                return date(year, month + 1, day)
            except ValueError:
                continue
        return date(year, month + 1, dated_on.day)


class DocumentQuerySet(models.QuerySet["Document"]):
    def visible_to(self, user: Any) -> "DocumentQuerySet":
        """The pilots' side: all; a partner: its own. Reading a RIB is asked apart."""
        if not user.is_authenticated or not user.is_active:
            return self.none()
        if user.is_steering:
            return self
        return self.filter(organisation__in=[m.organisation_id for m in user.active_memberships])

    def current(self) -> "DocumentQuerySet":
        return self.filter(replaced_by=None)


class Document(models.Model):
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="documents")
    kind = models.ForeignKey(DocumentKind, verbose_name="pièce", on_delete=models.PROTECT, related_name="documents")
    file = models.ForeignKey(StoredFile, verbose_name="fichier", on_delete=models.PROTECT, related_name="documents")
    name = models.CharField("nom du fichier", max_length=120)
    iban = models.CharField("IBAN", max_length=34, blank=True, validators=[validate_iban])
    dated_on = models.DateField("date de la pièce")
    expires_on = models.DateField("valable jusqu'au", null=True, blank=True)
    added_by = models.ForeignKey(User, verbose_name="ajoutée par", on_delete=models.PROTECT, related_name="+")
    added_at = models.DateTimeField("ajoutée le")
    replaced_by = models.ForeignKey(
        "self", verbose_name="remplacée par", null=True, blank=True, on_delete=models.PROTECT, related_name="replaces"
    )

    objects = DocumentQuerySet.as_manager()

    class Meta:
        verbose_name = "pièce"
        ordering = ["organisation", "kind__rank", "-added_at"]
        constraints = [
            models.UniqueConstraint(
                fields=["organisation", "kind"],
                condition=Q(replaced_by=None),
                name="document_current_once",
                violation_error_message="Cette pièce est déjà dans le portefeuille : remplacez-la.",
            ),
            constraints.ordered("document", "dated_on", "expires_on", "La fin de validité précède sa date."),
        ]

    def __str__(self) -> str:
        return f"{self.kind} – {self.organisation}"

    @property
    def format_label(self) -> str:
        return LABELS.get(self.file.media_type, "fichier")

    @property
    def is_expired(self) -> bool:
        return self.expires_on is not None and self.expires_on < clock.today()

    @property
    def state(self) -> str:
        """The label of its badge."""
        if self.is_expired:
            return "Périmée"
        if self.expires_on is not None and (self.expires_on - clock.today()).days <= SOON:
            return "Bientôt périmée"
        return "Valable"

    @property
    def masked_iban(self) -> str:
        return f"•••• {self.iban[-4:]}" if self.iban else ""

    @property
    def written_iban(self) -> str:
        """In fours, as a bank writes it."""
        return re.sub(r"(.{4})(?=.)", "\\1\u00a0", self.iban)
