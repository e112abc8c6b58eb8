"""What is wrong with a source, by its line: refusals, and remarks on what a letter is made without."""

from dataclasses import dataclass, field

from emails.errors import TemplateBroken

MOST_PROBLEMS = 100
"""More are not told: whoever has so many mends the first ones and asks again."""


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing at one line (from 1; 0 is the whole source). A remark does not keep the source from being used."""

    line: int
    message: str
    is_remark: bool = False


class Unreadable(Exception):
    """The source cannot be read any further than this line."""

    def __init__(self, message: str, line: int) -> None:
        super().__init__(message)
        self.line = line


@dataclass(slots=True)
class Problems:
    """Collects while a source is read; the same sentence at the same line counts once.

    Refusals and remarks are counted apart: many remarks never hide what is to be refused.
    """

    _refusals: dict[Problem, None] = field(default_factory=dict)
    _remarks: dict[Problem, None] = field(default_factory=dict)

    def refuse(self, line: int, message: str) -> None:
        if not self.is_full:
            self._refusals[Problem(line, message)] = None

    def remark(self, line: int, message: str) -> None:
        if len(self._remarks) < MOST_PROBLEMS:
            self._remarks[Problem(line, message, is_remark=True)] = None

    @property
    def is_full(self) -> bool:
        """Whether enough was refused; reading on would tell nothing more."""
        return len(self._refusals) >= MOST_PROBLEMS

    @property
    def refusals(self) -> tuple[Problem, ...]:
        return tuple(sorted(self._refusals, key=lambda one: one.line))

    @property
    def remarks(self) -> tuple[Problem, ...]:
        return tuple(sorted(self._remarks, key=lambda one: one.line))

    def raise_first(self, place: str) -> None:
        """Raises: TemplateBroken for the first refusal, if there is any; says how many more there are."""
        refusals = self.refusals
        if not refusals:
            return
        first, more = refusals[0], len(refusals) - 1
        where = f"{place}, line {first.line}" if first.line else place
        rest = f" ({more} more)" if more else ""
        raise TemplateBroken(f"{where}: {first.message}{rest}", line=first.line or None)
