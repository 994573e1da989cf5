"""Every setting of the portal, in Django's own order.

The block at the top is the documentation of the environment variables;
`.env.example` says the same with an example for each. Values come from the process
environment, then from `.env`, then from `var/trial.env`, which `bin/run` writes.
A variable without a default here must be set: no secret has one.
"""

from datetime import timedelta
from pathlib import Path
from urllib.parse import quote, urlsplit

from csp.constants import NONE, SELF

from portal import admin_theme, schedule
from portal.environment import Environment

BASE_DIR = Path(__file__).resolve().parent.parent

env = Environment(
    DEBUG=(bool, False),
    VAR_DIR=(str, str(BASE_DIR / "var")),
    PUBLIC_URL=(str, "http://127.0.0.1:8000"),
    ALLOWED_HOSTS=(list, []),
    CSRF_TRUSTED_ORIGINS=(list, []),
    SIGNING_MASTER_KEY_PREVIOUS=(list, []),
    DEFAULT_FROM_EMAIL=(str, "Aldwick Support <support@aldwick.example>"),
    BOUNCE_ADDRESS=(str, ""),
    SUPPORT_EMAIL=(str, "support@aldwick.example"),
    SUPPORT_PHONES=(list, ["+31 10 555 0142"]),
    VENDOR_NAME=(str, "Aldwick"),
    VENDOR_MARK=(str, "A"),
    VENDOR_ACCENT=(str, "#1f53c4"),
    TIME_ZONE=(str, "Europe/Amsterdam"),
    MAILBOX_DIR=(str, ""),
    TRUSTED_PROXIES=(int, 0),
    STATIC_MANIFEST=(bool, False),
    LOG_LEVEL=(str, "INFO"),
)
env.read(BASE_DIR / ".env")
VAR_DIR = Path(env("VAR_DIR"))
env.read(VAR_DIR / "trial.env")

# Core

DEBUG = env("DEBUG")
SECRET_KEY = env("SECRET_KEY")
SIGNING_MASTER_KEY = env("SIGNING_MASTER_KEY")
SIGNING_MASTER_KEY_PREVIOUS = env("SIGNING_MASTER_KEY_PREVIOUS")
PUBLIC_URL = env("PUBLIC_URL").rstrip("/")
_public = urlsplit(PUBLIC_URL)
ALLOWED_HOSTS = env("ALLOWED_HOSTS") or [_public.hostname]
CSRF_TRUSTED_ORIGINS = env("CSRF_TRUSTED_ORIGINS") or [PUBLIC_URL]
ROOT_URLCONF = "portal.urls"
WSGI_APPLICATION = "portal.wsgi.application"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

INSTALLED_APPS = [
    "portal",
    "operations",
    "tickets",
    "licenses",
    "contacts",
    "apps.apps.ApplicationsConfig",
    "companies",
    "outbox",
    "ui",
    "unfold.apps.BasicAppConfig",
    "portal.apps.SupportDeskConfig",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.usersessions",
    "allauth.socialaccount",
    "allauth.socialaccount.providers.openid_connect",
    "crispy_forms",
    "crispy_bootstrap5",
    "csp",
]

MIDDLEWARE = [
    "licenses.api.middleware.LicensingMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.auth.middleware.LoginRequiredMiddleware",
    "companies.middleware.ReaderMiddleware",
    "companies.middleware.LastSeenMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
]

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
                "portal.context.page",
            ],
        },
    }
]
CRISPY_ALLOWED_TEMPLATE_PACKS = "bootstrap5"
CRISPY_TEMPLATE_PACK = "bootstrap5"

# Database, cache, broker

DATABASES = {
    "default": env.db(
        "DATABASE_URL", default=f"sqlite:///{quote(str(VAR_DIR / 'steward.sqlite3'))}"
    )
}
_database = DATABASES["default"]
if _database["ENGINE"] == "django.db.backends.sqlite3":
    _database["OPTIONS"] = {
        "transaction_mode": "IMMEDIATE",
        "timeout": 20,
        "init_command": (
            "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL;"
            " PRAGMA busy_timeout=20000;"
        ),
    }
