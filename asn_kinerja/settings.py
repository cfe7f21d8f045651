"""The one settings file. Everything that differs between machines comes from the environment (.env.example).

ASN_ENV is `production` unless said otherwise: forgetting to set it gives the strict behaviour, never the open door.
`demo` is what `make run` uses (plain http on this machine, demo data allowed); `test` is pytest.
"""

from pathlib import Path

import environ
from csp.constants import NONE, SELF
from django.core.exceptions import ImproperlyConfigured
from django.utils.translation import gettext_lazy as _
from kombu import Queue

from .env import BASE_DIR, env_bool, env_int, env_list, env_str, load_local_servers

load_local_servers()

ENVIRONMENT = env_str("ASN_ENV", "production")
if ENVIRONMENT not in {"production", "demo", "test"}:
    raise ImproperlyConfigured(f"ASN_ENV must be production, demo or test, not {ENVIRONMENT!r}.")
IS_PRODUCTION = ENVIRONMENT == "production"
IS_DEMO = ENVIRONMENT == "demo"

DEBUG = False
SECRET_KEY = env_str("SECRET_KEY")
if len(SECRET_KEY) < 50:
    raise ImproperlyConfigured("SECRET_KEY must have at least 50 random characters (see .env.example).")
SECRET_KEY_FALLBACKS = env_list("SECRET_KEY_FALLBACKS", ",")
ALLOWED_HOSTS = env_list("ALLOWED_HOSTS")
# What is printed on QR codes and documents; requests may reach us under other names.
PUBLIC_URL = env_str("PUBLIC_URL").rstrip("/")
CSRF_TRUSTED_ORIGINS = env_list("CSRF_TRUSTED_ORIGINS", PUBLIC_URL)

INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.postgres",
    "rest_framework",
    "drf_spectacular",
    "drf_spectacular_sidecar",
    "axes",
    "csp",
    "apps.core",
    "apps.accounts",
    "apps.employees",
    "apps.indicators",
    "apps.feedback",
    "apps.assessments",
    "apps.training",
    "apps.supervision",
    "apps.reports",
    "asn_kinerja",
]

MIDDLEWARE = [
    "apps.core.operations.requests.RequestMeasures",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "apps.core.middleware.ServiceAvailability",
    "csp.middleware.CSPMiddleware",
    "apps.core.middleware.SecurityHeaders",
    "apps.core.middleware.LiveStamps",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "apps.accounts.middleware.SessionLimits",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "axes.middleware.AxesMiddleware",
]

ROOT_URLCONF = "asn_kinerja.urls"
WSGI_APPLICATION = "asn_kinerja.wsgi.application"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": False,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "asn_kinerja.navigation.page_frame",
            ],
            "loaders": [
                (
                    "django.template.loaders.cached.Loader",
                    [
                        "django.template.loaders.filesystem.Loader",
                        "django.template.loaders.app_directories.Loader",
                    ],
                )
            ],
            "builtins": [
                "apps.core.templatetags.ui",
                "apps.core.templatetags.formats",
                "apps.core.templatetags.guard",
            ],
        },
    },
]

# --- data --------------------------------------------------------------------------------------------------------

DATABASES = {"default": environ.Env.db_url_config(env_str("DATABASE_URL"))}
DATABASES["default"] |= {
    "ENGINE": "asn_kinerja.database",
    # A connection per request costs eight times as much (reference/performance.md, section 3).
    "CONN_MAX_AGE": env_int("CONN_MAX_AGE", 300),
    "CONN_HEALTH_CHECKS": True,
    "DISABLE_SERVER_SIDE_CURSORS": env_bool("DISABLE_SERVER_SIDE_CURSORS", False),
}
DATABASES["default"].setdefault("OPTIONS", {})["options"] = (
    f"-c statement_timeout={env_int('STATEMENT_TIMEOUT_MS', 60_000)} -c lock_timeout=10000 -c timezone=UTC"
)
# A copy for the reads of dashboards and open data (apps.core.replica); empty: everything from one database.
if replica := env_str("REPLICA_URL", ""):
    DATABASES["replica"] = DATABASES["default"] | environ.Env.db_url_config(replica)
    # Tests and migrations leave the copy alone: it follows by itself.
    DATABASES["replica"]["TEST"] = {"MIRROR": "default"}
