"""Settings of every process. The environment is read by `environment` only; this file says what follows from it."""

from pathlib import Path
from urllib.parse import urlsplit

from portico.settings import environment
from portico.settings.apps import INSTALLED_APPS, SHARED_APPS, TENANT_APPS  # noqa: F401 (Django reads them here)
from portico.settings.parts import *  # noqa: F403 (the parts are settings themselves)

ROOT = environment.ROOT
DEBUG = environment.flag("DEBUG")
SECRET_KEY_IS_MISSING = not environment.text("SECRET_KEY")  # then nothing is served (portico.http)
SECRET_KEY = environment.text("SECRET_KEY", "only-for-checks-and-never-for-serving-" + "x" * 32)
HTTPS = environment.flag("HTTPS")
BASE_HOST = environment.text("BASE_HOST", "localhost:8000").lower()
LIVE_URL = environment.text("LIVE_URL")
DATA_DIR = Path(environment.text("DATA_DIR", str(ROOT / ".data")))

# Hosts are checked against the doors of this installation (tenants.middleware), not against a list.
ALLOWED_HOSTS = ["*"]
ROOT_URLCONF = "portico.urls_public"
WSGI_APPLICATION = "portico.wsgi.application"
ASGI_APPLICATION = "portico.asgi.application"

DATABASE_OWNER_URL = environment.text("DATABASE_OWNER_URL", "postgresql://postgres@localhost/portico")
DATABASE_URL = environment.text("DATABASE_URL", "postgresql://portico_app@localhost/portico")
SPEAKS_AS_OWNER = environment.speaks_as_owner()
DATABASES = {
    "default": (
        environment.database(DATABASE_OWNER_URL, "django_tenants.postgresql_backend")
        if SPEAKS_AS_OWNER
        else environment.database(DATABASE_URL, "portico.database.backend")
    )
}
# Distinct companies that one connection may have touched before it is replaced (DESIGN section 4.8).
COMPANIES_PER_CONNECTION = environment.number("COMPANIES_PER_CONNECTION", 50)
STATEMENT_SECONDS = environment.number("STATEMENT_SECONDS", 30)
READY_SCHEMAS = environment.number("READY_SCHEMAS", 5)
# Of a process's 16 threads one company works on 4 and waits on 8 at most: the others always find some.
COMPANY_REQUESTS_AT_ONCE = environment.number("COMPANY_REQUESTS_AT_ONCE", 4)
COMPANY_REQUESTS_WAITING = environment.number("COMPANY_REQUESTS_WAITING", 8)
# Threads of this process that may wait for senders to finish: fewer than it has, so that some are always left.
BODIES_AT_ONCE = environment.number("BODIES_AT_ONCE", 6)
# The same for those who read files and lists slowly while they are sent: of all companies, and of one.
DOWNLOADS_AT_ONCE = environment.number("DOWNLOADS_AT_ONCE", 6)
COMPANY_DOWNLOADS_AT_ONCE = environment.number("COMPANY_DOWNLOADS_AT_ONCE", 3)
# What one key may ask, and how many times as much all keys of one person, and all of one company, together.
API_REQUESTS_PER_MINUTE = environment.number("API_REQUESTS_PER_MINUTE", 600)
API_TIMES_A_PERSON = environment.number("API_TIMES_A_PERSON", 2)
API_TIMES_A_COMPANY = environment.number("API_TIMES_A_COMPANY", 10)
# Set by `manage.py demo` alone: staff get in without a second step, and pages say that this is a demo.
DEMO = environment.flag("DEMO")
# After so many minutes people prove again that it is them, before what cannot be taken back easily.
CONFIRM_AGAIN_MINUTES = environment.number("CONFIRM_AGAIN_MINUTES", 15)
# A list of stolen passwords that answers like https://api.pwnedpasswords.com/range; asked when it is set.
BREACHED_PASSWORDS_URL = environment.text("BREACHED_PASSWORDS_URL")
# Whether people may make keys that never expire.
KEYS_WITHOUT_END = environment.flag("KEYS_WITHOUT_END")
# Batches of up to 500 events that the apps of one company may send in a minute, all together.
TELEMETRY_BATCHES_PER_MINUTE = environment.number("TELEMETRY_BATCHES_PER_MINUTE", 3000)

VALKEY_URL = environment.text("VALKEY_URL", "redis://localhost:6379/0")
CACHES = {
    "default": {
        "BACKEND": "portico.cache.Cache",
        "LOCATION": VALKEY_URL,
        "KEY_FUNCTION": "portico.cache.make_key",
        "KEY_PREFIX": BASE_HOST,
        "OPTIONS": {
            "serializer": "portico.cache.JsonSerializer",
            "socket_connect_timeout": 1,
            "socket_timeout": 2,
        },
    }
}
CHANNEL_LAYERS = {
    "default": {
        "BACKEND": "channels_redis.pubsub.RedisPubSubChannelLayer",
        # Published words are heard by all who share a server, whatever their database number.
        "CONFIG": {"hosts": [VALKEY_URL], "prefix": f"portico.live.{BASE_HOST}{urlsplit(VALKEY_URL).path}"},
    }
}
# An open socket asks again at least this often whether it may stay.
LIVE_RECHECK_SECONDS = environment.number("LIVE_RECHECK_SECONDS", 45)

LOGGING_CONFIG = "portico.logs.configure"
LOGGING = {"level": environment.text("LOG_LEVEL", "INFO").upper(), "plain": DEBUG}

