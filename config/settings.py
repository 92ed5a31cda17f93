"""All settings, in Django's own order, from the environment only. Business thresholds stand at the end, each
with its reason."""

import os
from datetime import date, timedelta
from pathlib import Path

from celery.schedules import crontab
from csp.constants import NONE, SELF
from django.core.exceptions import ImproperlyConfigured
from django.utils.translation import gettext_lazy as _

from config.environment import (
    DEFAULT_SECRET_KEY,
    check_secrets,
    env,
    get_broker_url,
    get_choice,
    get_environment,
    get_former_key,
    get_key,
    get_keys,
    get_required,
    get_secret,
)

BASE_DIR = Path(__file__).resolve().parent.parent
PORTAL_ENV = get_environment()
PRODUCTION = PORTAL_ENV == "production"
DEMO = PORTAL_ENV == "demo"
TESTING = PORTAL_ENV == "test"
DATA_DIR = Path(env.str("PORTAL_DATA", default=str(BASE_DIR / "var"))).resolve()

DEBUG = env.bool("DEBUG", default=False)
if PRODUCTION and DEBUG:
    raise ImproperlyConfigured("正式环境不允许 DEBUG=true：请去掉这个变量。")
SECRET_KEY = get_secret("SECRET_KEY", default=DEFAULT_SECRET_KEY, production=PRODUCTION)
ALLOWED_HOSTS = env.list("ALLOWED_HOSTS", default=[] if PRODUCTION else ["*"])
if PRODUCTION and (not ALLOWED_HOSTS or "*" in ALLOWED_HOSTS):
    raise ImproperlyConfigured("缺少环境变量 ALLOWED_HOSTS：请写明门户的域名，不能用 *。")
CSRF_TRUSTED_ORIGINS = env.list("CSRF_TRUSTED_ORIGINS", default=[])

# Our own applications, lowest layer first; pages and examples of the demo street are not installed in production.
PORTAL_APPS = [
    "communities",
    "accounts",
    "operations",
    "grids",
    "imports",
    "activities",
    "visits",
    "cadence",
    "surveys",
    "party",
    "volunteers",
    "indicators",
    "dashboards",
    "privacy",
]
INSTALLED_APPS = [
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.humanize",
    "axes",
    "crispy_forms",
    "crispy_bootstrap5",
    "csp",
    "django_htmx",
    "import_export",
    "pgtrigger",
    *PORTAL_APPS,
]
if not PRODUCTION:
    INSTALLED_APPS.append("demo")

MIDDLEWARE = [
    "config.health.HealthMiddleware",
    "config.logs.RequestIdMiddleware",
    "config.metrics.MetricsMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "config.headers.HeadersMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "accounts.acting.ActingMiddleware",
    "accounts.scope.ScopeMiddleware",
    "config.limits.BodyLimitMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "accounts.middleware.AccessMiddleware",
    "accounts.sign_in_rules.SignInMiddleware",
    "accounts.reads.ReadsMiddleware",
    "config.visitors.VisitorsMiddleware",
    "axes.middleware.AxesMiddleware",
]

ROOT_URLCONF = "config.urls"
WSGI_APPLICATION = "config.wsgi.application"
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
                "django.template.context_processors.i18n",
                "accounts.context_processors.portal",
            ],
        },
    },
]
CRISPY_ALLOWED_TEMPLATE_PACKS = "bootstrap5"
CRISPY_TEMPLATE_PACK = "bootstrap5"

# Database. Persistent connections are worth about four times the requests per second.
DATABASES = {"default": env.db_url_config(get_required("DATABASE_URL"))}
DATABASES["default"]["ENGINE"] = "config.postgres"  # tells each session whose rows the request may see
DATABASES["default"]["CONN_MAX_AGE"] = 0 if TESTING else 60  # a test database must have no lingering guests
DATABASES["default"]["CONN_HEALTH_CHECKS"] = True
DATABASES["default"].setdefault("OPTIONS", {}).update(
    # A host that vanished without a word is noticed within about half a minute, not after the kernel's two hours.
    {"connect_timeout": 5, "keepalives_idle": 15, "keepalives_interval": 5, "keepalives_count": 3}
)
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

