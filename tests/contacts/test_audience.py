from contacts import audience
from contacts.audience import Role
from tests.factories.apps import ApplicationFactory
from tests.factories.contacts import TechnicalContactFactory


def told(application):
    readers = audience.technical_readers([application])[application.pk]
    return [(reader.user, reader.role) for reader in readers]


def test_every_reachable_contact_is_told(acme, alice, bob):
    application = ApplicationFactory(company=acme)
    TechnicalContactFactory(application=application, user=bob)
    TechnicalContactFactory(application=application, user=alice)

    assert told(application) == [(bob, Role.CONTACT), (alice, Role.CONTACT)]


def test_a_deactivated_contact_is_not_told_but_the_others_are(acme, alice, bob):
    """E4"""
    application = ApplicationFactory(company=acme)
    TechnicalContactFactory(application=application, user=bob)
    TechnicalContactFactory(application=application, user=alice)
    bob.is_active = False
    bob.save()

    assert told(application) == [(alice, Role.CONTACT)]


def test_admins_stand_in_for_a_missing_contact(acme, alice, bob):
    application = ApplicationFactory(company=acme)

    assert told(application) == [(alice, Role.COMPANY_ADMIN)]


def test_the_account_executive_stands_in_for_missing_admins(acme, bob, willem):
    application = ApplicationFactory(company=acme)

    assert told(application) == [(willem, Role.ACCOUNT_EXECUTIVE)]


def test_nobody_at_all_is_left_for_the_support_desk(acme):
    acme.account_executive = None
    acme.save()
    application = ApplicationFactory(company=acme)

    assert told(application) == []


def test_many_applications_cost_two_queries(
    acme, alice, bob, django_assert_num_queries
):
    applications = ApplicationFactory.create_batch(3, company=acme)
    TechnicalContactFactory(application=applications[0], user=bob)

    with django_assert_num_queries(2):
        readers = audience.technical_readers(applications)

    assert len(readers) == 3