DATABASE_ROUTERS = ["apps.core.replica.Router"]
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

REDIS_URL = env_str("REDIS_URL")
CACHES = {
    "default": {
        "BACKEND": "django.core.cache.backends.redis.RedisCache",
        "LOCATION": REDIS_URL,
        "KEY_PREFIX": "asn",
    }
}

# How long a part of a page is kept at most while none of its stamps changes (apps/core/kept.py); 0 keeps nothing.
KEEP_PARTS_SECONDS = env_int("KEEP_PARTS_SECONDS", 60)

MEDIA_ROOT = Path(env_str("MEDIA_ROOT", str(BASE_DIR / "media")))
# Nothing under MEDIA_ROOT is ever served by its path; apps.core.files streams a file after a permission check.
MEDIA_URL = "/berkas/"
FILE_UPLOAD_PERMISSIONS = 0o600
FILE_UPLOAD_MAX_MEMORY_SIZE = 2 * 1024 * 1024
DATA_UPLOAD_MAX_MEMORY_SIZE = 2 * 1024 * 1024
DATA_UPLOAD_MAX_NUMBER_FIELDS = 3000

# The heads of the audit chains are noted here every hour. In production: a place that the administrator of the
# database cannot write to. Optional besides: mailboxes (with commas) and an https address that get the same lines.
AUDIT_ANCHOR_DIR = Path(env_str("AUDIT_ANCHOR_DIR", str(MEDIA_ROOT.parent / "audit-anchors")))
AUDIT_ANCHOR_MAIL = env_list("AUDIT_ANCHOR_MAIL", ",")
AUDIT_ANCHOR_URL = env_str("AUDIT_ANCHOR_URL", "")
if AUDIT_ANCHOR_URL and not AUDIT_ANCHOR_URL.startswith("https://"):
    raise ImproperlyConfigured("AUDIT_ANCHOR_URL must begin with https://.")

# --- work in the background --------------------------------------------------------------------------------------

CELERY_BROKER_URL = REDIS_URL.replace("unix://", "redis+socket://").replace("?db=", "?virtual_host=")
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
# The doorbell may be lost (the outbox rings again), so publishing must not make a web request wait for Redis.
CELERY_BROKER_TRANSPORT_OPTIONS = {
    "visibility_timeout": 600,
    "socket_timeout": 5,
    "socket_connect_timeout": 2,
    "max_retries": 0,
}
CELERY_TASK_PUBLISH_RETRY = False
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_ACKS_LATE = True
CELERY_TASK_REJECT_ON_WORKER_LOST = True
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_WORKER_HIJACK_ROOT_LOGGER = False
CELERY_WORKER_CANCEL_LONG_RUNNING_TASKS_ON_CONNECTION_LOSS = True
CELERY_TASK_DEFAULT_QUEUE = "asn"
# Ticks have a queue of their own, so that they are heard in turn with a long backlog of work.
CELERY_TASK_QUEUES = [Queue("asn", routing_key="asn"), Queue("asn-ticks", routing_key="asn-ticks")]
CELERY_TIMEZONE = "UTC"
CELERY_BEAT_SCHEDULER = "apps.core.beat.TickScheduler"
# Ticks only ask "what is due and has no run yet?"; what is due stands in rows (architecture D4).
CELERY_BEAT_SCHEDULE = {
    "relay-outbox": {"task": "core.relay_outbox", "schedule": 2.0},
    "sweep": {"task": "core.sweep", "schedule": 300.0},
    "daily-checks": {"task": "core.run_daily_checks", "schedule": 60.0},
    "audit-anchors": {"task": "core.anchor_audit", "schedule": 60.0},
    "assessments-schedule": {"task": "assessments.run_schedule", "schedule": 5.0},
    "assessments-clocks": {"task": "assessments.run_clocks", "schedule": 60.0},
    "feedback-schedule": {"task": "feedback.run_schedule", "schedule": 30.0},
    "training-schedule": {"task": "training.run_schedule", "schedule": 20.0},
    "supervision-schedule": {"task": "supervision.run_schedule", "schedule": 20.0},
    "reports-schedule": {"task": "reports.run_schedule", "schedule": 15.0},
}
for _tick in CELERY_BEAT_SCHEDULE.values():
    # Nobody wants the ticks of the hour in which no worker was there.
    _tick["options"] = {"queue": "asn-ticks", "expires": max(30.0, 2 * float(str(_tick["schedule"])))}

