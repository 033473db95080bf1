"""Pages about one's own account that allauth does not have, beside its own under `/comptes/`."""

from django.urls import path

from cites.accounts import sessions
from cites.views import confirmation, invitations

app_name = "accounts"
urlpatterns = [
    path("rester/", sessions.stay, name="stay"),
    path("second-facteur/", confirmation.needed, name="second_factor"),
    path("confirmer/", confirmation.confirm, name="confirm"),
    path("invitations/", invitations.waiting, name="invitations"),
    path("invitations/<int:pk>/accepter/", invitations.accept, name="invitation_accept"),
    path("invitation/<str:token>/", invitations.invitation, name="invitation"),
]
