"""Django's settings. Everything an installation may decide comes from the environment; all of it has a default.

`docs/howto/settings.md` lists the variables.
"""

import time
from datetime import timedelta
from pathlib import Path

import dj_database_url
from environs import Env, validate

from shixiao.casework import finding
from shixiao.site import connecting, folders

env = Env()

# ---- what this installation is -----------------------------------------------------------------------------

HOME = folders.home()
DEBUG = env.bool("SHIXIAO_DEBUG", False)
SHIXIAO_DEMO = env.bool("SHIXIAO_DEMO", False)
SECRET_KEY = env.str("SHIXIAO_SECRET_KEY", "") or folders.secret_key(HOME)
ALLOWED_HOSTS = env.list("SHIXIAO_HOSTS", ["127.0.0.1", "localhost", "[::1]"])
BEHIND_HTTPS = env.bool("SHIXIAO_HTTPS", False)
SHIXIAO_LAN = env.bool("SHIXIAO_LAN", False)  # our own certificate: set by `--lan` for its workers
CERTIFICATES = HOME / "certificates"

# ---- rooms -------------------------------------------------------------------------------------------------

INSTALLED_APPS = [
    *finding.found(),  # the offices: each folder of the room
    "shixiao.performance",
    "shixiao.casework",
    "shixiao.messages",
    "shixiao.ledger",  # its `migrate` comes before Django's
    "shixiao.people",
    "shixiao.site.backup",
    "shixiao.ui",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "axes",
    "django_htmx",
]
MIDDLEWARE = [
    "shixiao.site.health.Probes",
    "shixiao.site.requests.Numbered",
    "shixiao.site.proxies.ComesFrom",
    "shixiao.site.programs.OverHttps",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "shixiao.performance.publication.serving.PublishedFiles",
    "shixiao.site.headers.ContentSecurityPolicy",
    "shixiao.site.programs.NoCookies",
    "shixiao.site.programs.SaysSimulated",
    "shixiao.site.sessions.Sessions",
    "django.middleware.locale.LocaleMiddleware",
    "shixiao.site.borders.RequestSize",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.auth.middleware.LoginRequiredMiddleware",  # a view is open only where it says so
    "django.contrib.messages.middleware.MessageMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "shixiao.people.middleware.Marked",
    "shixiao.people.middleware.IdleTimeOut",
    "shixiao.people.middleware.PasswordFirst",
    "shixiao.people.middleware.SecondStepFirst",
    "shixiao.people.middleware.Declared",
    "shixiao.people.middleware.Refusals",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "axes.middleware.AxesMiddleware",
]
ROOT_URLCONF = "shixiao.site.urls"
WSGI_APPLICATION = "shixiao.site.wsgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.template.context_processors.i18n",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "shixiao.casework.simulated.on_pages",
            ],
        },
    },
]
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

# ---- database ----------------------------------------------------------------------------------------------

# WAL lets readers go on while one writes. IMMEDIATE takes the write lock at BEGIN: with DEFERRED, processes
# that read and then write fail with "database is locked" at once, whatever the timeout says. FULL costs a
# fifth of a millisecond and keeps an accepted step through a power cut. REPLACE fires the ledger's DELETE
# triggers only with recursive_triggers.
SQLITE_OPTIONS = {
    "transaction_mode": "IMMEDIATE",
    "timeout": 20,
    "init_command": (
        "PRAGMA journal_mode=WAL;PRAGMA synchronous=FULL;PRAGMA foreign_keys=ON;PRAGMA recursive_triggers=ON"
    ),
}

