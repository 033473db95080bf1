"""One settings file that reads the environment; `.env.example` lists what can be set."""

import os
import secrets
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

from django.core.exceptions import ImproperlyConfigured

BASE_DIR = Path(__file__).resolve().parent.parent
VAR_DIR = Path(os.environ.get("VAR_DIR", BASE_DIR / "var"))


def flag(name: str, default: bool = False) -> bool:
    return os.environ.get(name, "1" if default else "0").lower() in ("1", "true", "yes", "on")


def words(name: str) -> list[str]:
    return [word for word in os.environ.get(name, "").replace(",", " ").split() if word]


DEBUG = flag("DEBUG")
DEMO = flag("DEMO")
LOCAL = DEBUG or DEMO
COMPONENT_GALLERY = DEBUG and not DEMO  # /composants/, for who builds screens
HTTPS = flag("HTTPS", default=not LOCAL)


def local_secret_key() -> str:
    """A key of its own for a demo or a developer's machine, kept between starts."""
    VAR_DIR.mkdir(parents=True, exist_ok=True)
    file = VAR_DIR / "secret_key"
    if not file.exists():
        file.write_text(secrets.token_urlsafe(60))
        file.chmod(0o600)
    return file.read_text()


SECRET_KEY = os.environ.get("SECRET_KEY") or (local_secret_key() if LOCAL else "")
SECRET_KEY_FALLBACKS = words("SECRET_KEY_FALLBACKS")
ALLOWED_HOSTS = words("ALLOWED_HOSTS") or (["localhost", "127.0.0.1", "[::1]"] if LOCAL else [])
BRAND = os.environ.get("BRAND") or ("etat" if LOCAL else "")
SITE_URL = os.environ.get("SITE_URL") or ("http://localhost:8000" if LOCAL else f"https://{''.join(ALLOWED_HOSTS[:1])}")
ADMIN_PATH = os.environ.get("ADMIN_PATH", "admin/").strip("/") + "/"

for name, value in {"SECRET_KEY": SECRET_KEY, "ALLOWED_HOSTS": ALLOWED_HOSTS, "BRAND": BRAND}.items():
    if not value:
        raise ImproperlyConfigured(f"Set {name} in the environment (see .env.example), or DEMO=1 to try the portal.")
if BRAND not in ("etat", "neutre"):
    raise ImproperlyConfigured(
        "BRAND is “etat” (a State service, with the State's design system) or “neutre” (everyone else)."
    )

INSTALLED_APPS = [
    "cites.apps.CitesConfig",
    "partners.apps.PartnersConfig",
    "actions.apps.ActionsConfig",
    "funding.apps.FundingConfig",
    "django.forms",  # before dsfr, whose widgets we do not use: only its static files
    *(["dsfr"] if BRAND == "etat" else []),  # its files are not even collected elsewhere
    "django_htmx",
    "django_filters",
    "django_tasks",
    "django_tasks_db",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.socialaccount",
    "cites.proconnect",
    "allauth.usersessions",
    "cites.apps.PortalAdminConfig",  # django.contrib.admin
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.humanize",
    "django.contrib.messages",
    "django.contrib.sessions",
    "django.contrib.sites",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
]
SITE_ID = 1

MIDDLEWARE = [
    "cites.core.middleware.security_headers",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "cites.core.middleware.refuse_malformed",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "cites.accounts.sessions.limits",
    "cites.core.middleware.private_pages",
    "cites.core.middleware.LoginWall",
    "cites.accounts.second_factor.SecondFactorWall",
    "cites.accounts.step_up.AskAgain",
    "partners.membership.RememberOrganisation",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "allauth.usersessions.middleware.UserSessionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "cites.core.views.AnswerRefusals",
]

ROOT_URLCONF = "cites.urls"
WSGI_APPLICATION = "cites.wsgi.application"
APPEND_SLASH = True

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "cites.context.site",
            ],
        },
    },
]
FORM_RENDERER = "cites.core.forms.DsfrRenderer"


