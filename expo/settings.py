"""All settings, read from the environment. docs/configuration.md tells what each one means."""

from __future__ import annotations

from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import dj_database_url
from csp.constants import NONE, SELF
from django.core.exceptions import ImproperlyConfigured
from django.utils.translation import gettext_lazy as _

from expo import environment as env

BASE_DIR = Path(__file__).resolve().parent.parent

# ------------------------------------------------------------------ secrets and hosts
DEBUG = env.flag("DEBUG", False)
SECRET_KEY = env.text("SECRET_KEY", "only-for-development-" + "x" * 40 if DEBUG else None)
if not DEBUG and (len(SECRET_KEY) < 50 or SECRET_KEY.startswith("only-for-development")):
    raise ImproperlyConfigured(
        "SECRET_KEY is too short. Make one of 50 characters or more: "
        "python -c 'import secrets; print(secrets.token_urlsafe(50))'"
    )
SECRET_KEY_FALLBACKS = env.words("SECRET_KEY_FALLBACKS", "")
SITE_URL = env.text("SITE_URL", "http://localhost:8000" if DEBUG else None).rstrip("/")
if urlsplit(SITE_URL).scheme not in ("http", "https") or not urlsplit(SITE_URL).hostname:
    raise ImproperlyConfigured(f"SITE_URL is “{SITE_URL}”. Set it like https://expo.example.org.")
SITE_HOST = urlsplit(SITE_URL).hostname or ""
ALLOWED_HOSTS = env.words("ALLOWED_HOSTS", f"{SITE_HOST},localhost,127.0.0.1,[::1]" if DEBUG else SITE_HOST)
CSRF_TRUSTED_ORIGINS = [SITE_URL]

# ------------------------------------------------------------------ what is installed
INSTALLED_APPS = [
    "expo.apps.ExpoConfig",
    "matchmaking.apps.MatchmakingConfig",
    "expo.admin.apps.ExpoAdminConfig",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.humanize",
    "django.contrib.messages",
    "django.contrib.postgres",
    "django.contrib.sessions",
    "django.contrib.sitemaps",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "corsheaders",
    "csp",
    "django_countries",
    "django_filters",
    "django_htmx",
    "django_tasks",
    "django_tasks_db",
    "simple_history",
    "template_partials",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.usersessions",
]
MIDDLEWARE = [
    "expo.shared_pages.KeptPagesMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "corsheaders.middleware.CorsMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "expo.middleware.ActorMiddleware",
    "expo.middleware.PersonMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "simple_history.middleware.HistoryRequestMiddleware",
    "expo.middleware.RobotsMiddleware",
]
if env.flag("FIND_REPEATED_QUERIES", False):  # the tests do: a query repeated for every row raises
    INSTALLED_APPS.append("zeal")
    MIDDLEWARE.append("zeal.middleware.zeal_middleware")
    ZEAL_ALLOWLIST = [{"model": "auth.Permission", "field": "*"}]  # Django's own form of a user's permissions
    # A form asks for its record, and again for the one of the same kind that it points to.
    ZEAL_ALLOWLIST += [{"model": f"expo.{n}", "field": "get()"} for n in ("Exhibitor", "InnovationPlatform", "Sector")]
    # What came back is opened and handed in at once: each of the two moves locks the row for itself.
    moved_twice = ("expo.Innovation", "expo.Product", "expo.Instrument", "matchmaking.Demand")
    ZEAL_ALLOWLIST += [{"model": label, "field": "get()"} for label in moved_twice]
    # The audit log asks for each kind of record once; from then on the process knows it.
    ZEAL_ALLOWLIST.append({"model": "contenttypes.ContentType", "field": "get()"})
    # django-allauth asks for an address at each step of signing in, and for what else it needs once more.
    of_accounts = ("account.EmailAddress", "mfa.Authenticator", "sessions.Session")
    ZEAL_ALLOWLIST += [{"model": label, "field": "*"} for label in of_accounts]
    ZEAL_ALLOWLIST.append({"model": "expo.User", "field": "get()"})  # for each session that is listed
ROOT_URLCONF = "expo.urls"
WSGI_APPLICATION = "expo.wsgi.application"
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
                "expo.context.fair",
            ],
        },
    }
]
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
AUTH_USER_MODEL = "expo.User"
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": f"django.contrib.auth.password_validation.{name}"}
    for name in (
        "UserAttributeSimilarityValidator",
        "MinimumLengthValidator",
        "CommonPasswordValidator",
        "NumericPasswordValidator",
    )
]

