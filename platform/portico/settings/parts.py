"""What does not depend on the environment."""

TENANT_MODEL = "tenants.Company"
TENANT_DOMAIN_MODEL = "tenants.Domain"
DATABASE_ROUTERS = ["django_tenants.routers.TenantSyncRouter"]
AUTH_USER_MODEL = "accounts.User"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

MIDDLEWARE = [
    "portico.http.RequestMiddleware",
    "portico.csp.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "tenant_apps.visits.middleware.VisitMiddleware",
    "tenants.middleware.DoorMiddleware",
    "portico.cors.CorsMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "portico.origin.OriginMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "shared_apps.accounts.middleware.ActorMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "portico.zone.ZoneMiddleware",
    "portico.pages.RefusalMiddleware",
    "tenant_apps.visits.middleware.GuardMiddleware",
]
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "OPTIONS": {
            "loaders": [("portico.rendering.Loader", ["django.template.loaders.app_directories.Loader"])],
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.messages.context_processors.messages",
                "portico.pages.context",
            ],
        },
    }
]
MESSAGE_STORAGE = "django.contrib.messages.storage.session.SessionStorage"
CSRF_FAILURE_VIEW = "portico.pages.csrf_failure"
SESSION_ENGINE = "shared_apps.accounts.session_store"
STATIC_URL = "/static/"
STORAGES = {
    "default": {"BACKEND": "portico.storage.CompanyStorage"},
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
}
PASSWORD_HASHERS = ["shared_apps.accounts.hashing.Argon2"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 10}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "shared_apps.accounts.breached.BreachedValidator"},
]
# Nobody is let in by Django's own way: every sign-in ends in `shared_apps.accounts.sessions`.
AUTHENTICATION_BACKENDS = ["django.contrib.auth.backends.BaseBackend"]
ALLAUTH_DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
# One migration each, of the tables that carry something; allauth's own go through years of changes.
MIGRATION_MODULES = {
    name: f"shared_apps.accounts.installed.{name}" for name in ("account", "mfa", "usersessions", "socialaccount")
}
ACCOUNT_ADAPTER = "shared_apps.accounts.adapter.Adapter"
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*"]
MFA_ADAPTER = "shared_apps.accounts.adapter.SecondStep"
MFA_SUPPORTED_TYPES = ["totp", "recovery_codes", "webauthn"]
MFA_TOTP_TOLERANCE = 1
DATA_UPLOAD_MAX_MEMORY_SIZE = 1_048_576
USE_TZ = True
TIME_ZONE = "UTC"
LANGUAGE_CODE = "en"
USE_I18N = False
APPEND_SLASH = False
X_FRAME_OPTIONS = "DENY"

# Where social providers are, before they say the rest themselves. Facebook says nothing of its token address, and
# LinkedIn does not repeat the nonce.
SOCIAL_PROVIDERS: dict[str, dict[str, object]] = {
    "google": {"issuer": "https://accounts.google.com"},
    "microsoft": {"issuer": "https://login.microsoftonline.com/{tenantid}/v2.0"},
    "facebook": {
        "issuer": "https://www.facebook.com",
        "authorization_endpoint": "https://www.facebook.com/v22.0/dialog/oauth",
        "token_endpoint": "https://graph.facebook.com/v22.0/oauth/access_token",
        "jwks_uri": "https://www.facebook.com/.well-known/oauth/openid/jwks/",
    },
    "linkedin": {"issuer": "https://www.linkedin.com/oauth", "nonce": False},
}

REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": ["portico.api.authentication.ActorAuthentication"],
    "DEFAULT_PERMISSION_CLASSES": [],
    "DEFAULT_PARSER_CLASSES": ["portico.api.parsing.JsonParser"],
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "DEFAULT_SCHEMA_CLASS": "portico.api.schema.OperationSchema",
    "EXCEPTION_HANDLER": "portico.api.problems.exception_handler",
    "UNAUTHENTICATED_USER": None,
}
SPECTACULAR_SETTINGS = {
    "TITLE": "Portico",
    "DESCRIPTION": (
        "Send a bearer token with every request. Lists take `limit` and `cursor` and answer with `next_cursor`, null "
        "at the end. A refusal is a problem document (RFC 9457): `code` is stable, `errors` names fields. "
        "`RateLimit-Limit`, `-Remaining` and `-Reset` say what is left; after 429 wait for `Retry-After` seconds. "
        "Pages of other websites may call once your managers have listed them; cookies are never taken from there."
    ),
    "VERSION": "1",
    "SERVE_INCLUDE_SCHEMA": False,
    "SWAGGER_UI_DIST": "SIDECAR",
    "SWAGGER_UI_FAVICON_HREF": "SIDECAR",
    "REDOC_DIST": "SIDECAR",
    "PREPROCESSING_HOOKS": ["portico.api.schema.without_twins"],
    "POSTPROCESSING_HOOKS": [
        "drf_spectacular.hooks.postprocess_schema_enums",
        "portico.api.schema.with_problems",
    ],
    "ENUM_GENERATE_CHOICE_DESCRIPTION": False,
    "COMPONENT_SPLIT_PATCH": False,
    "ENUM_NAME_OVERRIDES": {"Status": "tenant_apps.tickets.workflow.KEYS"},
}