def database() -> dict[str, Any]:
    """DATABASE_URL unset is SQLite in var/; postgres://user:password@host:port/name is PostgreSQL."""
    url = urlsplit(os.environ.get("DATABASE_URL", ""))
    if not url.scheme:
        VAR_DIR.mkdir(parents=True, exist_ok=True)
        return {
            "ENGINE": "django.db.backends.sqlite3",
            "NAME": VAR_DIR / "db.sqlite3",
            "TEST": {"NAME": VAR_DIR / "test.sqlite3"},
            "OPTIONS": {
                "timeout": 20,
                "transaction_mode": "IMMEDIATE",
                "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL;"
                " PRAGMA foreign_keys=ON; PRAGMA recursive_triggers=ON;",
            },
        }
    if url.scheme not in ("postgres", "postgresql"):
        raise ImproperlyConfigured("DATABASE_URL starts with postgres://, or stays unset for SQLite.")
    query = dict(parse_qsl(url.query))
    options: dict[str, Any] = {
        "options": "-c statement_timeout=15000 -c lock_timeout=10000 -c idle_in_transaction_session_timeout=30000",
        **{key: value for key, value in query.items() if key != "host"},
    }
    if flag("DB_POOL", default=True):
        options["pool"] = {"min_size": 1, "max_size": 8, "timeout": 4}
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": url.path.lstrip("/"),
        "USER": unquote(url.username or ""),
        "PASSWORD": unquote(url.password or ""),
        "HOST": query.get("host") or unquote(url.hostname or ""),
        "PORT": str(url.port or ""),
        "OPTIONS": options,
    }


DATABASES = {"default": database()}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
CACHES = {
    "default": {
        "BACKEND": "django.core.cache.backends.db.DatabaseCache",
        "LOCATION": "cache",
        # Above it the backend throws rows away, and counters of wrong passwords with them.
        "OPTIONS": {"MAX_ENTRIES": 1_000_000},
    }
}

# Accounts
AUTH_USER_MODEL = "cites.User"
AUTHENTICATION_BACKENDS = [
    "allauth.account.auth_backends.AuthenticationBackend",
    "cites.core.permissions.RulesBackend",
]
PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.Argon2PasswordHasher",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "cites.accounts.passwords.LengthValidator"},
    {"NAME": "cites.accounts.passwords.GuessableValidator"},
]
PASSWORD_RESET_TIMEOUT = 3600
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "espace:home"
LOGOUT_REDIRECT_URL = "public:home"
ACCOUNT_ADAPTER = "cites.accounts.adapter.AccountAdapter"
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*", "password2*"]
ACCOUNT_SIGNUP_FORM_CLASS = "cites.accounts.forms.SignupForm"
ACCOUNT_FORMS = {
    "login": "cites.accounts.address_forms.LoginForm",
    "signup": "cites.accounts.address_forms.SignupForm",
    "add_email": "cites.accounts.address_forms.AddEmailForm",
    "change_email": "cites.accounts.address_forms.ChangeEmailForm",
    "reset_password": "cites.accounts.address_forms.ResetPasswordForm",
    "request_login_code": "cites.accounts.address_forms.RequestLoginCodeForm",
}
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_UNIQUE_EMAIL = True
ACCOUNT_EMAIL_VERIFICATION = "mandatory"
ACCOUNT_EMAIL_VERIFICATION_BY_CODE_ENABLED = True
ACCOUNT_EMAIL_VERIFICATION_SUPPORTS_RESEND = True
ACCOUNT_LOGIN_BY_CODE_ENABLED = True
ACCOUNT_LOGIN_BY_CODE_SUPPORTS_RESEND = True
ACCOUNT_EMAIL_NOTIFICATIONS = True
ACCOUNT_PREVENT_ENUMERATION = True
ACCOUNT_SESSION_REMEMBER = False
ACCOUNT_CHANGE_EMAIL = True
ACCOUNT_REAUTHENTICATION_TIMEOUT = 300  # also that of a mailed code
ACCOUNT_DEFAULT_HTTP_PROTOCOL = "https" if HTTPS else "http"
ACCOUNT_RATE_LIMITS = {
    "login": "60/m/ip",
    "login_failed": "10/m/ip,5/5m/key",
    "reset_password": "20/h/ip,5/h/key",
    "request_login_code": "60/h/ip,3/m/key,10/h/key",
    "confirm_email": "1/10s/key,10/h/key",
    "signup": "30/h/ip",
    "mailed_code": "3/10m/user",
    "upload": "100/h/user",  # what it takes to join ten files to ten proposals in an hour
    "invite": "40/h/user,5/d/key",  # the key is the address: nobody is written to all day long
}
ALLAUTH_TRUSTED_PROXY_COUNT = int(os.environ.get("TRUSTED_PROXIES", "0"))
# Asked of pilots, instructeurs, coordination and administration.
MFA_REQUIRED = flag("MFA_REQUIRED", default=True)
IDLE_MINUTES_STEERING, IDLE_MINUTES_OTHERS, SESSION_HOURS = 30, 60, 8
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_ADAPTER = "cites.accounts.second_factor.MFAAdapter"
MFA_RECOVERY_CODES_SHOW_ONCE = True
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_FORMS = {
    "add_webauthn": "cites.accounts.factor_forms.AddPasskeyForm",
    "authenticate_webauthn": "cites.accounts.factor_forms.AuthenticatePasskeyForm",
    "edit_webauthn": "cites.accounts.factor_forms.RenamePasskeyForm",
    "login_webauthn": "cites.accounts.factor_forms.LoginPasskeyForm",
    "reauthenticate_webauthn": "cites.accounts.factor_forms.ReauthenticatePasskeyForm",
}
MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = LOCAL
USERSESSIONS_TRACK_ACTIVITY = False

