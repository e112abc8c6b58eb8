"""Sign-up forms: which lists they lead to, what they ask, and every wording of consent they ever showed."""

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import ForeignKey, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from app.models.base import Base, WithId, WithTimes, Word

NAME_FIELDS = ("first_name", "last_name")
"""What a form may ask for that has a place of its own in a person's row, outside `fields`."""


class OptIn(StrEnum):
    """Whether somebody is asked again by mail before letters go out."""

    DOUBLE = "double"
    SINGLE = "single"


class Form(WithId, WithTimes, Base):
    """`public_id` stands in `/s/<form>`. `fields` is a list of `{"name", "label", "required"}`, in order.

    `allowed_origins` lists the sites whose scripts may post to it; no `welcome_text`, no welcome letter.
    """

    __tablename__ = "form"

    brand_id: Mapped[int] = mapped_column(ForeignKey("brand.id"), index=True)
    public_id: Mapped[str] = mapped_column(String(40), unique=True)
    name: Mapped[str] = mapped_column(String(200))
    title: Mapped[str] = mapped_column(String(300), default="")
    intro: Mapped[str] = mapped_column(Text, default="")
    language: Mapped[str] = mapped_column(String(35), default="")
    fields: Mapped[list[Any]] = mapped_column(default=list)
    opt_in: Mapped[OptIn] = mapped_column(Word(OptIn), default=OptIn.DOUBLE)
    redirect_url: Mapped[str] = mapped_column(String(2000), default="")
    allowed_origins: Mapped[list[Any]] = mapped_column(default=list)
    welcome_subject: Mapped[str] = mapped_column(String(300), default="")
    welcome_text: Mapped[str] = mapped_column(Text, default="")
    archived_at: Mapped[datetime | None]


class FormList(WithId, Base):
    """A list that a form leads to."""

    __tablename__ = "form_list"
    __table_args__ = (UniqueConstraint("form_id", "list_id"),)

    form_id: Mapped[int] = mapped_column(ForeignKey("form.id", ondelete="CASCADE"))
    list_id: Mapped[int] = mapped_column(ForeignKey("mailing_list.id", ondelete="CASCADE"), index=True)


class FormWording(WithId, WithTimes, Base):
    """The consent wording as it stood from then on; never changed, so that a proof can name what was shown."""

    __tablename__ = "form_wording"
    __table_args__ = (UniqueConstraint("form_id", "version"),)

    form_id: Mapped[int] = mapped_column(ForeignKey("form.id", ondelete="CASCADE"))
    version: Mapped[int]
    wording: Mapped[str] = mapped_column(Text)
