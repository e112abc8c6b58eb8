"""What a database that does not answer raises, for doors that may not know SQLAlchemy."""

from sqlalchemy.exc import InterfaceError, OperationalError

DATABASE_AWAY: tuple[type[Exception], ...] = (OperationalError, InterfaceError)