# ProConnect: all three, or none and it is off
PROCONNECT_ISSUER = os.environ.get("PROCONNECT_ISSUER", "").rstrip("/")
PROCONNECT_CLIENT_ID = os.environ.get("PROCONNECT_CLIENT_ID", "")
PROCONNECT_CLIENT_SECRET = os.environ.get("PROCONNECT_CLIENT_SECRET", "")
if len({bool(PROCONNECT_ISSUER), bool(PROCONNECT_CLIENT_ID), bool(PROCONNECT_CLIENT_SECRET)}) > 1:
    raise ImproperlyConfigured("Set PROCONNECT_ISSUER, PROCONNECT_CLIENT_ID and PROCONNECT_CLIENT_SECRET, or none.")
if PROCONNECT_ISSUER and not PROCONNECT_ISSUER.startswith("https://") and not LOCAL:
    raise ImproperlyConfigured("PROCONNECT_ISSUER starts with https://.")
PROCONNECT_ORIGIN = "{0.scheme}://{0.netloc}".format(urlsplit(PROCONNECT_ISSUER)) if PROCONNECT_ISSUER else ""
SOCIALACCOUNT_ADAPTER = "cites.proconnect.adapter.SocialAccountAdapter"
SOCIALACCOUNT_REQUESTS_TIMEOUT = 5

# Cookies, transport and headers
SESSION_COOKIE_NAME = "__Host-session" if HTTPS else "session"
SESSION_COOKIE_AGE = 8 * 3600
SESSION_EXPIRE_AT_BROWSER_CLOSE = True
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = HTTPS
CSRF_COOKIE_NAME = "__Host-csrf" if HTTPS else "csrf"
CSRF_COOKIE_HTTPONLY = True
CSRF_COOKIE_AGE = None
CSRF_FAILURE_VIEW = "cites.core.error_pages.csrf_failure"
MESSAGE_STORAGE = "django.contrib.messages.storage.session.SessionStorage"
SECURE_SSL_REDIRECT = HTTPS
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if flag("BEHIND_PROXY") else None
SECURE_HSTS_SECONDS = 31_536_000 if HTTPS else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE_HSTS_PRELOAD = HTTPS
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
# A background for maps, none by default: https://host/{z}/{x}/{y}.png, and whom to thank for it.
MAP_TILES_URL = os.environ.get("MAP_TILES_URL", "")
MAP_TILES_ATTRIBUTION = os.environ.get("MAP_TILES_ATTRIBUTION", "")
if MAP_TILES_URL and not MAP_TILES_URL.startswith("https://"):
    raise ImproperlyConfigured("MAP_TILES_URL starts with https://, or stays unset for maps without a background.")