# Queue. The database is the queue of record and Redis only a hint (security.md): when it is down or hung a
# request must fail to ring within about a second and go on.
REDIS_URL = get_required("REDIS_URL")
CELERY_BROKER_URL = get_broker_url(REDIS_URL)
CELERY_BROKER_TRANSPORT_OPTIONS = {
    "socket_connect_timeout": 0.5,
    "socket_timeout": 1,
    "visibility_timeout": 3600,
    "retry_policy": {"max_retries": 1, "timeout": 1.0},
}
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_BROKER_CONNECTION_MAX_RETRIES = None
CELERY_TASK_PUBLISH_RETRY = False
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_ACKS_LATE = True
CELERY_TASK_REJECT_ON_WORKER_LOST = True  # of tasks that are counted (operations/parking.py)
CELERY_TASK_SOFT_TIME_LIMIT = 1740  # an error with a place, a minute before the process is killed without a word
CELERY_TASK_TIME_LIMIT = 1800  # below the visibility time-out: operations/checks.py
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_WORKER_HIJACK_ROOT_LOGGER = False
CELERY_WORKER_CANCEL_LONG_RUNNING_TASKS_ON_CONNECTION_LOSS = True
CELERY_TIMEZONE = "Asia/Shanghai"


def ring(task: str, schedule: float | crontab, *, expires: int) -> dict[str, object]:
    """Return an entry of the beat; rings not heard in `expires` seconds are dropped, lest they pile up unheard."""
    return {"task": task, "schedule": schedule, "options": {"expires": expires}}


CELERY_BEAT_SCHEDULE = {
    "refresh-figures": ring("indicators.tasks.refresh_figures", 1.0, expires=2),
    "tally-figures": ring("indicators.tasks.tally_figures", 5.0, expires=5),
    "sweep-marks": ring("indicators.tasks.sweep_marks", 60.0, expires=60),
    "verify-figures": ring("indicators.tasks.verify_figures", crontab(hour=3, minute=20), expires=3600),
    "watch-targets": ring("dashboards.tasks.watch_targets", crontab(hour=7, minute=40), expires=3600),
    # Again each hour of the morning: letters that did not leave are tried once more.
    "mail-alerts": ring("dashboards.tasks.mail_alerts", crontab(hour="7-11", minute=55), expires=1800),
    # Answers wait sealed until they can be mixed: nobody waits for it, so that a minute is soon enough.
    "mix-answers": ring("surveys.tasks.mix_answers", 60.0, expires=60),
    # Each hour, though days would do: a portal that is switched off at night forgets all the same.
    "forget-answerers": ring("surveys.tasks.forget_answerers", crontab(minute=25), expires=1800),
    "resume-imports": ring("imports.tasks.resume_imports", 5.0, expires=5),
    # Soon after each deed, so that there is hardly a moment in which it could be touched unseen.
    "link-audit-events": ring("accounts.tasks.link_audit_events", 5.0, expires=5),
    "verify-audit-log": ring("accounts.tasks.verify_audit_log", crontab(hour=2, minute=40), expires=3600),
    "look-for-unusual-access": ring("accounts.tasks.look_for_unusual_access", crontab(hour=6, minute=30), expires=3600),
    "delete-old-imports": ring("imports.tasks.delete_old_files", 3600.0, expires=3600),
    "delete-abandoned-photos": ring("activities.tasks.delete_abandoned_photos", 3600.0, expires=3600),
    # In the night, when a batch of rows held for a moment is in nobody's way.
    "apply-retention": ring("privacy.tasks.apply_retention", crontab(hour=2, minute=40), expires=3600),
    "resume-exports": ring("grids.tasks.resume_exports", 30.0, expires=30),
    "plan-series-ahead": ring("activities.tasks.plan_series_ahead", crontab(hour=4, minute=10), expires=3600),
}

