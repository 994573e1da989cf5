"""Telling: by the way somebody chose, once, and in any case where it has to be."""

from datetime import UTC, datetime
from threading import Barrier, Thread

import pytest
from django.db import IntegrityError, connection, transaction

from companies.models import Notice
from companies.notices import tell, tell_many, tiding
from companies.topics import RULES, Channel, Topic, lock
from outbox import posting
from outbox import rendering as real_rendering
from outbox.models import Message
from outbox.posting import OutsideTransactionError
from tests.factories.companies import UserFactory
from tests.factories.notices import NoticeChoiceFactory, NoticeFactory
from tests.marks import on_postgresql

NOW = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)
SUBJECT = "Your password at the Aldwick customer portal was changed"
LOCKS = sorted((topic, way) for topic, rule in RULES.items() for way in rule.locked)


def words(**changed):
    return {
        "topic": Topic.TICKET,
        "key": "ticket:1:moved",
        "template": "companies/emails/password_changed",
        "context": {"at": NOW, "link": "http://testserver/accounts/password/reset/"},
        "audience": "the owner of the account",
        "link": "/tickets/10482/",
        "at": NOW,
    } | changed


@pytest.fixture
def rendered(monkeypatch):
    """Which templates were rendered, as often as they were."""
    found = []

    def counting(template, *rest):
        found.append(template)
        return real_rendering.render(template, *rest)

    monkeypatch.setattr(posting, "render", counting)
    return found


def test_a_letter_and_a_notice_in_the_same_words(bob, rendered):
    """LI-03: by e-mail and in the portal, rendered once."""
    assert tell(bob, **words(about=bob.pk)) is True

    letter, notice = Message.objects.get(), Notice.objects.get()
    assert letter.recipient == bob.email
    assert letter.audience == "the owner of the account"
    assert notice.person == bob
    assert notice.title == letter.subject == SUBJECT
    assert notice.text
    assert notice.text in letter.html
    assert notice.link == "/tickets/10482/"
    assert notice.about == bob.pk
    assert notice.created_at == NOW
    assert notice.is_unread
    assert rendered == ["companies/emails/password_changed"]


def test_telling_the_same_again_changes_nothing(bob, rendered):
    tell(bob, **words())

    assert tell(bob, **words(link="/tickets/1/")) is False

    assert Notice.objects.get().link == "/tickets/10482/"
    assert Message.objects.count() == 1
    assert len(rendered) == 1


def test_the_same_key_tells_each_person_once(bob, alice):
    told = tell_many([tiding(who, **told_words()) for who in (bob, alice, bob)], at=NOW)

    assert told == (2, 2)
    assert {notice.person for notice in Notice.objects.all()} == {bob, alice}


def told_words(**changed):
    """What `tiding` takes: the moment is the batch's."""
    return {name: value for name, value in words(**changed).items() if name != "at"}


def test_who_wants_no_mail_finds_it_in_the_portal(bob):
    NoticeChoiceFactory(person=bob, topic=Topic.TICKET, channel=Channel.EMAIL)

    assert tell(bob, **words()) is True

    assert not Message.objects.exists()
    assert Notice.objects.get().title == SUBJECT


def test_who_wants_no_notice_gets_a_letter(bob):
    NoticeChoiceFactory(person=bob, topic=Topic.TICKET, channel=Channel.PORTAL)

    assert tell(bob, **words()) is True

    assert not Notice.objects.exists()
    assert Message.objects.count() == 1


def test_who_wants_neither_costs_no_rendering(bob, rendered):
    for way in Channel:
        NoticeChoiceFactory(person=bob, topic=Topic.TICKET, channel=way)

    assert tell(bob, **words()) is False

    assert rendered == []


def test_a_choice_holds_for_its_topic_and_its_person_only(bob, alice):
    NoticeChoiceFactory(person=bob, topic=Topic.LICENSE, channel=Channel.EMAIL)
    NoticeChoiceFactory(person=alice, topic=Topic.TICKET, channel=Channel.EMAIL)

    tell(bob, **words())

    assert Message.objects.count() == 1