# ------------------------------------------------------------------ accounts
AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "my-start"
LOGOUT_REDIRECT_URL = "home"
STAFF_NEEDS_TWO_FACTORS = env.flag("STAFF_NEEDS_TWO_FACTORS", not DEBUG)
SESSION_COOKIE_AGE = env.whole_number("SESSION_DAYS", 14, least=1) * 24 * 60 * 60  # of who wants to stay signed in
ACCOUNT_ADAPTER = "expo.people.accounts.AccountAdapter"
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*"]
ACCOUNT_EMAIL_VERIFICATION = "mandatory"
ACCOUNT_EMAIL_VERIFICATION_BY_CODE_ENABLED = ACCOUNT_EMAIL_VERIFICATION_SUPPORTS_RESEND = True
ACCOUNT_CHANGE_EMAIL = True
ACCOUNT_PREVENT_ENUMERATION = True
ACCOUNT_EMAIL_NOTIFICATIONS = True
ACCOUNT_REAUTHENTICATION_REQUIRED = True
ACCOUNT_RATE_LIMITS = {"login_failed": "20/m/ip,5/5m/key"}  # a whole office may come from one address
ACCOUNT_FORMS = {
    "login": "expo.forms.accounts.LoginForm",
    "signup": "expo.forms.accounts.SignUpForm",
    "change_password": "expo.forms.accounts.ChangePasswordForm",
    "set_password": "expo.forms.accounts.SetPasswordForm",
    "reset_password": "expo.forms.accounts.ResetPasswordForm",
    "reset_password_from_key": "expo.forms.accounts.ResetPasswordKeyForm",
    "add_email": "expo.forms.accounts.AddEmailForm",
    "confirm_email_verification_code": "expo.forms.accounts.ConfirmEmailForm",
    "reauthenticate": "expo.forms.accounts.ReauthenticateForm",
}
MFA_ADAPTER = "expo.people.accounts.MfaAdapter"
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = DEBUG  # http://localhost
MFA_FORMS = {
    "authenticate": "expo.forms.accounts.AuthenticateForm",
    "reauthenticate": "expo.forms.accounts.ReauthenticateByCodeForm",
    "activate_totp": "expo.forms.accounts.ActivateAppForm",
    "add_webauthn": "expo.forms.accounts.AddPasskeyForm",
    "edit_webauthn": "expo.forms.accounts.RenamePasskeyForm",
}

# ------------------------------------------------------------------ database
VAR_DIR = Path(env.text("VAR_DIR", str(BASE_DIR / "var")))
VAR_DIR.mkdir(parents=True, exist_ok=True)
SEARCH_INDEX_DIR = VAR_DIR / "index"
KEEP_PAGES = env.flag("KEEP_PAGES", True)
SEMANTIC_SEARCH = env.flag("SEMANTIC_SEARCH", True)  # where the extra `semantic` is installed
DATABASE_URL = env.text("DATABASE_URL", f"sqlite:///{VAR_DIR / 'expo.sqlite3'}")
try:
    _database: dict[str, Any] = dict(dj_database_url.parse(DATABASE_URL, conn_health_checks=True))
except ValueError as error:
    raise ImproperlyConfigured(
        f"DATABASE_URL cannot be read ({error}). Set it like postgres://user:password@host:5432/expo."
    ) from error
if _database["ENGINE"] == "django.db.backends.sqlite3":
    _database["CONN_MAX_AGE"] = 60  # opening costs half a millisecond; a new one knows newer statistics
    _database["OPTIONS"] = {
        "transaction_mode": "IMMEDIATE",
        "timeout": 20,
        "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL; PRAGMA mmap_size=2147483648; "
        "PRAGMA cache_size=-16000; PRAGMA temp_store=MEMORY;",
    }
elif _database["ENGINE"] == "django.db.backends.postgresql":
    _database["CONN_MAX_AGE"] = 0
    _database["OPTIONS"] = {
        **_database.get("OPTIONS", {}),
        "pool": {"min_size": 1, "max_size": env.whole_number("DATABASE_POOL", 4, least=1), "timeout": 3},
    }
else:
    raise ImproperlyConfigured("DATABASE_URL names a database we do not run on. Set it to sqlite:///… or postgres://….")
DATABASES = {"default": _database}

# Attempts are counted where every process sees them; what each may count for itself stays in its memory.
CACHES = {
    "default": {
        "BACKEND": "django.core.cache.backends.db.DatabaseCache",
        "LOCATION": "expo_cache",
        "OPTIONS": {"MAX_ENTRIES": 20_000},
    },
    "process": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"},
}

# ------------------------------------------------------------------ language, time
LANGUAGE_CODE = "en"
LANGUAGES = [("zh-hans", _("Chinese")), ("en", _("English"))]
LOCALE_PATHS = [BASE_DIR / "expo" / "locale"]
USE_I18N = True
FORMAT_MODULE_PATH = ["expo.formats"]
USE_TZ = True
TIME_ZONE = "Asia/Shanghai"
COUNTRIES_FIRST = ["CN"]