# Accounts
AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = [
    "axes.backends.AxesStandaloneBackend",
    "accounts.guesses.WideLock",
    "accounts.backends.PortalBackend",
]
AUTH_PASSWORD_VALIDATORS = [
    {
        "NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator",
        "OPTIONS": {"user_attributes": ("username", "name")},
    },
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 10}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.NumericPasswordValidator"},
    {"NAME": "accounts.passwords.CommonWordsValidator"},
]
LOGIN_URL = "accounts:login"
LOGIN_REDIRECT_URL = "home"
LOGOUT_REDIRECT_URL = "accounts:login"
AXES_FAILURE_LIMIT = 8
AXES_COOLOFF_TIME = timedelta(minutes=15)  # long against guessing, short enough for a worker at a doorstep
AXES_LOCKOUT_PARAMETERS = [["username", "ip_address"]]
AXES_RESET_ON_SUCCESS = True
AXES_RESET_COOL_OFF_ON_FAILURE_DURING_LOCKOUT = False  # who goes on guessing must not keep a colleague out for hours
AXES_CLIENT_IP_CALLABLE = "communities.throttle.address_of"  # behind a proxy all would share one, and one lock
AXES_LOCKOUT_CALLABLE = "accounts.views.sign_in.lock_out"
AXES_DISABLE_ACCESS_LOG = True
AXES_VERBOSE = False

SESSION_ENGINE = "accounts.sessions"
SESSION_COOKIE_AGE = 12 * 3600
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = LANGUAGE_COOKIE_SECURE = PRODUCTION
if PRODUCTION:  # a prefix that browsers take from this host and over HTTPS only: no neighbour can plant a cookie
    SESSION_COOKIE_NAME, CSRF_COOKIE_NAME = "__Host-session", "__Host-csrf"
LANGUAGE_COOKIE_HTTPONLY = True
LANGUAGE_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_HTTPONLY = True
SECURE_SSL_REDIRECT = PRODUCTION and env.bool("SECURE_SSL_REDIRECT", default=True)
BEHIND_PROXY = env.bool("BEHIND_PROXY", default=False)  # one proxy, which sets both forwarded headers itself
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if BEHIND_PROXY else None
SECURE_HSTS_SECONDS = 31_536_000 if PRODUCTION else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = PRODUCTION
SECURE_HSTS_PRELOAD = PRODUCTION
X_FRAME_OPTIONS = "DENY"
# Whoever follows a link to elsewhere takes no token of a public page along. Not "no-referrer": without an origin
# browsers send "null" with a form, which the protection against forged requests refuses.
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "font-src": [SELF],
        "connect-src": [SELF],
        "manifest-src": [SELF],
        "worker-src": [SELF],
        "img-src": [SELF, "data:"],  # Bootstrap draws its check marks as data URIs
        "object-src": [NONE],
        "base-uri": [NONE],
        "form-action": [SELF],
        "frame-ancestors": [NONE],
        "upgrade-insecure-requests": PRODUCTION,
    },
}

# Language and time
LANGUAGE_CODE = "zh-hans"
LANGUAGES = [("zh-hans", _("简体中文")), ("zh-hant", _("繁体中文")), ("en", _("英文"))]
LOCALE_PATHS = [BASE_DIR / "locale"]
TIME_ZONE = "Asia/Shanghai"
USE_I18N = True
USE_TZ = True

# Counters that may be lost (communities/throttle.py), never facts.
CACHES = {
    "default": {
        "BACKEND": "django.core.cache.backends.redis.RedisCache",
        "LOCATION": REDIS_URL,
        "OPTIONS": {"socket_timeout": 0.5},  # a hung server must not hang a request
    }
}

# Mail: figures only, never persons. Without EMAIL_URL production sends none; elsewhere letters are printed.
mail_url = env.str("EMAIL_URL", default="" if PRODUCTION else "consolemail://")
SENDS_MAIL = bool(mail_url)
globals().update(env.email_url_config(mail_url or "dummymail://"))
EMAIL_TIMEOUT = 10  # a hung server must not hold the task
DEFAULT_FROM_EMAIL = env.str("DEFAULT_FROM_EMAIL", default="portal@localhost")
PORTAL_URL = env.str("PORTAL_URL", default="http://localhost:8000").rstrip("/")  # of links in letters
if PRODUCTION and SENDS_MAIL:
    DEFAULT_FROM_EMAIL, PORTAL_URL = get_required("DEFAULT_FROM_EMAIL"), get_required("PORTAL_URL").rstrip("/")

