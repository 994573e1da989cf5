"""Companies, their people and domains, what these are told, and the activity log."""

from companies.models.activity import ActivityEntry, ActivityQuerySet
from companies.models.address_change import AddressChange, AddressChangeQuerySet
from companies.models.archive import Archive, ArchiveQuerySet
from companies.models.company import Company, CompanyQuerySet, ServiceLevel
from companies.models.domain import ClaimedDomain, ClaimedDomainQuerySet
from companies.models.invitation import Invitation, InvitationQuerySet
from companies.models.notice import Notice, NoticeChoice, NoticeQuerySet
from companies.models.person import User, UserQuerySet
from companies.models.security_contact import SecurityContact, SecurityContactQuerySet
from companies.models.sign_on import SignOn, SignOnQuerySet

__all__ = [
    "ActivityEntry",
    "ActivityQuerySet",
    "AddressChange",
    "AddressChangeQuerySet",
    "Archive",
    "ArchiveQuerySet",
    "ClaimedDomain",
    "ClaimedDomainQuerySet",
    "Company",
    "CompanyQuerySet",
    "Invitation",
    "InvitationQuerySet",
    "Notice",
    "NoticeChoice",
    "NoticeQuerySet",
    "SecurityContact",
    "SecurityContactQuerySet",
    "ServiceLevel",
    "SignOn",
    "SignOnQuerySet",
    "User",
    "UserQuerySet",
]
