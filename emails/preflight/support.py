"""What main mail programs leave out of HTML and CSS: plain data, whoever brings it."""

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Support:
    """`lacking` names, for each feature that some main program leaves out, those programs; `titles` its name."""

    lacking: Mapping[str, tuple[str, ...]]
    titles: Mapping[str, str]
    updated: str = ""

    def __hash__(self) -> int:
        return hash((self.updated, len(self.lacking)))


def support_from_json(data: Mapping[str, object]) -> Support:
    """The document that the front end's build writes: {"updated", "features": {name: {"title", "lacking"}}}."""
    features = data.get("features")
    known = features if isinstance(features, dict) else {}
    return Support(
        lacking={name: tuple(one["lacking"]) for name, one in known.items()},
        titles={name: str(one["title"]) for name, one in known.items()},
        updated=str(data.get("updated", "")),
    )
