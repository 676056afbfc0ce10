"""What the tests of a team's record are given."""

from roles_record import team_with_roles

__all__ = ["team_with_roles"]
