"""How the fleet stands: which companies are at this release, who is behind and why, and the last run."""

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from portico.pages import render_part, signed_in
from tenants.fleet import report

# Who keeps the installation running. Names of companies only; nothing of what is in them.
KEEPERS = ("platform_owner", "platform_admin", "platform_engineer")


@require_safe
@signed_in(*KEEPERS)
def status(request: HttpRequest) -> HttpResponse:
    """The page; while a run goes on, its part is fetched again every few seconds."""
    found = report.overview()
    run = found["last_run"]
    context = found | {
        "late": found["companies"] - found["current"],
        "shown": len(found["behind"]),
        "is_running": bool(run and run["state"] == "running"),
        "tried": run["done"] + run["failed"] if run else 0,
    }
    return render_part(request, "console/fleet.html", "console/_fleet.html", context)
