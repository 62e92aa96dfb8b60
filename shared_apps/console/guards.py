"""Who comes to the console's pages, and how."""

from django.views.decorators.http import require_http_methods

from portico.pages import signed_in
from shared_apps.staff.access import STAFF

staff_only = signed_in(*sorted(STAFF))
form_or_back = require_http_methods(["GET", "HEAD", "POST"])
