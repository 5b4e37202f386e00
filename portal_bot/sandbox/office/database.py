"""Tables of the sandbox's office."""

from __future__ import annotations

from pathlib import Path

from sqlalchemy import Engine, ForeignKey, Index, create_engine, event
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column


class Base(DeclarativeBase):
    """All tables."""


class Practice(Base):
    """A practice that the one administrator looks after."""

    __tablename__ = "practice"
    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str]


class Role(Base):
    """A role of one practice."""

    __tablename__ = "role"
    id: Mapped[int] = mapped_column(primary_key=True)
    practice_id: Mapped[int] = mapped_column(ForeignKey("practice.id"))
    name: Mapped[str]


class RolePermission(Base):
    """A permission that a role gives."""

    __tablename__ = "role_permission"
    role_id: Mapped[int] = mapped_column(ForeignKey("role.id"), primary_key=True)
    caption: Mapped[str] = mapped_column(primary_key=True)


class Member(Base):
    """Somebody under Providers or Staff Members."""

    __tablename__ = "member"
    id: Mapped[int] = mapped_column(primary_key=True)
    practice_id: Mapped[int] = mapped_column(ForeignKey("practice.id"))
    list_name: Mapped[str]
    first: Mapped[str]
    last: Mapped[str]
    credentials: Mapped[str]
    email: Mapped[str]
    location: Mapped[str]
    phone: Mapped[str]
    status: Mapped[str]
    notes: Mapped[str]
    role_id: Mapped[int | None] = mapped_column(ForeignKey("role.id"))
    version: Mapped[int] = mapped_column(default=1)
    __table_args__ = (Index("member_list", "practice_id", "list_name", "last", "first"),)


class Grant(Base):
    """A permission that stands on a person's own record: `own`, or `blocked` where nobody may change it."""

    __tablename__ = "grant"
    member_id: Mapped[int] = mapped_column(ForeignKey("member.id"), primary_key=True)
    caption: Mapped[str] = mapped_column(primary_key=True)
    state: Mapped[str]


def create_database(folder: Path) -> Engine:
    """An empty office in a file of its own, fit for several threads."""
    engine = create_engine(f"sqlite:///{folder / 'office.db'}", connect_args={"check_same_thread": False, "timeout": 30})

    @event.listens_for(engine, "connect")
    def _quick(connection: object, _record: object) -> None:
        cursor = connection.cursor()  # type: ignore[attr-defined]
        cursor.execute("PRAGMA journal_mode=WAL")
        cursor.execute("PRAGMA synchronous=OFF")
        cursor.close()

    Base.metadata.create_all(engine)
    return engine
