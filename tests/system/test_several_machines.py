"""Three machines on one PostgreSQL and one queue, each with a data folder and processes of its own; one is lost."""

import pytest

from tests.chaos.hosts import run_lost_host
from tests.chaos.report import table

pytestmark = pytest.mark.system
PEOPLE = 1_500
"""More than two chunks, so that no host alone can have leased them all."""


def test_a_machine_that_is_lost_with_its_folder_loses_and_doubles_no_letter():
    outcome = run_lost_host("postgresql", seed=3, people=PEOPLE)
    assert outcome.clean, f"\n{table([outcome])}\n{outcome.complaints}"
    assert (outcome.lost, outcome.doubled) == (0, 0)
    assert outcome.sent + outcome.unknown == PEOPLE
