"""People, the roles they hold or wait for, and the failed sign-ins that slow an account."""

from datetime import datetime

from sqlalchemy import ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from exam_server.db import Base, Outside


class Person(Outside, Base):
    """A member of staff; candidates have tickets, not accounts."""

    __tablename__ = "person"

    username: Mapped[str] = mapped_column(String(64), unique=True)
    name: Mapped[str]
    password_hash: Mapped[str]
    is_active: Mapped[bool] = mapped_column(default=True)
    failed_count: Mapped[int] = mapped_column(default=0)
    next_try_at: Mapped[datetime | None]
    # Rises with every change that must end open sign-ins: password, roles, deactivation.
    sign_in_number: Mapped[int] = mapped_column(default=1)
    # The organization whose administrators keep this account: reset, close, reopen it.
    organization_id: Mapped[int | None] = mapped_column(ForeignKey("organization.id"), index=True)
    last_sign_in_at: Mapped[datetime | None]
    must_change_password: Mapped[bool] = mapped_column(default=False)  # it holds a one-time one

    holdings: Mapped[list["RoleHolding"]] = relationship(
        back_populates="person",
        foreign_keys="RoleHolding.person_id",
        cascade="all, delete-orphan",
    )


class RoleHolding(Base):
    """A role held by a person at an organization."""

    __tablename__ = "role_holding"
    __table_args__ = (UniqueConstraint("person_id", "role", "organization_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    role: Mapped[str] = mapped_column(String(32))
    organization_id: Mapped[int] = mapped_column(ForeignKey("organization.id"))
    granted_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    granted_at: Mapped[datetime]

    person: Mapped[Person] = relationship(back_populates="holdings", foreign_keys=[person_id])


class RoleRequest(Outside, Base):
    """A role asked for a person, which a second administrator of the organization confirms."""

    __tablename__ = "role_request"
    __table_args__ = (UniqueConstraint("person_id", "role", "organization_id"),)

    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    role: Mapped[str] = mapped_column(String(32))
    organization_id: Mapped[int] = mapped_column(ForeignKey("organization.id"), index=True)
    asked_by: Mapped[int] = mapped_column(ForeignKey("person.id"))
    asked_at: Mapped[datetime]

    person: Mapped[Person] = relationship(foreign_keys=[person_id])
    asker: Mapped[Person] = relationship(foreign_keys=[asked_by])
