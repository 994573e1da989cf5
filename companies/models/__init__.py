"""Companies, their people, the agreed service level and the activity log."""

from companies.models.activity import ActivityEntry, ActivityQuerySet
from companies.models.company import Company, CompanyQuerySet, ServiceLevel
from companies.models.person import User, UserQuerySet

__all__ = [
    "ActivityEntry",
    "ActivityQuerySet",
    "Company",
    "CompanyQuerySet",
    "ServiceLevel",
    "User",
    "UserQuerySet",
]
