"""How people come into an organisation: someone in it invites them, or they ask and someone in it answers."""

from typing import Any

from django.db import models
from django.db.models import Q

from cites.core import clock, constraints
from cites.models import Invitation, User
from partners.models.organisations import Membership, Organisation


class MembershipOffer(models.Model):
    """Which organisation an invitation is for; its role, address and life are the invitation's."""

    invitation = models.OneToOneField(Invitation, on_delete=models.PROTECT, related_name="membership_offer")
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="offers")

    class Meta:
        verbose_name = "invitation dans une organisation"
        verbose_name_plural = "invitations dans une organisation"
        ordering = ["-pk"]

    def __str__(self) -> str:
        return f"{self.invitation} – {self.organisation}"


class JoinRequestQuerySet(models.QuerySet["JoinRequest"]):
    def visible_to(self, user: Any) -> "JoinRequestQuerySet":
        """Those of one's organisations; coordination reads all, since it answers where nobody else can."""
        if not user.is_authenticated or not user.is_active:
            return self.none()
        if user.is_coordination:
            return self
        return self.filter(organisation__in=[m.organisation_id for m in user.active_memberships])

    def waiting(self) -> "JoinRequestQuerySet":
        return self.filter(answered_at=None)


class JoinRequest(models.Model):
    """Someone asks to come into an organisation that exists: nobody makes it a second time."""

    user = models.ForeignKey(User, verbose_name="personne", on_delete=models.PROTECT, related_name="join_requests")
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="join_requests")
    message = models.CharField("qui vous êtes dans cette organisation", max_length=500, blank=True)
    asked_at = models.DateTimeField("demandé le", default=clock.now, editable=False)
    answered_at = models.DateTimeField("répondu le", null=True, editable=False)
    answered_by = models.ForeignKey(
        User, verbose_name="répondu par", null=True, editable=False, on_delete=models.PROTECT, related_name="+"
    )
    role = models.CharField("rôle donné", max_length=12, choices=Membership.Role, blank=True, editable=False)
    reason = models.CharField("motif du refus", max_length=500, blank=True)

    objects = JoinRequestQuerySet.as_manager()

    class Meta:
        verbose_name = "demande de rattachement"
        verbose_name_plural = "demandes de rattachement"
        ordering = ["asked_at", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["user", "organisation"],
                condition=Q(answered_at__isnull=True),
                name="join_request_once",
                violation_error_message="Votre demande attend déjà une réponse.",
            ),
            constraints.both_or_neither(
                "join_request", "answered_by", "answered_at", "Une demande répondue dit par qui et quand."
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user} – {self.organisation}"

    @property
    def reference(self) -> str:
        """How the journal names it: never by the person."""
        return f"n° {self.pk}"

    @property
    def state(self) -> str:
        if self.answered_at is None:
            return "en attente"
        return "acceptée" if self.role else "refusée"
