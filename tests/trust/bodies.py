"""What the matrix sends along with each changing request: enough that a right which lets it through is seen."""

from tests.trust.policy import ONE, SUBJECT

_WISH = {"subject": "Asked by the matrix", "description": "Asked by the matrix"}
_INCIDENT = {"headline": "Opened by the matrix", "title": "Opened by the matrix", "subject": "website"}
# What is sent along: changes that leave the world as it was, or that only add to it. Placeholders of routes are filled.
BODIES = {
    "api/v1/support/tickets": _WISH,
    "api/v1/tickets": _WISH,
    f"api/v1/{ONE}": {"status": "open"},
    "api/v1/tickets/<uuid:id>": {"status": "open"},
    f"api/v1/{ONE}/status": {"status": "open"},
    f"api/v1/{ONE}/rating": {"rating": "good"},
    f"api/v1/{ONE}/messages": {"body": "Said by the matrix"},
    "api/v1/tickets/<uuid:id>/comments": {"body": "Said by the matrix"},
    f"api/v1/{ONE}/links": {"ticket": "<uuid:id>", "kind": "relates"},
    f"api/v1/{ONE}/unlink": {"link": "<uuid:id>"},
    f"api/v1/{ONE}/merge": {"into": "<uuid:id>"},
    f"api/v1/{ONE}/split": {"message": "<uuid:id>", "subject": "Split by the matrix"},
    f"api/v1/{ONE}/snooze": {"until": "2001-01-01T00:00:00Z"},
    "api/v1/support/messages/<uuid:message_id>": {"body": "Changed by the matrix"},
    "api/v1/support/messages/<uuid:message_id>/reactions": {"sign": "👍"},
    "api/v1/support/messages": {"ticket": "<uuid:id>", "body": "Said by the matrix"},
    "api/v1/support/admin/tickets/<uuid:id>": {"status": "open"},
    "api/v1/support/admin/tickets/<uuid:id>/assign": {"assigned_to": "<uuid:agent_id>"},
    "api/v1/people/invitations": {"emails": ["matrix@example.com"], "role": "customer"},
    "api/v1/people/<uuid:person_id>": {"role": "customer"},
    "manager/settings/people/<uuid:person_id>/role": {"role": "customer"},
    "manager/settings/people/invite": {"emails": "matrix@example.com", "role": "customer", "days": "7"},
    "manager/settings/roles": {"name": "By the matrix", "base": "agent"},
    "manager/settings/roles/<slug:role_key>": {"name": "By the matrix", "base": "agent"},
    "account/profile": {"name": "By the matrix"},
    "api/v1/telemetry/events": {
        "app": {"version": "1.0", "os": "Linux"},
        "events": [{"type": "app_launch", "at": "2026-01-01T00:00:00Z"}],
    },
    "api/v1/telemetry/sharing": {"share": True},
    "api/support/tickets": {"subject": "website", "description": "Asked by the matrix"},
    "api/support/tickets/<uuid:id>/messages": {"body": "Said by the matrix"},
    "platform-admin/tickets/<int:id>/messages": {"body": "Said by the matrix"},
    "platform-admin/tickets/<int:id>/status": {"status": "in_progress"},
    "platform-admin/tickets/<int:id>/assign": {"assigned_admin_id": None},
    "platform-admin/tickets/<int:id>/escalation": {"level": "none", "reason": "Said by the matrix"},
    "platform-admin/tickets/<int:id>/notes": {"body": "Said by the matrix"},
    "admin/tickets/<int:index_id>/pass-on": {"to": "none", "reason": "Said by the matrix"},
    "admin/tickets/<int:index_id>/notes": {"note": "Said by the matrix"},
    "platform-admin/team/coverage/<uuid:id>": {"subjects": ["website"]},
    "admin/tickets/<int:index_id>/reply": {"body": "Said by the matrix"},
    "admin/tickets/views": {"name": "Kept by the matrix"},
    "admin/tickets/bulk": {"do": "assign:me"},
    "admin/companies/<slug:company>/notes": {"body": "Said by the matrix"},
    "admin/companies/<slug:company>/notes/<uuid:note_id>": {"body": "Said by the matrix"},
    "admin/tickets/<int:index_id>/status": {"status": "in_progress"},
    "admin/tickets/<int:index_id>/here": {"typing": "0"},
    "admin/tickets/<int:index_id>/importance": {"importance": "medium"},
    "admin/team/<uuid:admin_id>": {"subjects": ["website"]},
    "admin/team/<uuid:admin_id>/role": {"role": "platform_supervisor"},
    f"{SUBJECT}/move": {"way": "down"},
    "admin/incidents/new": _INCIDENT,
    "platform-admin/incidents": _INCIDENT,
    "platform-admin/incidents/<int:incident_id>": {"headline": "Called by the matrix"},
    "platform-admin/incidents/<int:incident_id>/updates": {"state": "identified", "words": "Said by the matrix"},
    "platform-admin/incidents/<int:incident_id>/tickets": {"ticket_id": "<int:id>"},
    **{
        f"{door}/incidents/<int:incident_id>/{verb}": {"words": "Said by the matrix", "state": "identified"}
        for door, verb in (("admin", "say"), ("admin", "notes"))
    },
    **{
        f"{door}/incidents/<int:incident_id>/{verb}": {"words": "Said by the matrix"}
        for door in ("admin", "platform-admin")
        for verb in ("solve", "reopen")
    },
    "manager/staff-access/<uuid:visit_id>/decide": {"do": "yes"},
    "manager/inbox/new": {"email": "matrix@example.com", "subject": "A", "description": "B", "type": "customer_service"}
    | {"urgency": "low", "importance": "low", "channel": "portal"},
    "manager/inbox/bulk": {"do": "assign:me"},
    "manager/inbox/bulk/reply": {"ticket": "<uuid:request_id>", "step": "send", "body": "Said by the matrix"}
    | {"mode": "note"},
    "manager/inbox/<uuid:request_id>/do": {"do": "favour", "on": "1"},
    "manager/inbox/<uuid:request_id>/reply": {"body": "Said by the matrix", "mode": "reply"},
    "manager/inbox/<uuid:request_id>/draft": {"body": "Kept by the matrix", "mode": "reply"},
    "manager/inbox/<uuid:request_id>/here": {"typing": "0"},
    "manager/inbox/<uuid:request_id>/use": {"recipe": "<uuid:recipe_id>"},
    "manager/settings/types/<slug:type_key>": {"part": "about"},
    "manager/settings/recipe/<uuid:recipe_id>": {"name": "Greeting", "text": "Hello", "scope": "company"},
    "manager/settings/recipes/<slug:kind>/new": {"name": "By the matrix"},
    "manager/tickets/new": {"subject": "website", "sub_subject": "", "description": "Asked by the matrix"},
    "manager/tickets/<uuid:ticket_id>/reply": {"body": "Said by the matrix"},
    "manager/tickets/<uuid:ticket_id>/rate": {"rating": "good"},
    "requests/new": {"subject": "Asked by the matrix", "description": "Asked by the matrix"},
    "requests/<uuid:request_id>/reply": {"body": "Said by the matrix"},
    "requests/<uuid:request_id>/follow": {"on": "1"},
    "requests/<uuid:request_id>/rate": {"rating": "good"},
    "requests/<uuid:request_id>/draft": {"body": "Kept by the matrix"},
    "requests/<uuid:request_id>/messages/<uuid:message_id>": {"body": "Changed by the matrix"},
}
