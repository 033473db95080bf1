from django.urls import include, path

from funding.views import budget, proposals, seances

seances_urls = [
    path("", seances.listing, name="list"),
    path("nouvelle/", seances.create, name="create"),
    path("<int:pk>/", seances.detail, name="detail"),
    path("<int:pk>/ouvrir/", seances.open_seance, name="open"),
    path("<int:pk>/clore/", seances.close, name="close"),
    path("<int:pk>/dossiers/<int:item>/", seances.item, name="item"),
    path("<int:pk>/dossiers/<int:item>/positions/", seances.positions, name="positions"),
    path("<int:pk>/dossiers/<int:item>/retirer/", seances.remove, name="remove"),
    path("<int:pk>/dossiers/<int:item>/contester/", seances.contest, name="contest"),
    path("<int:pk>/releve/", seances.releve, name="releve"),
    path("<int:pk>/releve.pdf", seances.releve_pdf, name="releve_pdf"),
    path("<int:pk>/signer/", seances.sign, name="sign"),
    path("<int:pk>/notifier/", seances.notify, name="notify"),
]
budget_urls = [
    path("", budget.overview, name="overview"),
    path("tranches/<int:pk>/", budget.tranche, name="tranche"),
]
renounce_urls = [path("<uuid:key>/renoncer/", proposals.renounce, name="renounce")]

urlpatterns = [
    path("espace/seances/", include((seances_urls, "seances"))),
    path("espace/budget/", include((budget_urls, "budget"))),
    path("espace/depots/", include((renounce_urls, "awards"))),
]
