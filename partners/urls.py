from django.urls import include, path

from partners.views import directory, documents, joining, members, organisation

partners_urls = [
    path("", directory.listing, name="list"),
    path("<int:pk>/", directory.detail, name="detail"),
]
organisation_urls = [
    path("", organisation.home, name="home"),
    path("rejoindre/", joining.search, name="join"),
    path("rejoindre/<int:pk>/", joining.ask, name="ask"),
    path("creer/", joining.create, name="create"),
    path("<int:pk>/", organisation.detail, name="detail"),
    path("<int:pk>/choisir/", organisation.switch, name="switch"),
    path("<int:pk>/modifier/", organisation.edit, name="edit"),
    path("<int:pk>/alliances/", organisation.ties, name="ties"),
    path("<int:pk>/alliances/<int:number>/retirer/", organisation.remove_tie, name="remove_tie"),
    path("<int:pk>/membres/inviter/", members.invite, name="invite"),
    path("<int:pk>/membres/<int:number>/", members.member, name="member"),
    path("<int:pk>/membres/<int:number>/fin/", members.end, name="end"),
    path("<int:pk>/invitations/<int:number>/<slug:name>/", members.invitation, name="invitation"),
    path("<int:pk>/pieces/", documents.wallet, name="documents"),
    path("<int:pk>/pieces/rib/", documents.rib, name="rib"),
    path("<int:pk>/pieces/ajouter/<slug:code>/", documents.add, name="document_add"),
    path("<int:pk>/pieces/<int:number>/", documents.download, name="document"),
    path("<int:pk>/pieces/<int:number>/retirer/", documents.remove, name="document_remove"),
    path("<int:pk>/demandes/<int:number>/", members.join_request, name="join_request"),
]

urlpatterns = [
    path("espace/partenaires/", include((partners_urls, "partners"))),
    path("espace/organisation/", include((organisation_urls, "organisation"))),
]
