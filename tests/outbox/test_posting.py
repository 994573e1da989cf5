"""The letterbox: in the transaction, once per key and person, final words."""

from datetime import UTC, datetime
from threading import Barrier, Thread

import pytest
from django.db import connection, transaction
from django.utils import translation
from django.utils.translation import gettext_lazy

from outbox.models import Attachment, Message
from outbox.posting import Letter, OutsideTransactionError, post, post_many
from outbox.rendering import Reader


@transaction.atomic
def fail_after_posting(fields):
    """An action whose last step goes wrong."""
    post(**fields)
    return 1 / 0


@pytest.mark.django_db
def test_post_writes_one_waiting_row_with_the_final_words(letter, nudges):
    row = post(**letter())

    assert Message.objects.get() == row
    assert row.state == Message.State.WAITING
    assert row.due_at == row.created_at
    assert row.recipient == "jonas@acme.example"
    assert row.recipient_name == "Jonas Weber"
    assert row.subject == "Depot Control: two licenses end"
    assert "Hello Jonas,\n\nDepot Control ends Saturday 21 November" in row.text
    assert "<!doctype html>" in row.html
    assert row.audience == "a technical contact of Depot Control"


@pytest.mark.django_db
def test_why_somebody_is_told_is_noted_in_the_language_of_the_letter(letter, nudges):
    """Whoever posts it may speak another one."""
    reader = Reader(name="Élise Roux", language="fr")

    with translation.override("de"):
        row = post(**letter(reader=reader, audience=gettext_lazy("a company admin")))

    assert row.audience == "un administrateur de l’entreprise"


@pytest.mark.django_db
def test_posting_the_same_key_again_is_a_no_op(letter, nudges):
    first = post(**letter())

    again = post(**letter(context={"thing": "Something else"}))

    assert again is None
    assert Message.objects.get().subject == first.subject


@pytest.mark.django_db
def test_one_key_reaches_each_recipient_once(letter, nudges):
    post(**letter())

    assert post(**letter(to="lotte@acme.example")) is not None
    assert Message.objects.for_key("renewal:1").count() == 2


@pytest.mark.django_db(transaction=True)
def test_post_refuses_to_run_outside_a_transaction(letter):
    with pytest.raises(OutsideTransactionError):
        post(**letter())

    assert not Message.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_a_rolled_back_event_leaves_no_letter_and_no_nudge(letter, nudges):
    with pytest.raises(ZeroDivisionError):
        fail_after_posting(letter())

    assert not Message.objects.exists()
    assert nudges == []


@pytest.mark.django_db(transaction=True)
def test_many_letters_of_one_transaction_nudge_once(letter, nudges):
    with transaction.atomic():
        post(**letter(key="a"))
        with transaction.atomic():
            post(**letter(key="b"))
        post_many([Letter(**letter(key="c")), Letter(**letter(key="d"))])

    assert len(nudges) == 1


@pytest.mark.django_db(transaction=True)
def test_a_savepoint_rolled_back_takes_its_nudge_with_it(letter, nudges):
    with transaction.atomic():
        with pytest.raises(ZeroDivisionError):
            fail_after_posting(letter(key="a"))
        post(**letter(key="b"))

    assert [row.key for row in Message.objects.all()] == ["b"]
    assert len(nudges) == 1


@pytest.mark.django_db(transaction=True)
def test_a_repeated_letter_nudges_nobody(letter, nudges):
    with transaction.atomic():
        post(**letter())
    nudges.clear()

    with transaction.atomic():
        post(**letter())

    assert nudges == []


@pytest.mark.django_db(transaction=True)
def test_two_transactions_at_once_write_one_letter(letter, nudges):
    both_ready = Barrier(2)
    written = []

    def event():
        with transaction.atomic():
            both_ready.wait(timeout=10)
            written.append(post(**letter(attachments=[("a.ics", "text/plain", b"x")])))
        connection.close()

    threads = [Thread(target=event) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=20)

    assert sorted(row is None for row in written) == [False, True]
    assert Message.objects.count() == 1
    assert Attachment.objects.count() == 1


@pytest.mark.django_db
def test_the_reader_gets_their_own_zone(letter, nudges):
    tokyo = Reader(name="Aiko", language="en", time_zone="Asia/Tokyo")

    row = post(**letter(reader=tokyo))

    assert "Saturday 21 November 2026, 18:30" in row.text
    assert "Saturday 21 November 2026, 18:30" in row.html


@pytest.mark.django_db
def test_the_reader_gets_their_own_language(letter, nudges):
    german = Reader(name="Jonas", language="de", time_zone="Europe/Berlin")

    row = post(**letter(reader=german))

    assert "Samstag 21 November 2026, 10:30" in row.text
    assert '<html lang="de">' in row.html


