"""A clock that stands until a test moves it, in the one place that asks the time."""

from datetime import UTC, datetime, timedelta

import pytest

START = datetime(2030, 3, 1, 9, tzinfo=UTC)
"""A Friday."""


class SetClock:
    def __init__(self, monkeypatch: pytest.MonkeyPatch, moment: datetime = START) -> None:
        self.moment = moment
        monkeypatch.setattr("app.clock.datetime", self)

    def now(self, _zone: object) -> datetime:
        return self.moment

    def forward(self, **length: float) -> datetime:
        self.moment += timedelta(**length)
        return self.moment
