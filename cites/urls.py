"""The site map. Other apps are named as strings only."""

from django.conf import settings
from django.contrib import admin
from django.urls import include, path

from cites.views import demo, espace, public

public_urls = [
    path("", public.home, name="home"),
    path("cite/", public.cite, name="cite"),
    path("convention/", public.convention, name="convention"),
    path("accessibilite/", public.accessibility, name="accessibility"),
    path("mentions-legales/", public.legal, name="legal"),
    path("sante/", public.health, name="health"),
]
espace_urls = [
    path("", espace.home, name="home"),
    path("journal/", espace.journal, name="journal"),
]
demo_urls = [path("courrier/", demo.mail, name="mail")] if settings.DEMO else []

urlpatterns = [
    path("", include((public_urls, "public"))),
    path("espace/", include((espace_urls, "espace"))),
    path("", include("actions.urls")),
    path("", include("funding.urls")),
    path("comptes/", include("allauth.urls")),
    path(settings.ADMIN_PATH, admin.site.urls),
    path("demo/", include((demo_urls, "demo"))),
]

handler403 = "cites.core.views.permission_denied"