@pytest.mark.django_db
def test_a_letter_without_a_reader_is_written_for_the_vendors_place(letter, nudges):
    row = post(**letter(reader=None))

    assert row.recipient_name == ""
    assert row.text.startswith("Hello,\n")
    assert "Saturday 21 November 2026, 10:30" in row.text


@pytest.mark.django_db
def test_a_newline_in_a_name_cannot_start_a_header(letter, nudges):
    row = post(
        **letter(
            context={"thing": "Depot\r\nBcc: everybody@evil.example"},
            reader=Reader(name="Jonas\nWeber"),
        )
    )

    assert row.subject == "Depot Bcc: everybody@evil.example: two licenses end"
    assert row.recipient_name == "Jonas Weber"


@pytest.mark.django_db
def test_text_is_plain_and_html_is_escaped(letter, nudges):
    row = post(**letter(context={"thing": "R&D <core>"}))

    assert row.subject == "R&D <core>: two licenses end"
    assert "R&D <core> ends" in row.text
    assert "R&amp;D &lt;core&gt; ends" in row.html
    assert "<core>" not in row.html


@pytest.mark.django_db
def test_attachments_are_kept_with_the_letter(letter, nudges):
    row = post(
        **letter(
            attachments=[("window.ics", "text/calendar; method=REQUEST", b"BEGIN")]
        )
    )

    [attachment] = row.attachments.all()
    assert attachment.filename == "window.ics"
    assert bytes(attachment.content) == b"BEGIN"


@pytest.mark.django_db
def test_a_letter_says_what_it_is_about(letter, nudges):
    about = post(**letter(key="a"))

    row = post(**letter(key="b", thing=about, about=about.pk))

    assert list(Message.objects.concerning(about)) == [row]
    assert list(Message.objects.about(about.pk)) == [row]


@pytest.mark.django_db
def test_letters_of_one_conversation_refer_to_each_other(letter, nudges):
    first = post(**letter(key="a", thread="ticket:1042"))
    second = post(**letter(key="b", thread="ticket:1042"))
    elsewhere = post(**letter(key="c", thread="ticket:1043"))

    root = first.references
    assert root.startswith("<")
    assert second.references == f"{root} {first.message_id}"
    assert second.in_reply_to == first.message_id
    assert root not in elsewhere.references


@pytest.mark.django_db
def test_who_joins_a_conversation_late_shares_its_root(letter, nudges):
    first = post(**letter(key="a", thread="ticket:1042"))

    late = post(**letter(key="b", to="lotte@acme.example", thread="ticket:1042"))

    assert late.references == first.references


@pytest.mark.django_db
def test_a_long_conversation_keeps_its_root_and_its_last_letters(letter, nudges):
    rows = [post(**letter(key=f"k{n}", thread="ticket:7")) for n in range(14)]

    chain = rows[-1].references.split()
    assert chain == [rows[0].references] + [row.message_id for row in rows[3:13]]


@pytest.mark.django_db
def test_the_message_id_looks_like_any_other_and_is_the_rows_own(letter, nudges):
    row = post(**letter())

    local, _, domain = row.message_id.strip("<>").partition("@")
    assert domain == "aldwick.example"
    assert local.replace(".", "") == row.pk.hex
    assert len(local) <= 64


@pytest.mark.django_db
def test_many_letters_are_written_in_bounded_batches(
    letter, nudges, django_assert_num_queries
):
    letters = (
        Letter(**letter(key="sweep", to=f"person{n}@acme.example")) for n in range(501)
    )

    with django_assert_num_queries(6):  # look, write, look back: twice
        assert post_many(letters) == 501

    assert Message.objects.for_key("sweep").count() == 501


@pytest.mark.django_db
def test_a_sweep_run_again_adds_nothing(letter, nudges):
    sweep = [Letter(**letter(to=f"p{n}@acme.example")) for n in range(3)]
    post_many(sweep[:2])

    assert post_many(sweep) == 1
    assert post_many(sweep) == 0


@pytest.mark.django_db
def test_a_letter_twice_in_one_sweep_is_written_once(letter, nudges):
    twin = letter(context={"thing": "The twin"})

    assert post_many([Letter(**letter()), Letter(**twin)]) == 1
    assert Message.objects.get().subject == "Depot Control: two licenses end"


@pytest.mark.django_db
def test_expiry_and_priority_are_kept(letter, nudges):
    until = datetime(2026, 12, 1, tzinfo=UTC)

    row = post(**letter(expires_at=until, priority=Message.Priority.URGENT))

    row.refresh_from_db()
    assert row.expires_at == until
    assert row.get_priority_display() == "Urgent"