# How long a worker's claim on a piece of work holds without a sign of progress (apps.core.jobs).
OUTBOX_LEASE_SECONDS = env_int("OUTBOX_LEASE_SECONDS", 120)
# After how long the bell rings again for work that nobody has finished.
OUTBOX_RING_AGAIN_SECONDS = env_int("OUTBOX_RING_AGAIN_SECONDS", 15)
# After how many days a finished message goes into the archive (apps.core.outbox_archive).
OUTBOX_KEEP_DAYS = env_int("OUTBOX_KEEP_DAYS", 30)

# --- people ------------------------------------------------------------------------------------------------------

AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = ["axes.backends.AxesStandaloneBackend", "django.contrib.auth.backends.ModelBackend"]
LOGIN_URL = "accounts:sign-in"
LOGIN_REDIRECT_URL = "home"
LOGOUT_REDIRECT_URL = "accounts:sign-in"
PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.Argon2PasswordHasher",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]
AUTH_PASSWORD_VALIDATORS = [
    {
        "NAME": "django.contrib.auth.password_validation.MinimumLengthValidator",
        "OPTIONS": {"min_length": env_int("PASSWORD_MIN_LENGTH", 12)},
    },
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "apps.accounts.passwords.NotPersonalValidator"},
]
AXES_FAILURE_LIMIT = 5
AXES_COOLOFF_TIME = 0.25  # hours: nobody stays locked out for long (threat T12)
AXES_LOCKOUT_PARAMETERS = ["username"]
AXES_LOCKOUT_TEMPLATE = "accounts/locked.html"
AXES_RESET_ON_SUCCESS = True
AXES_ENABLE_ACCESS_FAILURE_LOG = False
AXES_DISABLE_ACCESS_LOG = True
AXES_VERBOSE = False
AXES_USERNAME_FORM_FIELD = "username"
AXES_SENSITIVE_PARAMETERS = ["username", "ip_address"]

SESSION_ENGINE = "django.contrib.sessions.backends.db"
SESSION_COOKIE_AGE = 12 * 3600
SESSION_IDLE_SECONDS = env_int("SESSION_IDLE_SECONDS", 2 * 3600)
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
CSRF_COOKIE_HTTPONLY = True
CSRF_COOKIE_SAMESITE = "Lax"
CSRF_FAILURE_VIEW = "asn_kinerja.views.csrf_failure"
MESSAGE_STORAGE = "django.contrib.messages.storage.session.SessionStorage"

# --- browser -----------------------------------------------------------------------------------------------------

CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF, "data:", "blob:"],
        "font-src": [SELF],
        "connect-src": [SELF],
        "form-action": [SELF],
        "manifest-src": [SELF],
        "worker-src": [SELF],
        "frame-ancestors": [NONE],
        "base-uri": [NONE],
        "object-src": [NONE],
    }
}
X_FRAME_OPTIONS = "DENY"
SECURE_REFERRER_POLICY = "strict-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
SECURE_CONTENT_TYPE_NOSNIFF = True
if IS_PRODUCTION:
    SESSION_COOKIE_NAME = "__Host-sesi"
    CSRF_COOKIE_NAME = "__Host-csrf"
    SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = True
    SECURE_HSTS_SECONDS = env_int("SECURE_HSTS_SECONDS", 365 * 24 * 3600)
    SECURE_HSTS_INCLUDE_SUBDOMAINS = True
    SECURE_HSTS_PRELOAD = True
    SECURE_SSL_REDIRECT = env_bool("SECURE_SSL_REDIRECT", True)
    SECURE_REDIRECT_EXEMPT = [r"^healthz$", r"^readyz$"]