@pytest.mark.parametrize(("topic", "way"), LOCKS)
def test_a_lock_holds_even_when_a_row_says_otherwise(bob, topic, way):
    """TC-11, TC-31, LI-03: what somebody must learn of cannot be switched off."""
    NoticeChoiceFactory(person=bob, topic=topic, channel=way, is_on=False)

    tell(bob, **words(topic=topic))

    rows = Message if way == Channel.EMAIL else Notice
    assert rows.objects.count() == 1


def test_what_stays_on():
    """TC-11, TC-27, TC-31, LI-03: by e-mail in any case, renewals here as well."""
    assert set(LOCKS) == {
        (Topic.ACCOUNT, Channel.EMAIL),
        (Topic.CONTACT, Channel.EMAIL),
        (Topic.REACH, Channel.EMAIL),
        (Topic.RENEWAL, Channel.EMAIL),
        (Topic.RENEWAL, Channel.PORTAL),
        (Topic.EXPANSION, Channel.EMAIL),
        (Topic.MAINTENANCE, Channel.EMAIL),
        (Topic.CRITICAL, Channel.EMAIL),
    }


def test_every_topic_has_its_rule_and_every_lock_its_reason():
    assert set(RULES) == set(Topic)
    assert all(str(rule.covers).endswith(".") for rule in RULES.values())
    assert all(str(lock(topic, way)).endswith(".") for topic, way in LOCKS)
    assert all(rule.is_on(way) for rule in RULES.values() for way in rule.locked)


def test_whoever_cannot_sign_in_gets_letters_only(acme):
    """PE-03: a closed account has no inbox."""
    gone = UserFactory(company=acme, deactivated=True)

    tell(gone, **words())

    assert not Notice.objects.exists()
    assert Message.objects.count() == 1


def test_a_bare_address_gets_a_letter(bob):
    """The support desk is nobody in particular."""
    desk = tiding(None, to="support@aldwick.example", **told_words())

    told = tell_many([desk, tiding(bob, **told_words())], at=NOW)

    assert told == (2, 1)
    assert Message.objects.filter(recipient="support@aldwick.example").exists()


def test_another_address_of_the_person(bob):
    """The letter goes where it is sent, the notice to whom it is meant for."""
    tell(bob, **words(to="bob@old.example"))

    assert Message.objects.get().recipient == "bob@old.example"
    assert Notice.objects.get().person == bob


def test_a_thousand_people_are_no_more_questions(acme, django_assert_num_queries):
    people = UserFactory.create_batch(30, company=acme)

    with django_assert_num_queries(6):
        tell_many([tiding(who, **told_words()) for who in people], at=NOW)

    assert Notice.objects.count() == 30


def test_the_past_tells_nobody(bob):
    with posting.kept_back():
        assert tell(bob, **words()) is False

    assert not Notice.objects.exists()


def test_a_notice_leads_into_the_portal_only(bob):
    with pytest.raises(IntegrityError):
        NoticeFactory(person=bob, link="https://elsewhere.example/")


@pytest.mark.django_db(transaction=True)
def test_telling_needs_the_transaction_of_the_event():
    person = UserFactory()

    with pytest.raises(OutsideTransactionError):
        tell(person, **words())

    assert not Notice.objects.exists()


@pytest.mark.django_db(transaction=True)
@on_postgresql()
def test_eight_at_once_tell_everybody_once():
    """E10: whoever comes first tells; the others add nothing and break nothing."""
    people = UserFactory.create_batch(6)
    start, troubles = Barrier(8), []

    def run(turn):
        order = people[turn % 6 :] + people[: turn % 6]
        start.wait()
        try:
            with transaction.atomic():
                tell_many([tiding(who, **told_words()) for who in order], at=NOW)
        except Exception as trouble:
            troubles.append(trouble)
        finally:
            connection.close()

    threads = [Thread(target=run, args=[turn]) for turn in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert troubles == []
    assert Notice.objects.count() == 6
    assert Message.objects.count() == 6
