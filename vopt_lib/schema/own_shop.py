"""This is where we say who of a household looks at its shop: the type that rooms hand each other."""

from __future__ import annotations

from dataclasses import dataclass

from vopt_lib.schema.visitor import Role


@dataclass(frozen=True)
class Member:
    """Somebody of a household. An admin sees and changes all that is its, a member what is her own.

    looks_at_all: she asks only to look, and an admin lets her look at everything; nothing is changed as such a member.
    """

    household_id: int
    person_id: int
    name: str
    role: Role
    looks_at_all: bool = False

    @property
    def is_admin(self) -> bool:
        """Whether she may change what is the whole household's."""
        return self.role == "admin"

    @property
    def sees_all(self) -> bool:
        """Whether the whole household is hers to see."""
        return self.is_admin or self.looks_at_all
