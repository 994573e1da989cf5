"""A missed tick is caught up; two workers at one errand do what one would have done.

For every errand of the table: its scene has waited for days, as if the clock had stood
still. One run does all of it. The same scene again, with two runs at the same moment
and a third one afterwards, leaves exactly the same traces: each letter once.
"""

from collections import Counter
from threading import Barrier, Thread

import pytest
from django.apps import apps
from django.core import mail
from django.db import connection
from django.utils import timezone
from django.utils.module_loading import import_string

from companies.models import ActivityEntry
from outbox.models import Message
from portal.schedule import ERRANDS
from tests.portal.errand_scenes import ALWAYS_THERE, IDLE, SCENES

pytestmark = pytest.mark.django_db(transaction=True)

OURS = [
    model
    for label in (
        "companies",
        "applications",
        "contacts",
        "licenses",
        "tickets",
        "operations",
        "outbox",
        "portal",
    )
    for model in apps.get_app_config(label).get_models()
]


@pytest.fixture(autouse=True)
def uploads(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path


def run(name):
    return import_string(ERRANDS[name].task)()


def run_twice_at_once(name):
    """Two workers, each with a connection of its own, begin together."""
    ready, figures, troubles = Barrier(2), [], []

    def work():
        try:
            ready.wait(timeout=20)
            figures.append(run(name))
        except Exception as trouble:
            troubles.append(trouble)
        finally:
            connection.close()

    workers = [Thread(target=work) for _number in range(2)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join(timeout=120)
    assert troubles == []
    return figures


def traces():
    """How many rows of everything, which letters, in which state, what was logged."""
    letters = Message.objects.order_by().values_list("template", "state", "blanked_at")
    return (
        Counter({model._meta.label: model.objects.count() for model in OURS})
        + Counter(
            f"letter {template} {state} {'blank' if blanked else ''}"
            for template, state, blanked in letters
        )
        + Counter(
            f"logged {verb}"
            for verb in ActivityEntry.objects.order_by().values_list("verb", flat=True)
        )
        + Counter({"arrived": len(mail.outbox)})
    )


def change(before, after):
    return {
        name: after[name] - before[name]
        for name in before.keys() | after.keys()
        if after[name] != before[name]
    }


def left(name):
    """What the errand says it would still do."""
    return {
        key: rows if isinstance(rows, int) else rows.count()
        for key, rows in import_string(ERRANDS[name].outlook)(timezone.now()).items()
        if key not in ALWAYS_THERE
    }


def test_every_errand_has_a_scene():
    assert SCENES.keys() == ERRANDS.keys(), "write its scene in errand_scenes.py"


@pytest.mark.parametrize("name", ERRANDS)
def test_what_was_missed_is_done_once_however_many_do_it(name):
    SCENES[name]()
    before = traces()
    expected = left(name)
    alone = run(name)
    done = change(before, traces())
    assert name in IDLE or any(alone.values()), "the scene gave it nothing to do"
    assert name in IDLE or not expected or any(expected.values())
    assert not any(left(name).values()), "one run does all that was missed"

    SCENES[name]()
    before = traces()
    run_twice_at_once(name)
    run(name)

    assert change(before, traces()) == done
    assert not any(left(name).values())


@pytest.mark.parametrize("name", ERRANDS)
def test_an_idle_errand_leaves_no_trace(name):
    before = traces()

    figures = run_twice_at_once(name)

    assert change(before, traces()) == {}
    assert not any(count for one in figures for count in one.values())
