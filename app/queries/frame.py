"""What every page of the team shows around its content: who looks, and which brand speaks."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.models import Brand, User


def find_user(session: Session, user_id: int) -> User | None:
    """Somebody who works here; None once they were removed."""
    user = session.get(User, user_id)
    return None if user is None or user.removed_at is not None else user


def find_brand_name(session: Session) -> str:
    """The name of the (first) brand; "" before there is one."""
    return session.scalars(select(Brand.name).order_by(Brand.id).limit(1)).first() or ""