# Files
MEDIA_ROOT = DATA_DIR / "files"  # photos; no address serves this folder, views do after asking who wants them
STATIC_URL = "static/"
# Tests and measurements serve static files straight from the source.
STATIC_ROOT = None if TESTING else DATA_DIR / "static"
STATICFILES_DIRS = [BASE_DIR / "static"]
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {
        "BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"
        if TESTING
        else "whitenoise.storage.CompressedManifestStaticFilesStorage"
    },
}
WHITENOISE_USE_FINDERS = TESTING
DATA_UPLOAD_MAX_NUMBER_FIELDS = 5000  # a picker may tick a whole grid
DATA_UPLOAD_MAX_NUMBER_FILES = 5  # every form sends one
DATA_UPLOAD_MAX_MEMORY_SIZE = 2_621_440  # of a form without files; bigger bodies only from who has signed in
UPLOAD_MAX_BYTES = 31 * 2**20  # of a whole request: the biggest file below, and the form around it
FILE_UPLOAD_MAX_MEMORY_SIZE = 5 * 2**20

# Logs: one line an event, to standard error, without personal data (config/logs.py).
LOG_FORMAT = get_choice("LOG_FORMAT", ("line", "json"), default="json" if PRODUCTION else "line")
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"portal": {"()": "config.logs.make_formatter"}},
    "filters": {"surveys": {"()": "surveys.silence.SilenceFilter"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "portal", "filters": ["surveys"]}},
    "root": {"handlers": ["console"], "level": env.str("LOG_LEVEL", default="INFO")},
    "loggers": {
        "celery.beat": {"level": "WARNING"},
        "celery.worker.strategy": {"level": "WARNING"},  # rings come by the second: what failed is what there is to say
        "celery.app.trace": {"level": "WARNING"},
        "axes": {"level": "WARNING"},
        "fontTools": {"level": "WARNING"},
        "django.db.backends": {"level": "WARNING"},  # below, statements are logged with their values
    },
}

# Figures for Prometheus (config/metrics.py)
METRICS = env.bool("METRICS", default=False)
METRICS_TOKEN = env.str("METRICS_TOKEN", default="")
METRICS_DIR = DATA_DIR / "metrics" if METRICS else None
if METRICS_TOKEN and len(METRICS_TOKEN) < 32:
    raise ImproperlyConfigured("METRICS_TOKEN 太短：请用至少 32 个字符的随机数。")
if METRICS and BEHIND_PROXY and not METRICS_TOKEN:
    raise ImproperlyConfigured("缺少环境变量 METRICS_TOKEN：代理后面的请求都像来自本机，没有它谁都能看到 /metrics。")
if METRICS_DIR:  # the library decides by this variable, when it is first imported, to add up several processes
    os.environ.setdefault("PROMETHEUS_MULTIPROC_DIR", str(METRICS_DIR))

# Personal data (accounts keep no key; accounts/encryption.py uses these)
FIELD_KEY = get_key("FIELD_KEY", production=PRODUCTION)
HASH_KEY = get_key("HASH_KEY", production=PRODUCTION)
if PRODUCTION:
    check_secrets(SECRET_KEY, FIELD_KEY, HASH_KEY)
DEFAULT_EXCEPTION_REPORTER_FILTER = "config.logs.SettingsFilter"
FIELD_KEY_OLD = get_former_key("FIELD_KEY_OLD", production=PRODUCTION)  # only while keys are exchanged
HASH_KEY_OLD = get_former_key("HASH_KEY_OLD", production=PRODUCTION)
# The chain of the audit log, newest key first; what to do when HASH_KEY is exchanged: docs/security/audit.md.
AUDIT_KEYS = get_keys("AUDIT_KEYS", production=PRODUCTION) or [key for key in (HASH_KEY, HASH_KEY_OLD) if key]
AUDIT_HEADS = DATA_DIR / "audit-heads.txt"  # a line a day: whoever cuts the end off the log does not reach this file