else:
    _database.setdefault("CONN_MAX_AGE", 600)
    _database["CONN_HEALTH_CHECKS"] = True

REDIS_URL = env("REDIS_URL")
CACHES = {
    "default": {
        "BACKEND": "portal.cache.RedisCache",
        "LOCATION": REDIS_URL,
        "KEY_PREFIX": "steward",
    }
}

# People

AUTH_USER_MODEL = "companies.User"
AUTHENTICATION_BACKENDS = ["companies.backends.AccountBackend"]
PASSWORD_HASHERS = ["django.contrib.auth.hashers.Argon2PasswordHasher"]
AUTH_PASSWORD_VALIDATORS = [
    {
        "NAME": "django.contrib.auth.password_validation.MinimumLengthValidator",
        "OPTIONS": {"min_length": 12},
    },
    {
        "NAME": (
            "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"
        )
    },
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "home"
SESSION_ENGINE = "django.contrib.sessions.backends.cached_db"
SESSION_COOKIE_AGE = int(timedelta(days=30).total_seconds())
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = _public.scheme == "https"

# Rate limits count visitors; behind a proxy they would all be one.
ALLAUTH_TRUSTED_PROXY_COUNT = env("TRUSTED_PROXIES")
ACCOUNT_ADAPTER = "companies.adapter.AccountAdapter"
ACCOUNT_FORMS = {
    "change_password": "companies.account_forms.ChangePasswordForm",
    "confirm_login_code": "companies.account_forms.CodeFromLetterForm",
    "login": "companies.account_forms.LoginForm",
    "request_login_code": "companies.account_forms.AskForLinkForm",
    "reauthenticate": "companies.account_forms.ReauthenticateForm",
    "reset_password": "companies.account_forms.ResetPasswordForm",
    "reset_password_from_key": "companies.account_forms.ResetPasswordKeyForm",
    "set_password": "companies.account_forms.SetPasswordForm",
    "signup": "companies.account_forms.SignupForm",
}
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*", "password2*"]
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_EMAIL_VERIFICATION = "mandatory"
ACCOUNT_LOGOUT_REDIRECT_URL = "account_login"
ACCOUNT_PREVENT_ENUMERATION = True
# A stranger must not make us write to strangers; the page says what to do instead.
ACCOUNT_EMAIL_UNKNOWN_ACCOUNTS = False
ACCOUNT_EMAIL_NOTIFICATIONS = True
PASSWORD_RESET_TIMEOUT = int(timedelta(days=1).total_seconds())

# A link in a letter instead of the password; good in the browser that asked for it.
ACCOUNT_LOGIN_BY_CODE_ENABLED = True
ACCOUNT_LOGIN_BY_CODE_TIMEOUT = int(timedelta(minutes=15).total_seconds())

# The second factor; showing it once opens what is sensitive for a while [PE-05].
ACCOUNT_REAUTHENTICATION_TIMEOUT = env.int("REAUTHENTICATION_HOURS", 8) * 3600
MFA_ADAPTER = "companies.second_factor.SecondFactorAdapter"
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_FORMS = {
    "activate_totp": "companies.second_factor_forms.EnrolForm",
    "add_webauthn": "companies.passkey_forms.AddForm",
    "authenticate": "companies.second_factor_forms.SignInCodeForm",
    "authenticate_webauthn": "companies.passkey_forms.SecondStepForm",
    "deactivate_totp": "companies.second_factor_forms.SwitchOffForm",
    "edit_webauthn": "companies.passkey_forms.RenameForm",
    "generate_recovery_codes": "companies.second_factor_forms.NewCodesForm",
    "login_webauthn": "companies.passkey_forms.SignInForm",
    "reauthenticate": "companies.second_factor_forms.CodeForm",
    "reauthenticate_webauthn": "companies.passkey_forms.ReauthenticateForm",
}
# A code typed at the turn of the half minute is right as well.
MFA_TOTP_TOLERANCE = 1

SOCIALACCOUNT_ADAPTER = "companies.sign_on.SignOnAdapter"
SIGN_ON_PRIVATE_NETWORKS = env.bool("SIGN_ON_PRIVATE_NETWORKS", False)

# Language and time

LANGUAGE_CODE = "en"
LANGUAGES = [
    ("en", "English"),
    ("de", "Deutsch"),
    ("nl", "Nederlands"),
    ("fr", "Français"),
]
LOCALE_PATHS = [BASE_DIR / "locale"]
FORMAT_MODULE_PATH = ["portal.formats"]
TIME_ZONE = env("TIME_ZONE")
USE_TZ = True

# Static files and uploads

STATIC_URL = "/static/"
STATICFILES_DIRS = [BASE_DIR / "static"]
# The image collects the files once and names them by their content; elsewhere each
# is served from where it lies, so that nothing needs collecting first.
STATIC_MANIFEST = env("STATIC_MANIFEST")
STATIC_ROOT = BASE_DIR / "staticfiles" if STATIC_MANIFEST else None
WHITENOISE_USE_FINDERS = not STATIC_MANIFEST
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {
        "BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"
        if STATIC_MANIFEST
        else "django.contrib.staticfiles.storage.StaticFilesStorage"
    },
}
MEDIA_ROOT = VAR_DIR / "uploads"

