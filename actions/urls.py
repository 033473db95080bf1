from django.urls import include, path

from actions.views import attachments, budget, file, listing, proposals, public, report, writing

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
    path("espace/actions/<slug:reference>/budget.ods", budget.of_file, name="budget_ods"),
    path("espace/actions/<slug:reference>/pieces/<int:number>/", attachments.instructed_file, name="piece"),
    path("espace/actions/<slug:reference>/etape/<slug:name>/", file.step, name="step"),
]
proposals_urls = [
    path("", proposals.listing, name="list"),
    path("nouveau/<slug:slug>/", writing.start, name="start"),
    path("<uuid:key>/", proposals.detail, name="detail"),
    path("<uuid:key>/saisie/", writing.edit, name="edit"),
    path("<uuid:key>/saisie/<slug:slug>/", writing.write, name="write"),
    path("<uuid:key>/reconduire/", writing.renew, name="renew"),
    path("<uuid:key>/relecture/", proposals.check, name="check"),
    path("<uuid:key>/recepisse/", proposals.receipt, name="receipt"),
    path("<uuid:key>/recepisse/<int:number>.pdf", proposals.receipt_pdf, name="receipt_pdf"),
    path("<uuid:key>/bilan/", report.edit, name="report"),
    path("<uuid:key>/budget.ods", budget.of_proposal, name="budget_ods"),
    path("<uuid:key>/pieces/", attachments.page, name="attachments"),
    path("<uuid:key>/pieces/brouillon/<int:number>/", attachments.draft_file, name="draft_file"),
    path("<uuid:key>/pieces/<int:number>/", attachments.sealed_file, name="piece"),
    path("<uuid:key>/etape/<slug:name>/", proposals.step, name="step"),
]

urlpatterns = [
    path("", include((actions_urls, "actions"))),
    path("espace/depots/", include((proposals_urls, "proposals"))),
]