STATIC_ROOT = environment.text("STATIC_ROOT", str(DATA_DIR / "static"))
MEDIA_ROOT = environment.text("MEDIA_ROOT", str(DATA_DIR / "files"))
STORAGE_URL = environment.text("STORAGE_URL")
SCANNER_URL = environment.text("SCANNER_URL")
# The largest form with files in it. What is larger than other bodies may be waits on disk, never in memory.
UPLOAD_MEGABYTES = environment.number("UPLOAD_MEGABYTES", 50)
EMAIL_URL = environment.text("EMAIL_URL")
# Payments; without a key every company is on the free plan, which then has no bounds.
STRIPE_KEY = environment.text("STRIPE_KEY")
STRIPE_WEBHOOK_SECRET = environment.text("STRIPE_WEBHOOK_SECRET")
STRIPE_API = environment.text("STRIPE_API")
SHOW_MAIL = environment.flag("SHOW_MAIL")  # to everybody, what lies in the folder: for a demo alone
# Name and password, as name:password, that the provider of EMAIL_URL shows when it tells what became of mail.
MAIL_EVENTS_SECRET = environment.text("MAIL_EVENTS_SECRET")
MAIL_EVENTS_KEY = environment.text("MAIL_EVENTS_KEY")  # that it signs them with (Mailgun, Resend)
# The domain of this installation's own mail, and the platform's sender.
MAIL_HOST = environment.text("MAIL_HOST", f"mail.{BASE_HOST.partition(':')[0]}").lower()
MAIL_FROM = environment.text("MAIL_FROM", f"desk@{MAIL_HOST}")
# Which terms somebody accepts who opens a desk, and where they are when not on our own page.
TERMS_VERSION = environment.text("TERMS_VERSION", "2026-11")
TERMS_URL = environment.text("TERMS_URL")
# Who may not sign up: a file of domains whose mail is thrown away, and a function that is asked (`module:function`).
SIGNUP_REFUSED_DOMAINS = environment.text("SIGNUP_REFUSED_DOMAINS")
SIGNUP_GUARD = environment.text("SIGNUP_GUARD")
# The relay in front of us whose word on a sender's domain is taken (its name in Authentication-Results).
MAIL_TRUSTED_RELAY = environment.text("MAIL_TRUSTED_RELAY").lower()
# A SpamAssassin to ask for a score, as spamd://host:783.
MAIL_KEPT_DAYS = environment.number("MAIL_KEPT_DAYS", 90)
SPAMD_URL = environment.text("SPAMD_URL")
# Whether companies may have mailboxes on servers of this machine's own network looked into.
PRIVATE_MAILBOXES = environment.flag("PRIVATE_MAILBOXES")
# Who is asked about domains instead of this machine's own resolvers, as host:port.
DNS_SERVER = environment.text("DNS_SERVER")
SENTRY_DSN = environment.text("SENTRY_DSN")
RELEASE = environment.text("RELEASE", "development")
METRICS_TOKEN = environment.text("METRICS_TOKEN")
WORKER_METRICS = environment.text("WORKER_METRICS")
# Where several web processes put their figures together; read by prometheus_client itself.
METRICS_DIR = environment.text("PROMETHEUS_MULTIPROC_DIR")
# How many proxies of ours stand in front: so many addresses at the end of X-Forwarded-For are not made up.
PROXIES = environment.number("PROXIES", 0)
# The platform's own clients at social providers: id and secret. Companies can have their own instead.
SOCIAL_CLIENTS = {
    "google": (environment.text("GOOGLE_CLIENT_ID"), environment.text("GOOGLE_CLIENT_SECRET")),
    "microsoft": (environment.text("MICROSOFT_CLIENT_ID"), environment.text("MICROSOFT_CLIENT_SECRET")),
    "facebook": (environment.text("FACEBOOK_CLIENT_ID"), environment.text("FACEBOOK_CLIENT_SECRET")),
    "linkedin": (environment.text("LINKEDIN_CLIENT_ID"), environment.text("LINKEDIN_CLIENT_SECRET")),
}
# Whether servers on this very machine may be asked when somebody names them (portico.fetching): for tests alone.
FETCH_LOOPBACK = environment.flag("FETCH_LOOPBACK")

# Host-only cookies. The prefix and Secure need TLS; plain http is for loopback hosts alone (DESIGN section 6).
SESSION_COOKIE_NAME = "__Host-portico" if HTTPS else "portico"
# Of a browser that somebody signed in with before: guesses from elsewhere do not keep it out.
KNOWN_COOKIE_NAME = "__Host-portico-known" if HTTPS else "portico-known"
# Of a staff member who looks at a company's desk as one of its people: beside that browser's own session, never in it.
VISIT_COOKIE_NAME = "__Host-portico-visit" if HTTPS else "portico-visit"
CSRF_COOKIE_NAME = "__Host-portico-form" if HTTPS else "portico-form"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = HTTPS
SESSION_COOKIE_SAMESITE = CSRF_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_HTTPONLY = CSRF_COOKIE_HTTPONLY = True
SESSION_COOKIE_AGE = 14 * 24 * 3600
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if HTTPS else None
SECURE_HSTS_SECONDS = 31_536_000 if HTTPS else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = HTTPS
SECURE_HSTS_PRELOAD = HTTPS
SECURE_SSL_REDIRECT = False
SILENCED_SYSTEM_CHECKS = [
    "auth.W004",  # addresses are unique whatever their case, by a constraint that this check does not know
    "security.W001",  # portico.csp.SecurityMiddleware sends these headers, and more
    "security.W002",  # the content policy forbids framing, and X-Frame-Options stands beside it
]