MAP_TILES_ORIGIN = "https://" + urlsplit(MAP_TILES_URL).netloc.replace("{s}", "*") if MAP_TILES_URL else ""
# The shape of Django 6's setting, so that our middleware can go when it comes.
SECURE_CSP = {
    "default-src": ["'none'"],
    "script-src": ["'self'"],
    "style-src": ["'self'"],
    "img-src": ["'self'", "data:", *([MAP_TILES_ORIGIN] if MAP_TILES_ORIGIN else [])],
    "font-src": ["'self'"],
    "connect-src": ["'self'"],
    "form-action": ["'self'", *([PROCONNECT_ORIGIN] if PROCONNECT_ORIGIN else [])],
    "base-uri": ["'none'"],
    "frame-ancestors": ["'none'"],
    "object-src": ["'none'"],
    "manifest-src": ["'self'"],
    **({"upgrade-insecure-requests": []} if HTTPS else {}),
}
DATA_UPLOAD_MAX_MEMORY_SIZE = 1_048_576
DATA_UPLOAD_MAX_NUMBER_FIELDS = 1000
DATA_UPLOAD_MAX_NUMBER_FILES = 10
REQUEST_MAX_BYTES = 25_000_000  # files included: a file that is a little too heavy is still refused beside its field
# A clamd that every file is shown to: “/run/clamav/clamd.ctl” or “host:port”. None: nothing is asked.
ANTIVIRUS = os.environ.get("ANTIVIRUS", "")

# Language and time
LANGUAGE_CODE = "fr"
TIME_ZONE = "Europe/Paris"
USE_I18N = USE_TZ = True

# Files
STATIC_URL = "/static/"
STATIC_ROOT = Path(os.environ.get("STATIC_ROOT", VAR_DIR / "static"))
STATICFILES_DIRS = [BASE_DIR / "static"]
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {
        "BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"
        if LOCAL
        else "django.contrib.staticfiles.storage.ManifestStaticFilesStorage"
    },
}
WHITENOISE_USE_FINDERS = LOCAL
WHITENOISE_AUTOREFRESH = DEBUG
WHITENOISE_ALLOW_ALL_ORIGINS = False
WHITENOISE_KEEP_ONLY_HASHED_FILES = not LOCAL

# Mail and tasks
EMAIL_BACKEND = "django.core.mail.backends." + ("dummy" if DEMO else "console" if DEBUG else "smtp") + ".EmailBackend"
EMAIL_HOST = os.environ.get("EMAIL_HOST", "localhost")
EMAIL_PORT = int(os.environ.get("EMAIL_PORT", "25"))
EMAIL_HOST_USER = os.environ.get("EMAIL_HOST_USER", "")
EMAIL_HOST_PASSWORD = os.environ.get("EMAIL_HOST_PASSWORD", "")
EMAIL_USE_TLS = flag("EMAIL_USE_TLS")
EMAIL_TIMEOUT = 15
DEFAULT_FROM_EMAIL = os.environ.get("DEFAULT_FROM_EMAIL", "portail@localhost")
TASKS = {"default": {"BACKEND": "django_tasks_db.DatabaseBackend"}}

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {
        "plain": {
            "class": "cites.core.logs.Discreet",
            "format": "{asctime} {levelname} {name} {message}",
            "style": "{",
        }
    },
    "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "plain"}},
    "root": {"handlers": ["stderr"], "level": "INFO" if not DEMO else "WARNING"},
}
