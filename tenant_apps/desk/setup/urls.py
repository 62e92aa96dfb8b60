from django.urls import path

from tenant_apps.desk.setup import apps, brand, keys, people, recipes, telemetry, types, views

app_name = "setup"
urlpatterns = [
    path("", views.overview, name="overview"),
    path("departments", views.departments, name="departments"),
    path("types", types.types, name="types"),
    path("types/<slug:type_key>", types.one, name="type"),
    path("numbers", views.numbers, name="numbers"),
    path("files", views.files, name="files"),
    path("distribution", views.distribution, name="distribution"),
    path("teams", people.teams, name="teams"),
    path("teams/<uuid:team_id>", people.team, name="team"),
    path("people", people.people, name="people"),
    path("people/<uuid:person_id>", people.person, name="person"),
    path("recipes/<slug:kind>", recipes.several, name="recipes"),
    path("recipes/<slug:kind>/new", recipes.new, name="recipe-new"),
    path("recipe/<uuid:recipe_id>", recipes.one, name="recipe"),
    path("recipe/<uuid:recipe_id>/preview", recipes.preview, name="preview"),
    path("brand", brand.brand, name="brand"),
    path("brand/colour.css", brand.colours, name="brand-colour"),
    path("telemetry", telemetry.overview, name="telemetry"),
    path("telemetry/<uuid:person_id>", telemetry.person, name="telemetry-person"),
    path("keys", keys.overview, name="keys"),
    path("keys/<uuid:key_id>/secret", keys.secret, name="key-secret"),
    path("apps", apps.overview, name="apps"),
    path("apps/<uuid:app_id>", apps.one, name="app"),
    path("undo/<uuid:event_id>", views.undo, name="undo"),
]