if env_bool("BEHIND_PROXY", False):  # only where the proxy strips the header from outside
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")

STATIC_URL = "/static/"
STATIC_ROOT = Path(env_str("STATIC_ROOT", str(BASE_DIR / "staticfiles")))
STATICFILES_DIRS = [BASE_DIR / "static"]
WHITENOISE_USE_FINDERS = not IS_PRODUCTION
# A style sheet edited while the demo runs is served as it is now; production serves hashed names.
WHITENOISE_AUTOREFRESH = not IS_PRODUCTION
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {
        "BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"
        if IS_PRODUCTION
        else "django.contrib.staticfiles.storage.StaticFilesStorage"
    },
}

# --- language and time -------------------------------------------------------------------------------------------

LANGUAGE_CODE = "id"
LANGUAGES = [("id", _("Indonesian")), ("en", _("English"))]
USE_I18N = True
USE_TZ = True
# The neutral zone of the processes; every screen and deadline uses the government's own (WIB, WITA or WIT).
TIME_ZONE = "UTC"
FORMAT_MODULE_PATH = ["asn_kinerja.formats"]

# --- API ---------------------------------------------------------------------------------------------------------

REST_FRAMEWORK = {
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "DEFAULT_PARSER_CLASSES": ["rest_framework.parsers.JSONParser"],
    "DEFAULT_AUTHENTICATION_CLASSES": ["rest_framework.authentication.SessionAuthentication"],
    "DEFAULT_PERMISSION_CLASSES": ["rest_framework.permissions.IsAuthenticated"],
    "DEFAULT_SCHEMA_CLASS": "drf_spectacular.openapi.AutoSchema",
    "EXCEPTION_HANDLER": "apps.core.problems.problem_response",
    "DEFAULT_THROTTLE_CLASSES": ["rest_framework.throttling.ScopedRateThrottle"],
    "DEFAULT_THROTTLE_RATES": {"public-post": "30/min", "api": "600/min"},
    "COERCE_DECIMAL_TO_STRING": True,
}
SPECTACULAR_SETTINGS = {
    "TITLE": "ASN Kinerja API",
    "VERSION": "1.0.0",
    "DESCRIPTION": "The same services and permissions as the pages. Errors are RFC 9457 problem details.",
    "SERVE_INCLUDE_SCHEMA": False,
    "SWAGGER_UI_DIST": "SIDECAR",
    "SWAGGER_UI_FAVICON_HREF": "SIDECAR",
}

# --- operation ---------------------------------------------------------------------------------------------------

# Who reads /metrics names this token (Authorization: Bearer ...); without one the address does not exist.
METRICS_TOKEN = env_str("METRICS_TOKEN", "")
# Where the processes of one host put their counts together; empty: each process counts for itself.
METRICS_DIR = env_str("METRICS_DIR", "")

# `line` for people at a terminal, `json` for a log collector; both are cleaned of what may name a person.
LOG_FORMAT = env_str("LOG_FORMAT", "json" if IS_PRODUCTION else "line")
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {
        "line": {
            "()": "apps.core.operations.logs.CleanLine",
            "format": "%(asctime)s %(levelname)s %(name)s %(message)s [%(id)s]",
        },
        "json": {
            "()": "apps.core.operations.logs.CleanJson",
            "format": "%(asctime)s %(levelname)s %(name)s %(message)s %(id)s",
            "rename_fields": {"asctime": "at", "levelname": "level", "name": "logger"},
        },
    },
    "filters": {"id": {"()": "apps.core.operations.logs.CurrentId"}},
    "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": LOG_FORMAT, "filters": ["id"]}},
    "root": {"handlers": ["stderr"], "level": env_str("LOG_LEVEL", "INFO")},
    "loggers": {"django.request": {"level": "ERROR"}, "axes": {"level": "ERROR"}},
}
SILENCED_SYSTEM_CHECKS = [
    # Lock the account, not the address: a whole office shares one address, and a combined key defends nothing (T12).
    "axes.W006",
]
