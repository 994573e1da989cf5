"""What we accept about tickets, and what we refuse in words."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils.datastructures import MultiValueDict

from tests.factories.apps import ApplicationFactory, EnvironmentFactory
from tests.factories.companies import UserFactory
from tickets import opening
from tickets.forms import MAX_BYTES, NewTicketForm, ReplyForm, TicketFilter


def upload(name="a.log", size=3):
    file = SimpleUploadedFile(name, b"abc")
    file.size = size
    return file


def replied_with(*files, text="Here."):
    return ReplyForm({"text": text}, MultiValueDict({"files": list(files)}))


def test_a_reply_needs_words():
    form = replied_with(text="  ")

    assert form.errors["text"] == ["This field is required."]


def test_several_files_at_once():
    form = replied_with(upload("a.log"), upload("b.png"))

    assert form.is_valid()
    assert [file.name for file in form.cleaned_data["files"]] == ["a.log", "b.png"]


def test_no_file_is_no_files():
    form = replied_with()

    assert form.is_valid()
    assert form.cleaned_data["files"] == []


def test_exactly_twenty_megabytes_pass():
    """E31"""
    assert replied_with(upload(size=MAX_BYTES)).is_valid()


def test_a_byte_more_is_refused():
    """E31"""
    form = replied_with(upload("big.log", size=MAX_BYTES + 1))

    assert form.errors["files"] == [
        "big.log is larger than 20 MB. Send an excerpt or an archive."
    ]


def test_ten_files_pass_and_eleven_are_refused():
    assert replied_with(*[upload() for _ in range(10)]).is_valid()
    assert replied_with(*[upload() for _ in range(11)]).errors["files"] == [
        "Send 10 files at most. Put more into one archive."
    ]


@pytest.mark.parametrize("name", ["x.exe", "X.EXE", "report.pdf.js", "a.lnk"])
def test_programs_are_refused(name):
    """E31"""
    form = replied_with(upload(name))

    assert form.errors["files"] == [
        f"{name} is a program, which we do not take. Send logs or images."
    ]


@pytest.mark.parametrize("name", ["x.log", "x.png", "x.pdf", "x.zip", "exe", "x.json"])
def test_logs_images_and_archives_pass(name):
    assert replied_with(upload(name)).is_valid()


def test_every_form_carries_another_token():
    first, second = (ReplyForm()["form_token"].value() for _ in range(2))

    assert first != second


# A new ticket


def new_form(user, address=None, **changes):
    data = {
        "kind": "incident",
        "application": "",
        "subject": "Empty plans",
        "text": "Since 06:00.",
        "impact": "1",
        "urgency": "2",
    }
    offer = opening.offer_to(user, address or {})
    return NewTicketForm(data | changes, offer=offer)


def labels(field):
    return [str(label) for _value, label in field.choices]


def test_only_apps_one_may_see_can_be_chosen(fleet, depot, bob, dora):
    """TI-13, E32: Dora of Globex is on the team of one app of Acme."""
    assert new_form(bob, application=depot.pk).is_valid()
    assert "application" in new_form(dora, application=depot.pk).errors
    assert labels(new_form(dora).fields["application"]) == [
        "Choose the app",
        "Fleet Planner (On-Premises)",
        "No app, a general matter",
    ]


def test_offboarded_apps_cannot_be_chosen(bob):
    ApplicationFactory(company=bob.company, offboarded=True)

    assert labels(new_form(bob).fields["application"]) == [
        "Choose the app",
        "No app, a general matter",
    ]


def test_no_choice_is_refused_and_a_general_matter_must_be_said(fleet, bob):
    assert new_form(bob).errors["application"] == ["This field is required."]

    form = new_form(bob, application="general")
    assert form.is_valid()
    assert form.cleaned_data["application"] is None


def test_who_has_no_company_can_only_ask_about_an_app(fleet, stella):
    form = new_form(stella, application="general")

    assert "application" in form.errors


def test_environments_stand_under_their_apps(fleet, depot, bob):
    EnvironmentFactory(application=depot, name="test")

    choices = new_form(bob).fields["environment"].choices

    assert [group for group, _rows in list(choices)[1:]] == [
        "Depot Control",
        "Fleet Planner",
    ]


def test_an_environment_of_another_app_is_refused(fleet, depot, bob):
    environment = EnvironmentFactory(application=depot, name="test")

    form = new_form(bob, application=fleet.pk, environment=environment.pk)

    assert form.errors["environment"] == [
        "Depot Control, test is not an environment of the app you chose."
    ]


def test_an_environment_of_a_strange_app_is_no_choice(fleet, bob):
    strange = EnvironmentFactory()

    form = new_form(bob, application=fleet.pk, environment=strange.pk)

    assert "environment" in form.errors


def test_the_address_may_name_the_app(fleet, depot, bob):
    form = new_form(bob, {"application": str(fleet.pk)}, application=fleet.pk)

    assert labels(form.fields["application"]) == ["Fleet Planner (On-Premises)"]
    assert form.is_valid()


def test_the_team_of_the_app_may_be_kept_informed(fleet, bob, dora, charlie):
    address = {"application": str(fleet.pk)}

    form = new_form(bob, address, application=fleet.pk, followers=[dora.pk])
    strange = new_form(bob, address, application=fleet.pk, followers=[charlie.pk])

    assert form.is_valid()
    assert form.cleaned_data["followers"] == [dora]
    assert labels(form.fields["followers"]) == ["Dora Lind"]
    assert "followers" in strange.errors


def test_very_many_apps_are_searched_and_not_listed(bob, monkeypatch):
    monkeypatch.setattr(opening, "MOST_CHOICES", 2)
    bob.is_company_admin = True
    for name in ("Ares", "Billing", "Claims"):
        ApplicationFactory(company=bob.company, name=name)

    offer = opening.offer_to(bob, {})

    assert offer.must_search
    assert [app.name for app in offer.found("BILL")] == ["Billing"]
    assert [app.name for app in offer.found("")] == ["Ares", "Billing", "Claims"]


def test_very_many_environments_are_not_listed(fleet, bob, monkeypatch):
    monkeypatch.setattr(opening, "MOST_CHOICES", 2)
    for name in ("t1", "t2"):
        EnvironmentFactory(application=fleet, name=name)

    offer = opening.offer_to(bob, {})
    narrowed = opening.offer_to(bob, {"application": str(fleet.pk)})

    assert not offer.must_search
    assert list(offer.environments) == []
    assert len(narrowed.environments) == 3


def test_promises_are_those_of_the_apps_company(fleet, dora):
    """Dora's own company has no service level; Acme's app has Acme's."""
    at = fleet.ordered_at

    general = opening.offer_to(dora, {}).promises(at)
    about = opening.offer_to(dora, {"application": str(fleet.pk)})

    assert general == []
    # The license of the fixture covers 2026.
    shown = about.promises(at.replace(year=2026, month=6, day=1))
    assert [(p.response_words, p.resolution_words) for p in shown] == [
        ("30 min", "8 h"),
        ("2 h", "16 h"),
        ("8 h", "40 h"),
        ("16 h", ""),
    ]


def test_nothing_is_promised_to_an_unlicensed_company(depot, bob):
    """TI-09"""
    assert opening.offer_to(UserFactory(), {}).promises(depot.ordered_at) == []


# The filters of the list


@pytest.mark.parametrize(
    "address",
    [
        {"state": "nonsense"},
        {"kind": "nonsense"},
        {"priority": "9"},
        {"priority": "x"},
        {"application": "x"},
        {"q": "x" * 101},
    ],
)
def test_a_filter_that_makes_no_sense_is_left_out(address):
    form = TicketFilter(address)
    form.is_valid()

    assert not any(form.cleaned_data.get(name) for name in address)