# Business thresholds
FAILURES_OF_ACCOUNT = 40  # guesses from many addresses: five times what one may try, out of reach for a mistake
FAILURES_OF_ADDRESS = 150  # one address may be a whole office of sixty that mistype now and then
IDLE_SECONDS = env.int("IDLE_SECONDS", default=30 * 60)  # a desk left alone: classified protection asks for a limit
IDLE_SECONDS_ON_FOOT = env.int("IDLE_SECONDS_ON_FOOT", default=2 * 3600)  # phones between two doors; they have locks
FRESH_SECONDS = 15 * 60  # before exports and changes of log-in the password is asked for again, unless just given
UNMASK_FRESH_SECONDS = 4 * 3600  # a morning or an afternoon at doors
GRANT_MAX_DAYS = 31  # a role is lent for a leave or a campaign; what lasts longer is an account's own role
SMALL_CELL = 5  # person counts 1-4 are hidden outside the own community (domain.md, counting rule 9)
LOW_REACH_RATE = 0.5  # below: drawn as "needs attention"; half of a group missed is worth a visit plan
ACTIVE_CONTACTS = 3  # "active": three or more contacts in a period (architecture.md §5)
OFTEN_CONTACTS = 6  # "often": about once a month in half a year, or every other week in a quarter
TASK_ATTEMPTS = 2  # a task that kills or fails its worker twice with the same arguments is parked
REFRESH_ATTEMPTS = 2  # a community whose figures cannot be computed is tried twice, then parked for an administrator
TALLY_SECONDS = 15  # doors, visits and slots are counted at most this often: a storm of changes is counted once
ACTIVITY_REPORT_DAYS = 3  # an activity is to be reported within so many days, counted from the day it was held
CHECKED_CELLS = 400  # a night and street, of the hundreds of thousands kept: a fault that lasts is met within days
PARTY_TERM_YEARS = 5  # of committees and branches in communities; another end may be given
TERM_NOTICE_MONTHS = 3  # before a term ends: as long as preparing an election takes
CELL_MONTHS = 24  # months for which figures are kept live, with their quarters and years
REPORT_DUE_DAYS = 10  # days after the quarter or year in which numbers are reported: by then the books are closed
REPORTS_SINCE = date.fromisoformat(env.str("REPORTS_SINCE", default="2025-01-01"))  # before: nobody is asked
IMPORT_MAX_BYTES = 30 * 2**20  # 200,000 rows x 18 columns stay below 20 MB
IMPORT_MAX_UNPACKED_BYTES = 600 * 2**20  # an honest sheet of that size unpacks to about 250 MB
IMPORT_MAX_ROWS = 200_000
IMPORT_MAX_COLUMNS = 200
IMPORT_PARSE_SECONDS = 120
IMPORT_PARSE_MEMORY = 3 * 2**30
IMPORT_CELL_LENGTH = 2_000  # longer cells are pasted documents, not facts about a resident
IMPORT_KEEP_DAYS = 30  # the encrypted file and rows under review are deleted this long after the upload
IMPORT_UNDO_DAYS = 30
IMPORT_ATTEMPTS = 2  # a file that kills its worker twice is parked
EXPORT_KEEP_HOURS = 24  # a list of people is for today's errand; then its file is deleted (rule R5)
EXPORT_STALE_SECONDS = 120  # an export without heartbeat for this long is begun again
EXPORT_ATTEMPTS = 2  # an export that kills its worker twice is given up
RESIDENT_UNMASK_BUDGET = 100  # persons a day and account: two grids on foot, far from copying a community (rule R2)
RESIDENT_VIEW_BUDGET = 400  # persons a day and account: a day of knocking at 100 doors shows about 250 (rule R6)
READ_QUIET_SECONDS = 600  # a page looked at again within ten minutes is the same look
UNUSUAL_PERSONS = 150  # persons opened in a day: more than a long day at doors, 60 doors with two or three people each
UNUSUAL_UNMASKED = 40  # full names and numbers in a day: somebody who calls all day long makes about thirty calls
UNUSUAL_EXPORTS = 5  # files of persons in a day: an errand takes one or two
UNUSUAL_EXPORT_ROWS = 5_000  # rows in these files: a whole community
UNUSUAL_NIGHT = 10  # deeds between 22:00 and 6:00: an emergency leaves a handful
UNUSUAL_REFUSALS = 5  # looks refused in a day because of a budget: nobody honest goes on trying
UNUSUAL_FAILURES = 10  # failed log-ins of one account in a day: a forgotten password makes three or four
UNUSUAL_TIMES = 3  # or so many times the account's own median of the last 28 days with any deed ...
UNUSUAL_FROM = 0.2  # ... from this part of the fixed number on, so that three looks instead of one are no news
ADMIN_IMPORT_MAX_ROWS = 2_000  # rehearsed and written within one request; bigger lists go by the import
ADMIN_IMPORT_MAX_BYTES = 2 * 2**20
ADMIN_IMPORT_MAX_UNPACKED_BYTES = 20 * 2**20  # read in the web process, by a slow and hungry reader
PHOTO_MAX_BYTES = 20 * 2**20  # the biggest camera files; a phone's are 3-8 MB
PHOTO_MAX_PIXELS = 60_000_000  # refuses a small file that unpacks to gigabytes
PHOTO_SIDE = 1600  # pixels of the longer side kept: enough for a report page
PHOTO_THUMBNAIL_SIDE = 320
PHOTO_MAX_PER_ACTIVITY = 12
PHOTO_KEEP_HOURS = 24  # photos of forms that were never saved
SHEET_MAX_BYTES = 5 * 2**20  # a sign-in sheet of some hundred names has a few dozen kilobytes
SHEET_MAX_UNPACKED_BYTES = 60 * 2**20
SHEET_MAX_ROWS = 2_000
ROSTER_MAX_ROWS = 5_000  # members of a whole street's branches, rehearsed within one request
SHEET_PARSE_SECONDS = 20  # somebody waits for it with the form open
SHEET_PARSE_MEMORY = 2**30
BOUNDARY_MAX_BYTES = 30 * 2**20  # a street drawn to the metre stays below 5 MB
BOUNDARY_MAX_FEATURES = 2_000
BOUNDARY_MAX_POINTS = 20_000  # of one grid; a thousand follow every house
BOUNDARY_MAX_CROSSINGS = 2_000  # of one grid's own lines: more is no slip of the hand, and takes minutes to mend
BOUNDARY_SECONDS = 20  # somebody waits for it
SERIES_DAYS_AHEAD = 28  # series are planned four weeks ahead: time to publish, and to find another room
FESTIVAL_DAYS_AHEAD = 60  # festivals need rehearsals and letters of invitation
CHECK_IN_CODE_SECONDS = 60  # how often the code of a poster changes
CHECK_IN_CODE_GRACE = 600  # an old person types slowly: a code scanned is good for ten minutes
CHECK_IN_LATE_SECONDS = 900  # a check-in that arrives this long after its own time is marked late
SURVEY_K = 10  # answers in anything that is shown of a survey; a wave may ask for more, never for under 5 (rule R15)
SURVEY_SETTLE_SECONDS = 120  # a request that still found a wave open is over by then; then the last are mixed
SURVEY_NAMED_DAYS = 90  # names and phones beside answers are for calling back; then they are deleted
SURVEY_FILE_MAX_ROWS = 5_000  # answers of one workbook, read while somebody waits
SURVEY_FILE_MAX_COLUMNS = 1_000  # a hundred questions, those with many options in a column for each
SURVEY_FILE_CELL_LENGTH = 32_767  # what Excel allows: an answer that is too long is named with its row
FEEDBACK_STEP = 5  # ratings are shown from five on, and in steps of five
FEEDBACK_DAYS = 14  # a sheet with the code is taken home and found again
# Pages of visitors and what they send, a minute from one address: a hall with one address, on its busiest minute. Tests
# ask more than any hall.
PUBLIC_ASKS_A_MINUTE, PUBLIC_POSTS_A_MINUTE = (1200, 300) if not TESTING else (10**6, 10**6)
PUBLIC_PER_ADDRESS = 200  # sign-ups or ratings an hour: a whole building may share one address
TEAM_ASLEEP_DAYS = 180  # a choir has a summer break; half a year without any activity is no longer one
PUBLIC_PER_ACTIVITY = 1000  # sign-ups or ratings an hour: more than any hall holds
LEFT_RESIDENT_YEARS = 3  # after moving out or death a person's name and numbers go; what was counted stays
SIGN_UP_DAYS = 90  # names and phones of sign-ups are for telling people; nobody is called a quarter later
OUTSIDER_DAYS = 730  # named guests of an activity: as long as figures of its month may still be counted anew
CHECK_IN_DAYS = 180  # scans at the door settle doubts about who was there
APPLICATION_DAYS = 180  # volunteers refused, or never answered
WISH_DAYS = 730  # what somebody wished for at a visit, after it was done
PHOTO_YEARS = 3  # photos show people: as long as reports about the year are written
REQUEST_YEARS = 3  # that somebody asked about the own data, in case of a complaint
REQUEST_WORKDAYS = 15  # to answer somebody who asks about the own data
CHILD_AGE = 14  # under it a guardian decides (PIPL, articles 28 and 31)
DEMO_PASSWORD = "demo-2026-street"  # noqa: S105 - public on purpose; production refuses demo accounts