# The support desk

UNFOLD = admin_theme.UNFOLD

# Security

SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
if _public.scheme == "https":
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
    SECURE_HSTS_SECONDS = int(timedelta(days=365).total_seconds())
    SECURE_HSTS_INCLUDE_SUBDOMAINS = True
    SECURE_HSTS_PRELOAD = True
    SECURE_SSL_REDIRECT = True
    SECURE_REDIRECT_EXEMPT = [r"^healthz$", r"^readyz$"]
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "style-src": [SELF],
        "script-src": [SELF],
        "img-src": [SELF],
        "connect-src": [SELF],
        "form-action": [SELF],
        "base-uri": [NONE],
        "frame-ancestors": [NONE],
    },
}

# Mail

globals().update(env.email("EMAIL_URL", default="smtp://127.0.0.1:1025"))
EMAIL_TIMEOUT = 20
DEFAULT_FROM_EMAIL = env("DEFAULT_FROM_EMAIL")
SERVER_EMAIL = DEFAULT_FROM_EMAIL
BOUNCE_ADDRESS = env("BOUNCE_ADDRESS")
BOUNCE_IMAP_URL = env.str("BOUNCE_IMAP_URL", "")
DKIM_DOMAIN = env.str("DKIM_DOMAIN", "")
DKIM_SELECTOR = env.str("DKIM_SELECTOR", "")
DKIM_KEY = env.str("DKIM_KEY", "")
SUPPORT_EMAIL = env("SUPPORT_EMAIL")
SUPPORT_PHONES = env("SUPPORT_PHONES")
MAILBOX_DIR = env("MAILBOX_DIR")

# The vendor's brand

VENDOR_NAME = env("VENDOR_NAME")
VENDOR_MARK = env("VENDOR_MARK")
VENDOR_ACCENT = env("VENDOR_ACCENT")
OUTBOX_COLOURS = "ui.brand.letter_colours"
OUTBOX_UNSUBSCRIBE = "companies.unwanted.leave"

# Policy: figures the rulebook leaves to the vendor

