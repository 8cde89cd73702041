"""What may a key be used for? Scopes narrow what its holder's role may do, and never widen it."""

from enum import StrEnum

SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})


class Scope(StrEnum):
    """One kind of thing, read or written."""

    PERMITS_READ = "permits:read"
    PERMITS_WRITE = "permits:write"
    REGISTRY_READ = "registry:read"
    REGISTRY_WRITE = "registry:write"
    OBSERVATIONS_READ = "observations:read"
    OBSERVATIONS_WRITE = "observations:write"
    ALERTS_READ = "alerts:read"
    ALERTS_WRITE = "alerts:write"
    ZONES_READ = "zones:read"
    ZONES_WRITE = "zones:write"
    INVOICES_READ = "invoices:read"
    INVOICES_WRITE = "invoices:write"
    KEYS_READ = "keys:read"
    KEYS_WRITE = "keys:write"
    # Reading of the city's data for trade: of all who may read them, these pay.
    DATA_READ = "data:read"


# The first word of a path, and whose it is.
SUBJECTS = {
    "advice": "permits",
    "permits": "permits",
    "operators": "registry",
    "vehicles": "registry",
    "sensors": "registry",
    "observations": "observations",
    "live": "observations",
    "visits": "observations",
    "clocks": "observations",
    "statistics": "observations",
    "alerts": "alerts",
    "webhooks": "alerts",
    "zones": "zones",
    "switches": "zones",
    "invoices": "invoices",
    "usage": "invoices",
    "exports": "invoices",
    "billing": "invoices",
    "tariffs": "invoices",
    "keys": "keys",
}

# The first words of paths that hold what the city tells everybody.
CITY_DATA = frozenset({"zones", "register", "rules", "statistics", "switches", "tariffs"})


def is_city_data(method: str, path: str) -> bool:
    """Tell whether a request reads what the city tells everybody."""
    root, version, word = [*path.split("/"), "", "", ""][:3]
    return method in SAFE_METHODS and (root, version) == ("", "v1") and word in CITY_DATA


def scope_of(method: str, path: str) -> Scope | None:
    """Return the scope a request needs; None where only a key without scopes will do."""
    root, version, word, *rest = [*path.split("/"), "", ""][:6]
    if (root, version) != ("", "v1") or word not in SUBJECTS:
        return None
    subject = "observations" if "track" in rest else SUBJECTS[word]
    # Advice is asked with a body, and nothing is kept of it.
    reads = method in SAFE_METHODS or word == "advice"
    return Scope(f"{subject}:{'read' if reads else 'write'}")
