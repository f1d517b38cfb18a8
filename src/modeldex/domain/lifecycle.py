"""Where a model stands between its first listing and its end."""

from enum import StrEnum


class Lifecycle(StrEnum):
    """The states of a model; only complete, plausible listings and announcements move it."""

    ACTIVE = "active"
    STALE = "stale"
    """Missing from complete listings for a short while."""
    DEPRECATED = "deprecated"
    """Announced to retire, or missing for long."""
    REMOVED = "removed"
    """Gone: only a tombstone is kept."""
