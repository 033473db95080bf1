from django.urls import include, path

from actions.views import file, listing, proposals, public, report

actions_urls = [
    path("actions/", public.listing, name="public_list"),
    path("actions/<slug:reference>/", public.detail, name="public_detail"),
    path("appels/", public.calls, name="calls"),
    path("appels/<slug:slug>/", public.call, name="call"),
    path("espace/actions/", listing.actions, name="list"),
    path("espace/actions/export.csv", listing.export, name="export"),
    path("espace/actions/<slug:reference>/", file.detail, name="file"),
    path("espace/actions/<slug:reference>/modifier/", file.edit, name="edit"),
    path("espace/actions/<slug:reference>/avis/", file.avis, name="avis"),
    path("espace/actions/<slug:reference>/recevabilite/", file.completion, name="completion"),
    path("espace/actions/<slug:reference>/ordre-du-jour/", file.schedule, name="schedule"),
    path("espace/actions/<slug:reference>/prolonger/", file.change_dates, name="change_dates"),
    path("espace/actions/<slug:reference>/bilan/", file.report_correction, name="report_correction"),
    path("espace/actions/<slug:reference>/etape/<slug:name>/", file.step, name="step"),
]
proposals_urls = [
    path("", proposals.listing, name="list"),
    path("nouveau/<slug:slug>/", proposals.start, name="start"),
    path("<uuid:key>/", proposals.detail, name="detail"),
    path("<uuid:key>/saisie/", proposals.edit, name="edit"),
    path("<uuid:key>/relecture/", proposals.check, name="check"),
    path("<uuid:key>/recepisse/", proposals.receipt, name="receipt"),
    path("<uuid:key>/recepisse/<int:number>.pdf", proposals.receipt_pdf, name="receipt_pdf"),
    path("<uuid:key>/bilan/", report.edit, name="report"),
    path("<uuid:key>/etape/<slug:name>/", proposals.step, name="step"),
]

urlpatterns = [
    path("", include((actions_urls, "actions"))),
    path("espace/depots/", include((proposals_urls, "proposals"))),
]