# A server that is gone without a word: libpq would try to connect for minutes, and the kernel would wait a quarter of an hour for a packet to
# be acknowledged. The server is asked to do the same towards us (tcp_keepalives_…): what a machine that was cut off had locked is free again.
DATABASE_CONNECT, DATABASE_SILENCE = (
    env.int("SHIXIAO_DATABASE_CONNECT", 5, validate=validate.Range(2, 120)),  # libpq takes no less than 2
    env.int("SHIXIAO_DATABASE_SILENCE", 30, validate=validate.Range(3, 3600)),
)
POSTGRESQL_OPTIONS = {
    "connect_timeout": DATABASE_CONNECT,
    "keepalives": 1,
    "keepalives_idle": DATABASE_SILENCE,
    "keepalives_interval": max(1, DATABASE_SILENCE // 3),
    "keepalives_count": 3,
    "tcp_user_timeout": DATABASE_SILENCE * 1000,
    "options": f"-c tcp_keepalives_idle={DATABASE_SILENCE} -c tcp_keepalives_interval={max(1, DATABASE_SILENCE // 3)} "
    "-c tcp_keepalives_count=3",
}
# How long one statement may take: of a page or a call, and of a job (site/postgresql). Commands take as long as they need.
SHIXIAO_DATABASE_PATIENCE = env.int("SHIXIAO_DATABASE_PATIENCE", 60)
SHIXIAO_DATABASE_PATIENCE_OF_WORKER = env.int("SHIXIAO_DATABASE_PATIENCE_OF_WORKER", 300)

DATABASES = {
    "default": connecting.with_encryption(
        dj_database_url.parse(
            env.str("DATABASE_URL", "") or f"sqlite:///{HOME / 'shixiao.sqlite3'}",
            conn_max_age=600,
            conn_health_checks=True,
        )
    )
}
if DATABASES["default"]["ENGINE"] == "django.db.backends.sqlite3":
    DATABASES["default"].setdefault("OPTIONS", {}).update(SQLITE_OPTIONS)
elif DATABASES["default"]["ENGINE"] == "django.db.backends.postgresql":
    DATABASES["default"]["ENGINE"] = "shixiao.site.postgresql"
    DATABASES["default"]["OPTIONS"] = POSTGRESQL_OPTIONS | DATABASES["default"].get(
        "OPTIONS", {}
    )  # DATABASE_URL may say otherwise

# The role that runs the program on PostgreSQL when another one owns the tables: docs/howto/postgresql.md.
SHIXIAO_RUNNING_ROLE = env.str("SHIXIAO_RUNNING_ROLE", "")

# ---- sign-in -----------------------------------------------------------------------------------------------

AUTH_USER_MODEL = "people.User"
AUTHENTICATION_BACKENDS = ["axes.backends.AxesStandaloneBackend", "shixiao.people.backends.Accounts"]
SHIXIAO_PASSWORDS_REMEMBERED = env.int("SHIXIAO_PASSWORDS_REMEMBERED", 5)
AUTH_PASSWORD_VALIDATORS = [
    {
        "NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator",
        "OPTIONS": {"user_attributes": ("username", "display_name")},
    },
    {"NAME": "shixiao.people.passwords.LongEnough", "OPTIONS": {"min_length": 10}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.NumericPasswordValidator"},
    {"NAME": "shixiao.people.passwords.ManyKinds", "OPTIONS": {"least": env.int("SHIXIAO_PASSWORD_KINDS", 2)}},
    {"NAME": "shixiao.people.passwords.NotNear", "OPTIONS": {"names": ALLOWED_HOSTS}},
    {"NAME": "shixiao.people.breaches.NotBreached", "OPTIONS": {"path": env.str("SHIXIAO_BREACHED_PASSWORDS", "")}},
    {"NAME": "shixiao.people.passwords.NotAgain", "OPTIONS": {"last": SHIXIAO_PASSWORDS_REMEMBERED}},
]
SHIXIAO_PASSWORD_DAYS = env.int("SHIXIAO_PASSWORD_DAYS", 0)  # 0: a good password may stay
# Who must have a second step: nobody (offered), administrators, everybody.
SHIXIAO_SECOND_STEP = env.str(
    "SHIXIAO_SECOND_STEP", "administrators", validate=validate.OneOf(["offered", "administrators", "everybody"])
)
SHIXIAO_IDLE_MINUTES = env.int("SHIXIAO_IDLE_MINUTES", 30)  # 0: only the end of the session counts
LOGIN_URL = "people:sign_in"
LOGIN_REDIRECT_URL = "/"
LOGOUT_REDIRECT_URL = "people:sign_in"
SESSION_COOKIE_AGE = int(timedelta(hours=12).total_seconds())  # one working day

AXES_FAILURE_LIMIT = 5
AXES_COOLOFF_TIME = timedelta(minutes=15)
AXES_LOCKOUT_PARAMETERS = [["username", "ip_address"]]  # a stranger cannot lock an officer out of another desk
AXES_RESET_ON_SUCCESS = True
AXES_LOCKOUT_CALLABLE = "shixiao.people.views.locked_out"
AXES_HTTP_RESPONSE_CODE = 429
AXES_DISABLE_ACCESS_LOG = True  # sign-ins are events of the ledger
AXES_VERBOSE = False

# ---- language, time ----------------------------------------------------------------------------------------

LANGUAGE_CODE = "zh-hans"
LANGUAGES = [("zh-hans", "简体中文"), ("en", "English")]
LANGUAGE_COOKIE_AGE = int(timedelta(days=365).total_seconds())
LANGUAGE_COOKIE_SAMESITE = "Lax"
LOCALE_PATHS = [folders.PACKAGE / "site" / "locale"]  # the site is no room of Django's
USE_I18N = True
USE_TZ = True
MACHINE_OFFSET = timedelta(seconds=time.localtime().tm_gmtoff)  # before Django sets TIME_ZONE for the whole process
TIME_ZONE = "Asia/Shanghai"

# ---- static files ------------------------------------------------------------------------------------------

# `shixiao serve` collects them into the data folder and says so in the environment of its workers; everything
# else (tests, a developer's server) finds them where they lie, so that nothing stale is ever tested.
STATIC_URL = "/static/"
STATIC_ROOT = HOME / "static"
STATIC_ROOT.mkdir(exist_ok=True)
STATIC_IS_COLLECTED = env.bool("SHIXIAO_STATIC_COLLECTED", False)
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {
        "BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"
        if STATIC_IS_COLLECTED
        else "django.contrib.staticfiles.storage.StaticFilesStorage"
    },
}
WHITENOISE_USE_FINDERS = not STATIC_IS_COLLECTED
WHITENOISE_AUTOREFRESH = False

# ---- channels ----------------------------------------------------------------------------------------------

SHIXIAO_ADDRESS = env.str("SHIXIAO_ADDRESS", "").rstrip("/")  # where people find this installation
SHIXIAO_MAIL_HOST = env.str("SHIXIAO_MAIL_HOST", "")  # empty: nothing is mailed
SHIXIAO_MAIL_TLS = env.str("SHIXIAO_MAIL_TLS", "starttls", validate=validate.OneOf(["starttls", "tls", "none"]))
SHIXIAO_MAIL_PORT = env.int("SHIXIAO_MAIL_PORT", {"starttls": 587, "tls": 465, "none": 25}[SHIXIAO_MAIL_TLS])
SHIXIAO_MAIL_USER = env.str("SHIXIAO_MAIL_USER", "")
SHIXIAO_MAIL_PASSWORD_FILE = env.str("SHIXIAO_MAIL_PASSWORD_FILE", "")  # read anew for each mail
SHIXIAO_MAIL_SENDER = env.str("SHIXIAO_MAIL_SENDER", "")
SHIXIAO_MAIL_AUTHORITY = env.str("SHIXIAO_MAIL_AUTHORITY", "")  # a file with the house's own certificate authority
SHIXIAO_WEBHOOKS_ALLOWED: list[str] = env.list("SHIXIAO_WEBHOOKS_ALLOWED", [])
SHIXIAO_WEBHOOKS_LOOPBACK = env.bool("SHIXIAO_WEBHOOKS_LOOPBACK", False)
SHIXIAO_WEBHOOKS_AUTHORITY = env.str("SHIXIAO_WEBHOOKS_AUTHORITY", "")
SHIXIAO_YUEZHENGYI_ADDRESS = env.str("SHIXIAO_YUEZHENGYI_ADDRESS", "").rstrip("/")  # differs with the deployment
SHIXIAO_YUEZHENGYI_CORP = env.str("SHIXIAO_YUEZHENGYI_CORP", "")
SHIXIAO_YUEZHENGYI_AGENT = env.int("SHIXIAO_YUEZHENGYI_AGENT", 0)
SHIXIAO_YUEZHENGYI_SECRET_FILE = env.str("SHIXIAO_YUEZHENGYI_SECRET_FILE", "")  # each file is read anew for each use
SHIXIAO_YUEZHENGYI_CONTACTS_FILE = env.str("SHIXIAO_YUEZHENGYI_CONTACTS_FILE", "")  # empty: the app's secret reads them
SHIXIAO_YUEZHENGYI_CALLBACK_TOKEN_FILE = env.str("SHIXIAO_YUEZHENGYI_CALLBACK_TOKEN_FILE", "")
SHIXIAO_YUEZHENGYI_CALLBACK_KEY_FILE = env.str("SHIXIAO_YUEZHENGYI_CALLBACK_KEY_FILE", "")
SHIXIAO_YUEZHENGYI_AUTHORIZE = env.str("SHIXIAO_YUEZHENGYI_AUTHORIZE", "")  # empty: nobody signs in with it
SHIXIAO_YUEZHENGYI_AUTHORITY = env.str("SHIXIAO_YUEZHENGYI_AUTHORITY", "")
SHIXIAO_OA_ADDRESS = env.str("SHIXIAO_OA_ADDRESS", "").rstrip("/")  # an OA that cannot call us; empty: none is asked
SHIXIAO_OA_SYSTEM = env.str("SHIXIAO_OA_SYSTEM", "oa")  # its short name, before its ids
SHIXIAO_OA_ACCOUNT = env.str("SHIXIAO_OA_ACCOUNT", "")  # whose posts what is fetched is registered by
SHIXIAO_OA_SECRET_FILE = env.str("SHIXIAO_OA_SECRET_FILE", "")
SHIXIAO_OA_AUTHORITY = env.str("SHIXIAO_OA_AUTHORITY", "")
SHIXIAO_SMS_FORM = env.str("SHIXIAO_SMS_FORM", "", validate=validate.OneOf(["", "yunmas", "http"]))  # empty: no SMS
SHIXIAO_SMS_ADDRESS = env.str("SHIXIAO_SMS_ADDRESS", "").rstrip("/")
SHIXIAO_SMS_SECRET_FILE = env.str("SHIXIAO_SMS_SECRET_FILE", "")
SHIXIAO_SMS_SIGNATURE = env.str("SHIXIAO_SMS_SIGNATURE", "")  # the words between 【 and 】
SHIXIAO_SMS_COST = env.str("SHIXIAO_SMS_COST", "")  # yuan for each part
SHIXIAO_SMS_AUTHORITY = env.str("SHIXIAO_SMS_AUTHORITY", "")
SHIXIAO_SMS_REPORT_FILE = env.str("SHIXIAO_SMS_REPORT_FILE", "")  # the word in the address of delivery reports
SHIXIAO_SMS_REPORT_ADDRESS = env.str("SHIXIAO_SMS_REPORT_ADDRESS", "")  # where reports are fetched; empty: nowhere
SHIXIAO_SMS_REPORT_BODY = env.str("SHIXIAO_SMS_REPORT_BODY", "")  # JSON with {secret}
SHIXIAO_SMS_REPORT_FIELDS: dict[str, str] = env.dict("SHIXIAO_SMS_REPORT_FIELDS", {})
SHIXIAO_SMS_ARRIVED: list[str] = env.list("SHIXIAO_SMS_ARRIVED", ["DELIVRD"])
SHIXIAO_SMS_FINAL: list[str] = env.list("SHIXIAO_SMS_FINAL", [])  # answers that say no for good
SHIXIAO_SMS_YUNMAS_NAME = env.str("SHIXIAO_SMS_YUNMAS_NAME", "")
SHIXIAO_SMS_YUNMAS_ACCOUNT = env.str("SHIXIAO_SMS_YUNMAS_ACCOUNT", "")
SHIXIAO_SMS_YUNMAS_SIGN = env.str("SHIXIAO_SMS_YUNMAS_SIGN", "")  # the code of the signature, as the platform says
SHIXIAO_SMS_YUNMAS_SERIAL = env.str("SHIXIAO_SMS_YUNMAS_SERIAL", "")
SHIXIAO_SMS_TEMPLATE = env.str("SHIXIAO_SMS_TEMPLATE", "")  # the id of a registered template; empty: plain text
SHIXIAO_SMS_TEMPLATE_SLOTS: list[str] = env.list("SHIXIAO_SMS_TEMPLATE_SLOTS", ["text"])
SHIXIAO_SMS_HTTP_METHOD = env.str("SHIXIAO_SMS_HTTP_METHOD", "POST", validate=validate.OneOf(["POST", "PUT"]))
SHIXIAO_SMS_HTTP_BODY = env.str("SHIXIAO_SMS_HTTP_BODY", "")  # JSON with {number}, {text}, {key}, {secret}
SHIXIAO_SMS_HTTP_HEADERS = env.str("SHIXIAO_SMS_HTTP_HEADERS", "")  # JSON with {secret}, beside the type of the content
SHIXIAO_SMS_HTTP_SUCCESS = env.str("SHIXIAO_SMS_HTTP_SUCCESS", "")  # code=0; empty: any 2xx
SHIXIAO_SMS_HTTP_GROUP = env.str("SHIXIAO_SMS_HTTP_GROUP", "")  # where the answer says by which id reports will come
SHIXIAO_SMS_HTTP_REPEATS = env.bool("SHIXIAO_SMS_HTTP_REPEATS", False)  # it takes the same {key} twice as one

# ---- borders -----------------------------------------------------------------------------------------------

MEGABYTE = 1024 * 1024
DATA_UPLOAD_MAX_MEMORY_SIZE = 16 * MEGABYTE  # pasted text; a published table is about 25 kB
FILE_UPLOAD_MAX_MEMORY_SIZE = 4 * MEGABYTE  # larger uploads go through a temporary file
SHIXIAO_REQUEST_LIMIT = 20 * MEGABYTE
SHIXIAO_ATTACHMENT_LIMIT = env.int("SHIXIAO_ATTACHMENT_MB", 100) * MEGABYTE  # one upload of files to a case
SHIXIAO_PHOTO_LIMIT = env.int("SHIXIAO_PHOTO_MB", 20) * MEGABYTE  # all photos of one report; a phone makes them smaller
SHIXIAO_ATTACHMENTS = HOME / "attachments"  # outside everything that is sent as a static file
SHIXIAO_PUBLISHED = HOME / "published"  # made from the database: no backup needs it
SHIXIAO_BACKUPS = Path(env.str("SHIXIAO_BACKUPS", "") or HOME / "backups")  # another disk is better
DATA_UPLOAD_MAX_NUMBER_FIELDS = 2000
DATA_UPLOAD_MAX_NUMBER_FILES = 20

# How often in a minute: what `access.py` of the rooms declares, in per cent of it, and the calls of one token.
SHIXIAO_PACE_PERCENT = env.int("SHIXIAO_PACE_PERCENT", 100)  # 0: as often as one likes
SHIXIAO_CALLS_A_MINUTE = env.int("SHIXIAO_CALLS_A_MINUTE", 3000)

SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
CSRF_COOKIE_HTTPONLY = True
CSRF_FAILURE_VIEW = "shixiao.site.failures.csrf_failure"
CSRF_TRUSTED_ORIGINS: list[str] = env.list("SHIXIAO_ORIGINS", [])
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = LANGUAGE_COOKIE_SECURE = BEHIND_HTTPS or SHIXIAO_LAN
# With this prefix a browser takes a cookie over https only, for this host only, whoever else sets one.
_HOST = "__Host-" if SESSION_COOKIE_SECURE else ""
SESSION_COOKIE_NAME, CSRF_COOKIE_NAME, LANGUAGE_COOKIE_NAME = (
    f"{_HOST}shixiao_{name}" for name in ("session", "csrf", "language")
)
# With our own certificate there is no plain http to be sent on from, no proxy to be believed, and no HSTS: it would
# lock a browser out for a year once the authority is another one.
SECURE_SSL_REDIRECT = BEHIND_HTTPS
SECURE_REDIRECT_EXEMPT = [r"^api/v1/(?!docs$)"]  # programs are told, not sent on (`programs.OverHttps`)
SECURE_HSTS_SECONDS = int(timedelta(days=365).total_seconds()) if BEHIND_HTTPS else 0
# Subdomains of this very host name, of which there are none where it is the house's own.
SECURE_HSTS_INCLUDE_SUBDOMAINS = BEHIND_HTTPS and env.bool("SHIXIAO_HSTS_SUBDOMAINS", True)
SHIXIAO_PROXIES: list[str] = env.list("SHIXIAO_PROXIES", [])  # those whose X-Forwarded-For is believed
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if BEHIND_HTTPS else None

# The browsers' own list of hosts with HSTS is for the holder of the domain to decide, and whether subdomains are in may be turned off.
SILENCED_SYSTEM_CHECKS = ["security.W005", "security.W021"]

# ---- logs: what happened to the program, never what people typed ---------------------------------------------

SHIXIAO_LOG_FORMAT = env.str("SHIXIAO_LOG_FORMAT", "text")  # json: one object a line (site/logs.py)
SHIXIAO_LOG_REQUESTS = env.bool("SHIXIAO_LOG_REQUESTS", False)  # one line for each request
SHIXIAO_METRICS_TOKEN = env.str("SHIXIAO_METRICS_TOKEN", "")
LOG_LEVEL = env.str("SHIXIAO_LOG_LEVEL", "INFO").upper()

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"text": {"()": "shixiao.site.logs.Lines"}, "json": {"()": "shixiao.site.logs.JsonLines"}},
    "handlers": {
        "stderr": {
            "class": "logging.StreamHandler",
            "formatter": "json" if SHIXIAO_LOG_FORMAT == "json" else "text",
        }
    },
    "root": {"handlers": ["stderr"], "level": "WARNING"},
    "loggers": {
        "shixiao": {"level": LOG_LEVEL},
        "django": {"handlers": [], "level": "WARNING"},
        "django.security.RequestDataTooBig": {"level": "CRITICAL"},  # a page says so; no trace is needed
        "axes": {"level": "ERROR"},  # refused sign-ins are events of the ledger
    },
}
