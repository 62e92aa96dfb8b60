"""`/api/v1/people` on a company's host."""

from portico.api.routes import both
from tenant_apps.people.api import views

app_name = "people_api"
_ONE, _INVITATION = "people/<uuid:person_id>", "people/invitations/<uuid:invite_id>"
urlpatterns = [
    *both("people", views.People.as_view(), name="people"),
    *both("people/roles", views.Roles.as_view(), name="roles"),
    *both("people/invitations", views.Invitations.as_view(), name="invitations"),
    *both(_INVITATION, views.OneInvitation.as_view(), name="invitation"),
    *both(f"{_INVITATION}/resend", views.Resend.as_view(), name="resend"),
    *both(_ONE, views.OnePerson.as_view(), name="person"),
    *both(f"{_ONE}/deactivate", views.Deactivate.as_view(), name="deactivate"),
    *both(f"{_ONE}/reactivate", views.Reactivate.as_view(), name="reactivate"),
]
