"""How far up a request to Portico was passed: agent, engineer, supervisor. Each does what the one below cannot."""

from portico.actor import SEES_ALL

NOT, ENGINEER, SUPERVISOR = 0, 1, 2
NAMES: dict[int, str] = {NOT: "none", ENGINEER: "engineer", SUPERVISOR: "supervisor"}
BY_NAME: dict[str, int] = {name: level for level, name in NAMES.items()}
# Whom it waits for, as one and as many.
ONE: dict[int, str] = {ENGINEER: "an engineer", SUPERVISOR: "a supervisor"}
MANY: dict[int, str] = {ENGINEER: "engineers", SUPERVISOR: "supervisors"}


def level_of(role: str) -> int:
    """What somebody of this role takes on: those who lead all of it."""
    if role in SEES_ALL:
        return SUPERVISOR
    return ENGINEER if role == "platform_engineer" else NOT
