from django.urls import path

from cites.proconnect import views

urlpatterns = [
    path("login/", views.login, name="proconnect_login"),
    path("login/callback/", views.callback, name="proconnect_callback"),
    path("deconnexion/", views.logout, name="proconnect_logout"),
    path("deconnexion/retour/", views.logged_out, name="proconnect_logged_out"),
]
