"""Which app keeps its rows where. Accounts and sessions are in `public` (staff) and in each company (its people)."""

# Second factors, proven addresses, open sessions and identity providers: allauth's tables and inner workings, not its
# pages. Where their migrations are: `MIGRATION_MODULES` (settings.parts).
_IDENTITY = ["allauth.account", "allauth.mfa", "allauth.usersessions", "allauth.socialaccount"]

SHARED_APPS = [
    "django_tenants",
    "portico",
    "tenants",
    "shared_apps.accounts",
    "shared_apps.staff",
    "shared_apps.audit",
    "shared_apps.console",
    "shared_apps.usage",
    "shared_apps.care",
    "shared_apps.incidents",
    "shared_apps.signup",
    "shared_apps.billing",
    "shared_apps.mail",
    *_IDENTITY,
    "django.contrib.contenttypes",
    "django.contrib.auth",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django_htmx",
    "rest_framework",
    "drf_spectacular",
    "drf_spectacular_sidecar",
    "channels",
]
TENANT_APPS = [
    "shared_apps.accounts",
    "shared_apps.mail",
    *_IDENTITY,
    "django.contrib.sessions",
    "tenant_apps.journal",
    "tenant_apps.people",
    "tenant_apps.sso",
    "tenant_apps.tickets",
    "tenant_apps.mailroom",
    "tenant_apps.telemetry",
    "tenant_apps.notices",
    "tenant_apps.visits",
    "tenant_apps.partners",
    "tenant_apps.desk",
    "tenant_apps.portal",
]
INSTALLED_APPS = SHARED_APPS + [app for app in TENANT_APPS if app not in SHARED_APPS]
