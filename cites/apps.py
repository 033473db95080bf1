from importlib import import_module

from django.apps import AppConfig
from django.contrib.admin.apps import AdminConfig
from django.db.models.signals import post_migrate
from django.utils.module_loading import autodiscover_modules


class CitesConfig(AppConfig):
    name = "cites"
    verbose_name = "La cité et ses pilotes"

    def ready(self) -> None:
        from cites.core import append_only, registry  # noqa: PLC0415 - models must be loaded first

        autodiscover_modules("permissions")
        import_module("cites.accounts.step_up")  # listens to sign-ins
        import_module("cites.accounts.second_factor")  # listens to changes of factor
        for part in registry.REGISTRIES:
            part.discover()
        post_migrate.connect(append_only.install_after_migrate, dispatch_uid="append_only")


class PortalAdminConfig(AdminConfig):
    """Django's admin, with our site: libraries do not add their pages to it."""

    default_site = "cites.core.admin.PortalAdminSite"
