"""Who acts: plain facts about the signed-in member of staff."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Actor:
    """The signed-in member of staff: plain facts for services and guards."""

    id: int
    name: str
    username: str
    holdings: frozenset[tuple[str, int]]
    must_change_password: bool = False

    @property
    def roles(self) -> frozenset[str]:
        """Return the names of the roles held anywhere."""
        return frozenset(role for role, _ in self.holdings)

    def may(self, *roles: str, organization_id: int) -> bool:
        """Say whether one of the roles is held at the organization."""
        return any((role, organization_id) in self.holdings for role in roles)

    def organizations(self, *roles: str) -> frozenset[int]:
        """Return the organizations at which one of the roles (or, with none named, any) is held."""
        return frozenset(org for role, org in self.holdings if not roles or role in roles)
