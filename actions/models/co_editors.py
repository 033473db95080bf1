"""Another organisation that writes one file with its porteur."""

from typing import Any

from django.db import models
from django.db.models import Q
from django.urls import reverse

from actions.models.action import Action, Status
from cites.core import constraints
from cites.models import User
from partners.models import Organisation


class CoEditorQuerySet(models.QuerySet["CoEditor"]):
    def accepted(self) -> "CoEditorQuerySet":
        """Everyone who has written, also those whose part is over."""
        return self.filter(accepted_at__isnull=False)

    def active(self) -> "CoEditorQuerySet":
        """Who writes today: a file that is withdrawn ends it by itself."""
        return self.accepted().filter(ended_at__isnull=True).exclude(action__status=Status.WITHDRAWN)

    def invited(self) -> "CoEditorQuerySet":
        """Who has not answered yet."""
        waiting = self.filter(accepted_at__isnull=True, ended_at__isnull=True)
        return waiting.filter(action__status__in=[Status.DRAFT, Status.TO_COMPLETE])

    def visible_to(self, user: Any) -> "CoEditorQuerySet":
        """The invitations that this person may answer: those to the organisations that it writes for."""
        writing = [m.organisation_id for m in user.active_memberships if m.can_write]
        return self.filter(organisation__in=writing) if writing else self.none()


class CoEditor(models.Model):
    """Invited by the porteur, in once it has accepted, out at the word of either."""

    action = models.ForeignKey(Action, on_delete=models.PROTECT, related_name="co_editors")
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="co_edited")
    invited_by = models.ForeignKey(User, verbose_name="invitée par", on_delete=models.PROTECT, related_name="+")
    invited_at = models.DateTimeField("invitée le")
    accepted_by = models.ForeignKey(
        User, verbose_name="accepté par", null=True, on_delete=models.PROTECT, related_name="+"
    )
    accepted_at = models.DateTimeField("accepté le", null=True)
    ended_by = models.ForeignKey(
        User, verbose_name="terminé par", null=True, on_delete=models.PROTECT, related_name="+"
    )
    ended_at = models.DateTimeField("terminé le", null=True)

    objects = CoEditorQuerySet.as_manager()

    class Meta:
        verbose_name = "co-rédaction"
        ordering = ["action", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["action", "organisation"],
                condition=Q(ended_at__isnull=True),
                name="co_editor_once",
                violation_error_message="Cette organisation est déjà invitée à écrire ce dossier.",
            ),
            constraints.both_or_neither(
                "co_editor", "accepted_at", "accepted_by", "Une co-rédaction acceptée dit par qui et quand."
            ),
            constraints.both_or_neither(
                "co_editor", "ended_at", "ended_by", "Une co-rédaction terminée dit par qui et quand."
            ),
        ]

    def __str__(self) -> str:
        return f"{self.organisation} – {self.action}"

    def get_absolute_url(self) -> str:
        """Where the invited organisation answers."""
        return reverse("proposals:invitation", args=[self.pk])
