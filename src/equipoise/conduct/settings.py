"""Settings of the web application, from the environment that ``serve`` sets.

``EQUIPOISE_HOME`` is the folder of the trial; secrets are in private files of that folder,
never in a database.
"""

from __future__ import annotations

import os
from datetime import timedelta
from pathlib import Path

from equipoise.conduct.database import databases
from equipoise.conduct.logs import LOGGING as LOGGING
from equipoise.conduct.mail_server import configured
from equipoise.conduct.request_body import MOST

HOME = Path(os.environ.get("EQUIPOISE_HOME", "trial")).resolve()
PRODUCTION = os.environ.get("EQUIPOISE_PRODUCTION") == "1"
DEMO = os.environ.get("EQUIPOISE_DEMO") == "1"
SECRET_KEY = os.environ.get("EQUIPOISE_SECRET", "")
ANCHORS = Path(os.environ.get("EQUIPOISE_ANCHORS", HOME / "anchors"))
VAULT_KEY = HOME / "vault.key"

DEBUG = False
HOSTS = os.environ.get("EQUIPOISE_HOSTS") or "localhost,127.0.0.1,[::1]"
ALLOWED_HOSTS = HOSTS.split(",")
CSRF_TRUSTED_ORIGINS = [f"https://{h}" for h in ALLOWED_HOSTS if PRODUCTION]
DATABASES = databases(os.environ.get("EQUIPOISE_DATABASE", ""), HOME)
DATABASE_ROUTERS = ["equipoise.conduct.database.Router"]
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
ROOT_URLCONF = "equipoise.conduct.urls"
TIME_ZONE = "UTC"
LANGUAGE_CODE = "en"

INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.humanize",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "axes",
    "django_htmx",
    "csp",
    "equipoise.conduct.audit",
    "equipoise.conduct.study",
    "equipoise.conduct.access",
    "equipoise.conduct.capture",
    "equipoise.conduct.allocation",
    "equipoise.conduct.api",
    "equipoise.conduct.safety",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "equipoise.conduct.study.protocols.OneVersion",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "equipoise.conduct.access.middleware.NeverKept",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.auth.middleware.LoginRequiredMiddleware",
    "equipoise.conduct.pages.context.LocalTime",
    "equipoise.conduct.access.middleware.IdleTimeout",
    "equipoise.conduct.access.lockout.KnownDevice",
    "equipoise.conduct.access.middleware.SecondFactor",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "csp.middleware.CSPMiddleware",
    "equipoise.conduct.access.middleware.WellFormed",
    "equipoise.conduct.error_responses.Refusals",
    "axes.middleware.AxesMiddleware",
]

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [Path(__file__).parent / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "builtins": ["django.templatetags.i18n"],
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "equipoise.conduct.pages.context.trial",
            ],
        },
    }
]

# --- authentication -------------------------------------------------------------------
AUTHENTICATION_BACKENDS = [
    "axes.backends.AxesStandaloneBackend",
    "equipoise.conduct.access.sessions.Accounts",
]
PASSWORD_HASHERS = ["django.contrib.auth.hashers.Argon2PasswordHasher"]
AUTH_PASSWORD_VALIDATORS = [
    {
        "NAME": "django.contrib.auth.password_validation.MinimumLengthValidator",
        "OPTIONS": {"min_length": 12},
    },
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {
        "NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"
    },
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "/"
ACCOUNT_ADAPTER = "equipoise.conduct.access.lockout.ClosedAdapter"
ACCOUNT_LOGIN_METHODS = {"username"}
ACCOUNT_SIGNUP_FIELDS = ["username*", "password1*"]
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_SESSION_REMEMBER = False
ACCOUNT_REAUTHENTICATION_TIMEOUT = 60  # seconds: re-authentication before unblinding
# By address as much as a ward needs in a minute; by account from all addresses.
# A known session or device counts separately (``access.lockout``).
ACCOUNT_RATE_LIMITS = {"login": "120/m/ip", "login_failed": "60/m/ip,10/300s/key"}
# Days for which a user cannot confirm for the user who brought them in; 0 in a
# demonstration.
MADE_LATELY_DAYS = 0 if DEMO else 14
EMAIL_BACKEND = "django.core.mail.backends.dummy.EmailBackend"  # nothing goes by mail,
globals().update(
    configured(os.environ.get("EQUIPOISE_MAIL", ""))
)  # unless serve says so
# Attempts are counted by address; behind a proxy that is the one that the proxy forwards,
# else the complete trial would share the limit of one user.
ALLAUTH_TRUSTED_PROXY_COUNT = int(os.environ.get("EQUIPOISE_PROXIES", "0"))
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_ALLOW_UNVERIFIED_EMAIL = True
MFA_FORMS = {
    "authenticate": "equipoise.conduct.access.second_factors.Login",
    "reauthenticate": "equipoise.conduct.access.second_factors.Again",
}
MFA_TOTP_ISSUER = "Equipoise"
MFA_ADAPTER = "equipoise.conduct.access.second_factors.Adapter"
MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = not PRODUCTION
# Axes needs the name of the field in which allauth passes the user name, or it locks no
# account.
AXES_USERNAME_FORM_FIELD = "login"
AXES_USERNAME_CALLABLE = "equipoise.conduct.access.lockout.username"
AXES_CLIENT_IP_CALLABLE = "equipoise.conduct.access.lockout.address"
AXES_FAILURE_LIMIT = 5
AXES_COOLOFF_TIME = 0.25  # hours
AXES_LOCKOUT_PARAMETERS = [["username", "ip_address"]]
AXES_RESET_ON_SUCCESS = True
AXES_LOCKOUT_CALLABLE = "equipoise.conduct.access.lockout.answer"
AXES_VERBOSE = False

# allauth counts attempts in the cache; the cache of the database is shared by all workers.
CACHES = {
    "default": {
        "BACKEND": "django.core.cache.backends.db.DatabaseCache",
        "LOCATION": "cache",
    }
}

# --- sessions, transport, content ------------------------------------------------------
SESSION_ENGINE = "equipoise.conduct.access.sessions"
# Cookies that scripts cannot read (HttpOnly, SameSite), X-Frame-Options, nosniff and the
# referrer policy are defaults of Django; ``abuse.test_headers`` checks each.
SESSION_COOKIE_AGE = 12 * 3600
SESSION_EXPIRE_AT_BROWSER_CLOSE = True
CLOCK_TOLERANCE = timedelta(minutes=1)  # by which a clock may go back unnoticed
IDLE_MINUTES = int(os.environ.get("EQUIPOISE_IDLE_MINUTES", "20"))
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = PRODUCTION
SECURE_SSL_REDIRECT = PRODUCTION
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if PRODUCTION else None
SECURE_HSTS_SECONDS = 31_536_000 if PRODUCTION else 0
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": ["'none'"],
        "script-src": ["'self'"],
        "style-src": ["'self'"],
        "img-src": ["'self'", "data:"],
        "font-src": ["'self'"],
        "connect-src": ["'self'"],
        "form-action": ["'self'"],
        "frame-ancestors": ["'none'"],
        "base-uri": ["'none'"],
    }
}
DATA_UPLOAD_MAX_MEMORY_SIZE = MOST
DATA_UPLOAD_MAX_NUMBER_FIELDS = 2000
DATA_UPLOAD_MAX_NUMBER_FILES = 1

STATIC_URL = "static/"
STATIC_ROOT = HOME / "static"
STATICFILES_DIRS = [Path(__file__).parent / "static"]
WHITENOISE_USE_FINDERS = True
