"""Who may do what: roles and acts as data, and one question. The roles' words are those of `models.user.Role`."""

from enum import StrEnum


class Act(StrEnum):
    """What a page or command may ask leave for."""

    SEE = "see"
    WRITE = "write"
    SEND = "send"
    OVERRIDE = "override"
    PEOPLE = "people"
    ERASE = "erase"
    EXPORT = "export"
    SETTINGS = "settings"
    TEAM = "team"


MAY: dict[str, frozenset[Act]] = {
    "viewer": frozenset({Act.SEE}),
    "editor": frozenset({Act.SEE, Act.WRITE, Act.SEND, Act.OVERRIDE, Act.PEOPLE, Act.ERASE, Act.EXPORT}),
    "owner": frozenset(Act),
}


def can(role: str, act: Act) -> bool:
    """Whether someone with `role` may do `act`; an unknown role may do nothing."""
    return act in MAY.get(role, frozenset())
