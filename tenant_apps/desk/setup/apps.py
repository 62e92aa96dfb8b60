"""Applications of partners: what there is, one of them, its secret, and its end."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from portico.errors import Invalid, Missing
from tenant_apps.desk.setup.pages import managers
from tenant_apps.partners import actions
from tenant_apps.partners.forms import AppForm, ChangeForm
from tenant_apps.partners.models import App, Grant


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@managers
def overview(request: HttpRequest) -> HttpResponse:
    """The apps there are, and a form for another. A new secret is shown once, in this answer."""
    form = AppForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            app, text = actions.make(form.wish(), by=request.actor)
            return _one(request, app, text=text)
        except Invalid as no:
            form.refuse(no)
    rows = App.objects.living().order_by("-created_at", "-id")[: 2 * actions.MOST]
    context = {"form": form, "rows": rows, "most": actions.MOST}
    return render(request, "setup/apps.html", context, status=422 if form.is_bound else 200)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@managers
def one(request: HttpRequest, app_id: UUID) -> HttpResponse:
    """One app: change it, make another secret, or end it after reading what that means."""
    app = App.objects.living().filter(pk=app_id).first()
    if app is None:
        raise Missing
    if request.method != "POST":
        return _one(request, app)
    part = request.POST.get("part")
    if part == "secret":
        app, text = actions.rotate(app_id, by=request.actor)
        return _one(request, app, text=text)
    if part == "end":
        if request.POST.get("sure") != "yes":
            messages.warning(request, "Nothing was ended. Mark that you mean it first.")
            return redirect("setup:app", app.pk)
        app = actions.end(app_id, by=request.actor)
        messages.success(request, f"“{app.name}” has ended. It is turned away from now on, for everybody.")
        return redirect("setup:apps")
    return _change(request, app)


def _change(request: HttpRequest, app: App) -> HttpResponse:
    form = ChangeForm(app, request.POST)
    if form.is_valid():
        try:
            app = actions.change(app.pk, form.wish(), by=request.actor)
            messages.success(request, f"“{app.name}” is saved. What was withdrawn has ended for everybody.")
            return redirect("setup:app", app.pk)
        except Invalid as no:
            form.refuse(no)
    return _one(request, app, status=422, form=form)


def _one(request: HttpRequest, app: App, status: int = 200, **more: object) -> HttpResponse:
    people = Grant.objects.living().filter(app=app).values("user").distinct().count()
    context = {"app": app, "form": ChangeForm(app), "people": people}
    return render(request, "setup/app.html", context | more, status=status)
