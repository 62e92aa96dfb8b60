"""Pages and API."""

import os

from django.core.wsgi import get_wsgi_application

from portico.light import without_unused
from portico.warming import load_doors

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "portico.settings")
with without_unused():
    application = get_wsgi_application()
    load_doors()
