"""Looks and visits in plain words."""

from tenant_apps.visits.models import Visit

MODES = {"read": "Read only", "act": "With actions, each confirmed"}
ENDS = {
    "left": "They left",
    "time": "The half hour was over",
    "withdrawn": "Consent was withdrawn or ran out",
    "signed_out": "They signed out of the console",
    "role": "They may not visit any more",
    "coverage": "The request is not theirs to see any more",
    "person": "The person’s account or role changed",
    "suspended": "The company was suspended",
    "elsewhere": "They began another visit",
}
# What a look was at that was at no request.
PLACES = {"sums": "how your desk does, in numbers", "mail": "how your mail channels do"}
CONSENTS = {
    "off": ("Off", "Nobody from Portico sees your desk as one of your people. They can ask once about each request."),
    "ask": ("Ask each time", "Nobody comes in without your yes to that one visit. They can ask as often as they need."),
    "read": ("Allowed to look", "Engineers and supervisors may look as one of your people, for 30 minutes each time."),
    "act": ("Allowed with actions", "They may also do things for that person. Each is confirmed and written down."),
}


def lasted(seconds: int) -> str:
    """A length of time, as people say it."""
    minutes = round(seconds / 60)
    return "under a minute" if seconds < 60 else f"{minutes} minute{'' if minutes == 1 else 's'}"


def told(visit: Visit) -> str:
    """What happened, in a sentence without its beginning: "looked at …"."""
    if not visit.is_visit:
        return f"looked at {PLACES.get(visit.mode) or visit.number}"
    if visit.state in {Visit.State.ASKED, Visit.State.DECLINED, Visit.State.ALLOWED}:
        return f"asked to see your desk as {visit.person_name}"
    return f"{'acted' if visit.acts else 'looked'} as {visit.person_name}"
