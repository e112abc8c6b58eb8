"""What a database that does not answer raises, for doors that may not know SQLAlchemy."""

from sqlalchemy.exc import DBAPIError, InterfaceError, OperationalError, TimeoutError  # noqa: A004  its name there

DATABASE_AWAY: tuple[type[Exception], ...] = (OperationalError, InterfaceError)
NOT_WRITTEN: tuple[type[Exception], ...] = (DBAPIError, TimeoutError)
"""Away, read-only, or in a conflict: what was to be written is not."""
