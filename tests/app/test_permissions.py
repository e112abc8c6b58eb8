"""Roles: every role of the team has its row, and nobody else may do anything."""

import pytest

from app.models import Role
from app.permissions import MAY, Act, can


def test_every_role_has_its_acts():
    assert set(MAY) == {role.value for role in Role}


@pytest.mark.parametrize("act", Act)
def test_an_owner_may_do_everything_and_a_viewer_only_see(act):
    assert can(Role.OWNER, act)
    assert can(Role.VIEWER, act) is (act is Act.SEE)


@pytest.mark.parametrize("act", [Act.TEAM, Act.SETTINGS])
def test_an_editor_changes_neither_team_nor_settings(act):
    assert not can(Role.EDITOR, act)


@pytest.mark.parametrize("act", [Act.WRITE, Act.SEND, Act.OVERRIDE, Act.PEOPLE])
def test_an_editor_writes_and_sends(act):
    assert can(Role.EDITOR, act)


def test_a_role_that_does_not_exist_may_nothing():
    assert not any(can("", act) or can("admin", act) for act in Act)