RENEWAL_REMINDER_DAYS = env.list("RENEWAL_REMINDER_DAYS", int, [90, 30, 15, 7, -1])
SUPPORT_END_WARNING_DAYS = env.list("SUPPORT_END_WARNING_DAYS", int, [180, 90, 30])
LICENSE_GRACE_DAYS = env.int("LICENSE_GRACE_DAYS", 30)
LICENSE_KEPT_DAYS = env.int("LICENSE_KEPT_DAYS", 60)
LICENSE_FILES_KEPT_DAYS = env.int("LICENSE_FILES_KEPT_DAYS", 365)
LICENSING_REQUESTS = env.list("LICENSING_REQUESTS", int, [600, 120])
ARCHIVE_DAYS = env.int("ARCHIVE_DAYS", 7)
SECURITY_CONTACT_DAYS = env.int("SECURITY_CONTACT_DAYS", 7)
ACTIVITY_KEPT_DAYS = env.int("ACTIVITY_KEPT_DAYS", 365)
ACTIVITY_SEARCHED_DAYS = env.int("ACTIVITY_SEARCHED_DAYS", 90)
ADDRESS_CHANGE_DAYS = env.int("ADDRESS_CHANGE_DAYS", 7)
NOTICES_KEPT_DAYS = env.int("NOTICES_KEPT_DAYS", 180)
HANDOVER_DAYS = env.int("HANDOVER_DAYS", 7)
INVITATION_DAYS = env.int("INVITATION_DAYS", 14)
INVITATION_REMINDER_DAYS = env.int("INVITATION_REMINDER_DAYS", 3)
INVITATIONS_PER_DAY = env.int("INVITATIONS_PER_DAY", 50)
STILL_CONTACT_DAYS = env.int("STILL_CONTACT_DAYS", 90)
STILL_CONTACT_REMIND_DAYS = env.int("STILL_CONTACT_REMIND_DAYS", 14)
STILL_CONTACT_SILENT_DAYS = env.int("STILL_CONTACT_SILENT_DAYS", 30)
CONTACT_ESCALATION_DAYS = env.int("CONTACT_ESCALATION_DAYS", 15)
MAINTENANCE_NOTICE_DAYS = env.int("MAINTENANCE_NOTICE_DAYS", 5)
SUPPORT_HOURS = env.str("SUPPORT_HOURS", "Mon-Fri 09:00-17:00")
TICKET_REMIND_DAYS = env.int("TICKET_REMIND_DAYS", 7)
TICKET_CLOSE_UNANSWERED_DAYS = env.int("TICKET_CLOSE_UNANSWERED_DAYS", 14)
TICKET_CLOSE_SOLVED_DAYS = env.int("TICKET_CLOSE_SOLVED_DAYS", 14)
PUBLIC_MAIL_DOMAINS = env.str(
    "PUBLIC_MAIL_DOMAINS",
    "aol.com,gmail.com,gmx.de,gmx.net,googlemail.com,hotmail.com,icloud.com,live.com,"
    "me.com,msn.com,outlook.com,proton.me,t-online.de,web.de,yahoo.com",
).split(",")
DOCUMENTATION_URL = env.str("DOCUMENTATION_URL", "")
FORUM_URL = env.str("FORUM_URL", "")
OUTBOX_SECRET_DAYS = env.int("OUTBOX_SECRET_DAYS", 2)
OUTBOX_BODY_DAYS = env.int("OUTBOX_BODY_DAYS", 90)
OUTBOX_KEPT_DAYS = env.int("OUTBOX_KEPT_DAYS", 730)
OUTBOX_LEASE_SECONDS = env.int("OUTBOX_LEASE_SECONDS", 60)
OUTBOX_CONNECTIONS = env.int("OUTBOX_CONNECTIONS", 4)
OUTBOX_DOMAIN_PER_MINUTE = env.int("OUTBOX_DOMAIN_PER_MINUTE", 0)
WORKERS_SILENT_MINUTES = env.int("WORKERS_SILENT_MINUTES", 3)

# Workers

CELERY_BROKER_URL = REDIS_URL
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_ACKS_LATE = True
CELERY_TASK_REJECT_ON_WORKER_LOST = True
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_BROKER_TRANSPORT_OPTIONS = {"visibility_timeout": 900}
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_TIMEZONE = "UTC"
CELERY_BEAT_SCHEDULER = "portal.beat:CatchingUp"
CELERY_BEAT_SCHEDULE_FILENAME = str(VAR_DIR / "beat-schedule")
CELERY_BEAT_SCHEDULE = schedule.beat()

# Logs: one line each to the console, where whatever runs the process collects them

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {
        "line": {
            "()": "licenses.scrubbing.ScrubbedFormatter",
            "fmt": "{asctime} {levelname} {name}: {message}",
            "style": "{",
        }
    },
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["console"], "level": env("LOG_LEVEL")},
    "loggers": {"django": {"handlers": [], "level": env("LOG_LEVEL")}},
}
