"""What a verb may refuse. Doors map these, in one file per kind of door.

Refused
├── NotFound        the thing is not there (or not yours to see)
├── NotAllowed      your role may not do this
├── InvalidInput    fields -> sentences
├── WrongState      the thing is there, but not in a state that allows this
│   └── ChangedMeanwhile    somebody saved it since you began
└── Unavailable     something outside (queue, mail server, disk) is away; try again
"""

from collections.abc import Mapping


class Refused(Exception):
    """Base of all refusals; `str()` is a sentence that names the place and the cure."""


class NotFound(Refused):
    pass


class NotAllowed(Refused):
    pass


class InvalidInput(Refused):
    """`fields` maps a field's name to the sentence shown under it; "" is the form as a whole."""

    def __init__(self, fields: Mapping[str, str]) -> None:
        super().__init__("; ".join(f"{name}: {text}" if name else text for name, text in fields.items()))
        self.fields = dict(fields)


class WrongState(Refused):
    pass


class ChangedMeanwhile(WrongState):
    """Nothing was overwritten. `revision` is the one there is now."""

    def __init__(self, message: str, *, revision: int) -> None:
        super().__init__(message)
        self.revision = revision


class Unavailable(Refused):
    pass