# ------------------------------------------------------------------ files
STATIC_URL = "/static/"
STATIC_ROOT = Path(env.text("STATIC_ROOT", str(VAR_DIR / "static" if DEBUG else BASE_DIR / "staticfiles")))
if DEBUG:
    STATIC_ROOT.mkdir(parents=True, exist_ok=True)
WHITENOISE_USE_FINDERS = WHITENOISE_AUTOREFRESH = DEBUG
MEDIA_URL = "/media/"
MEDIA_ROOT = Path(env.text("MEDIA_ROOT", str(VAR_DIR / "media")))
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {
        "BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"
        if DEBUG
        else "whitenoise.storage.CompressedManifestStaticFilesStorage"
    },
}
PICTURE_MAX_BYTES = env.whole_number("PICTURE_MAX_MB", 10, least=1) * 1024 * 1024
DATA_UPLOAD_MAX_NUMBER_FIELDS = 4000
FILE_UPLOAD_PERMISSIONS = 0o644

# ------------------------------------------------------------------ tasks
TASKS = {"default": {"BACKEND": "django_tasks_db.DatabaseBackend", "QUEUES": ["default"]}}

# ------------------------------------------------------------------ security
_https = SITE_URL.startswith("https://")
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF, "data:"] if DEBUG else [SELF],
        "connect-src": [SELF],
        "font-src": [SELF],
        "form-action": [SELF],
        "base-uri": [NONE],
        "frame-ancestors": [NONE],
        "object-src": [NONE],
        "manifest-src": [SELF],
    }
}
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = LANGUAGE_COOKIE_SECURE = _https
SESSION_COOKIE_HTTPONLY = CSRF_COOKIE_HTTPONLY = True
SECURE_SSL_REDIRECT = _https and env.flag("SSL_REDIRECT", True)
SECURE_REDIRECT_EXEMPT = [r"^healthz$", r"^readyz$"]
SECURE_HSTS_SECONDS = env.whole_number("HSTS_SECONDS", 31536000 if _https else 0)
SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE_HSTS_PRELOAD = SECURE_HSTS_SECONDS > 0
BEHIND_PROXY = env.flag("BEHIND_PROXY", False)
if BEHIND_PROXY:
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
ALLAUTH_TRUSTED_PROXY_COUNT = 1 if BEHIND_PROXY else 0  # whose X-Forwarded-For is believed

# ------------------------------------------------------------------ the read API
API_REQUESTS_PER_MINUTE = env.whole_number("API_REQUESTS_PER_MINUTE", 600)
REST_FRAMEWORK: dict[str, Any] = {
    "DEFAULT_AUTHENTICATION_CLASSES": [],
    "DEFAULT_PARSER_CLASSES": [],
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "DEFAULT_THROTTLE_CLASSES": ["expo.api.throttling.ByAddress"],
    "EXCEPTION_HANDLER": "expo.api.errors.answered",
    "NUM_PROXIES": 1 if BEHIND_PROXY else 0,  # whose X-Forwarded-For is believed
    "URL_FORMAT_OVERRIDE": None,
}
SPECTACULAR_SETTINGS = {"OAS_VERSION": "3.1.0", "VERSION": "1", "POSTPROCESSING_HOOKS": []}
CORS_URLS_REGEX = r"^/api/"
CORS_ALLOW_ALL_ORIGINS = True  # it is public, and asks for no cookie
CORS_ALLOW_METHODS = ["GET", "HEAD"]
CORS_ALLOW_HEADERS = ["accept", "accept-language", "if-none-match"]
CORS_EXPOSE_HEADERS = ["ETag", "Retry-After"]

# ------------------------------------------------------------------ logs
LOG_FORMAT = env.choice("LOG_FORMAT", "plain" if DEBUG else "json", ("plain", "json"))
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {
        "json": {
            "()": "expo.masking.JsonLine",
            "format": "{asctime}{levelname}{name}{message}",
            "style": "{",
            "rename_fields": {"asctime": "time", "levelname": "level", "name": "logger"},
        },
        "plain": {"()": "expo.masking.PlainLine", "format": "{levelname:<7} {name}: {message}", "style": "{"},
    },
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": LOG_FORMAT}},
    "root": {"handlers": ["console"], "level": env.choice("LOG_LEVEL", "INFO", ("DEBUG", "INFO", "WARNING", "ERROR"))},
    "loggers": {"django.server": {"handlers": ["console"], "level": "INFO", "propagate": False}},
}

SERVER_EMAIL = DEFAULT_FROM_EMAIL = env.text("MAIL_FROM", f"expo@{SITE_HOST}")
globals().update(env.mail_server("MAIL_URL", "file:" if DEBUG else "smtp://localhost:25"))
SIMPLE_HISTORY_REVERT_DISABLED = True
SILENCED_SYSTEM_CHECKS: list[str] = []
