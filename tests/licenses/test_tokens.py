"""Tokens of the licensing API: made by staff, shown once, revoked."""

from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.urls import reverse

from licenses import actions
from licenses.models import ApiToken

pytestmark = pytest.mark.django_db
Kind = ApiToken.Kind


def make(stella, at, kind=Kind.ADMIN, **facts):
    return actions.make_token(kind=kind, name="CI", by=stella, at=at, **facts)


@pytest.mark.parametrize(
    ("kind", "length"), [("admin", 72), ("prod", 71), ("activ", 40)]
)
def test_the_text_says_what_it_is_and_lies_nowhere(
    stella, at, production, depot, kind, length
):
    about = {"prod": {"application": depot}, "activ": {"license": production}}

    token, text = make(stella, at, kind=kind, **about.get(kind, {}))

    assert text.startswith(f"{kind}-")
    assert text.endswith("v3")
    assert len(text) == length
    assert text not in str(ApiToken.objects.values().get())
    assert ApiToken.objects.by_text(text).get() == token


@pytest.mark.parametrize(
    ("kind", "about"), [("admin", True), ("prod", False), ("activ", False)]
)
def test_a_token_is_for_what_its_kind_says(stella, at, depot, kind, about):
    with pytest.raises(ValidationError, match="Choose an app"):
        make(stella, at, kind=kind, application=depot if about else None)


@pytest.mark.parametrize("who", ["alice", "bob"])
def test_customers_make_no_token(request, at, who):
    with pytest.raises(PermissionDenied):
        make(request.getfixturevalue(who), at)


def test_a_token_that_has_ended_is_not_made(stella, at):
    with pytest.raises(ValidationError, match="in the future"):
        make(stella, at, expires_at=at)


def test_a_token_is_good_until_it_ends_is_revoked_or_its_maker_leaves(stella, at):
    token, _text = make(stella, at, expires_at=at + timedelta(hours=1))
    assert ApiToken.objects.good(at).get() == token
    assert not ApiToken.objects.good(at + timedelta(hours=1)).exists()

    stella.is_active = False
    stella.save()
    assert not ApiToken.objects.good(at).exists()


def test_revoke_token_ends_it_once(stella, at):
    token, _text = make(stella, at)

    actions.revoke_token(token=token, by=stella, at=at)
    actions.revoke_token(token=token, by=stella, at=at + timedelta(hours=1))

    token.refresh_from_db()
    assert token.revoked_at == at
    assert not token.is_good(at)


def test_its_use_is_noted_once_an_hour(stella, at, django_assert_num_queries):
    token, _text = make(stella, at)
    actions.note_use(token, at=at)
    token.refresh_from_db()
    assert token.last_used_at == at

    with django_assert_num_queries(0):
        actions.note_use(token, at=at + timedelta(minutes=59))


def test_the_desk_shows_a_token_once(client, stella):
    client.force_login(stella)

    shown = client.post(
        reverse("admin:licenses_apitoken_add"), {"name": "CI", "kind": "admin"}
    )

    assert shown.status_code == 200
    token = ApiToken.objects.get()
    text = shown.context["text"]
    assert text in shown.content.decode()
    assert ApiToken.objects.by_text(text).get() == token
    assert "no-store" in shown.headers["Cache-Control"]
    again = client.get(reverse("admin:licenses_apitoken_change", args=[token.pk]))
    assert text not in again.content.decode()


def test_the_desk_revokes_tokens(client, stella, at):
    token, _text = make(stella, at)
    client.force_login(stella)

    client.post(
        reverse("admin:licenses_apitoken_changelist"),
        {"action": "revoke", "_selected_action": [token.pk]},
    )

    token.refresh_from_db()
    assert token.revoked_at
