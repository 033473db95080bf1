"""The site map. Other apps are named as strings only."""

from django.conf import settings
from django.contrib import admin
from django.urls import include, path

from cites.views import demo, espace, gallery, help, public

public_urls = [
    path("", public.home, name="home"),
    path("cite/", public.cite, name="cite"),
    path("convention/", public.convention, name="convention"),
    path("accessibilite/", public.accessibility, name="accessibility"),
    path("mentions-legales/", public.legal, name="legal"),
    path("aide/", help.home, name="help"),
    path("aide/<slug:slug>/", help.guide, name="guide"),
    path("sante/", public.health, name="health"),
]
espace_urls = [
    path("", espace.home, name="home"),
    path("journal/", espace.journal, name="journal"),
]
demo_urls = [path("courrier/", demo.mail, name="mail")] if settings.DEMO else []
gallery_urls = [path("", gallery.index, name="index")] if settings.COMPONENT_GALLERY else []

urlpatterns = [
    path("", include((public_urls, "public"))),
    path("espace/", include((espace_urls, "espace"))),
    path("", include("partners.urls")),
    path("", include("actions.urls")),
    path("", include("funding.urls")),
    path("comptes/", include("cites.accounts.urls")),
    # Those of allauth one by one: its pages to sign up by, or to connect, another identity are not ours.
    path("comptes/", include("allauth.account.urls")),
    path("comptes/2fa/", include("allauth.mfa.urls")),
    path("comptes/sessions/", include("allauth.usersessions.urls")),
    path("comptes/proconnect/", include("cites.proconnect.urls")),
    path(settings.ADMIN_PATH, admin.site.urls),
    path("demo/", include((demo_urls, "demo"))),
    path("composants/", include((gallery_urls, "gallery"))),
]

handler400 = "cites.core.error_pages.bad_request"
handler403 = "cites.core.error_pages.permission_denied"
handler404 = "cites.core.error_pages.not_found"
handler429 = "cites.core.error_pages.too_many"  # asked for by allauth
