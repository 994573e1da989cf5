"""The yardstick: what Django itself does for one signed-in page of fifty rows.

One file, no code of the portal: default middleware, a session and a person from the
database, one company by its key, fifty rows by an indexed foreign key, a template that
extends a base. Our pages are quoted as a ratio to this page, measured in the same run.

    python bench/_yardstick.py         creates the tables and rows, prints a session key
    gunicorn bench._yardstick:application
"""

import os
from datetime import date, timedelta

import django
import environ
from django.conf import settings

COMPANIES = 2_000
ROWS = 50
NAV = "".join(f'<li><a href="/part/{n}/">Part {n}</a></li>' for n in range(12))
BASE = (
    "<!doctype html><html><head><title>{% block title %}{% endblock %}</title></head>"
    f"<body><nav><ul>{NAV}</ul>"
    "{% if user.is_authenticated %}<b>{{ user.username }}</b>{% endif %}</nav>"
    "{% for message in messages %}<p>{{ message }}</p>{% endfor %}"
    "<main>{% block main %}{% endblock %}</main></body></html>"
)
PAGE = (
    '{% extends "base.html" %}{% block title %}{{ company.name }}{% endblock %}'
    "{% block main %}<h1>{{ company.name }}</h1><table><thead><tr><th>Name</th>"
    "<th>Kind</th><th>State</th><th>Contact</th><th>Seats</th><th>Ends</th></tr>"
    "</thead><tbody>{% for item in items %}"
    '<tr><td><a href="/items/{{ item.id }}/">{{ item.name }}</a></td>'
    "<td>{{ item.kind }}</td><td>{{ item.state }}</td><td>{{ item.contact }}</td>"
    '<td>{{ item.seats }}</td><td>{{ item.ends_on|date:"Y-m-d" }}</td></tr>'
    "{% endfor %}</tbody></table>{% endblock %}"
)
MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
]
PROCESSORS = [
    "django.template.context_processors.request",
    "django.contrib.auth.context_processors.auth",
    "django.contrib.messages.context_processors.messages",
]

settings.configure(
    SECRET_KEY=os.environ["SECRET_KEY"],
    ALLOWED_HOSTS=["127.0.0.1"],
    ROOT_URLCONF=__name__,
    USE_TZ=True,
    DEFAULT_AUTO_FIELD="django.db.models.BigAutoField",
    MIDDLEWARE=MIDDLEWARE,
    INSTALLED_APPS=[
        "django.contrib.auth",
        "django.contrib.contenttypes",
        "django.contrib.sessions",
        "django.contrib.messages",
    ],
    DATABASES={
        "default": environ.Env.db_url_config(os.environ["YARDSTICK_DATABASE_URL"])
        | {"CONN_MAX_AGE": None}
    },
    TEMPLATES=[
        {
            "BACKEND": "django.template.backends.django.DjangoTemplates",
            "OPTIONS": {
                "context_processors": PROCESSORS,
                "loaders": [
                    (
                        "django.template.loaders.cached.Loader",
                        [
                            (
                                "django.template.loaders.locmem.Loader",
                                {"base.html": BASE, "page.html": PAGE},
                            )
                        ],
                    )
                ],
            },
        }
    ],
)
django.setup()

from django.contrib.auth.decorators import login_required  # noqa: E402
from django.contrib.auth.models import User  # noqa: E402
from django.contrib.sessions.backends.db import SessionStore  # noqa: E402
from django.core.management import call_command  # noqa: E402
from django.core.wsgi import get_wsgi_application  # noqa: E402
from django.db import connection, models  # noqa: E402
from django.http import HttpRequest, HttpResponse  # noqa: E402
from django.shortcuts import render  # noqa: E402
from django.urls import path  # noqa: E402


class Company(models.Model):
    """One of the two thousand."""

    name = models.CharField(max_length=100)

    class Meta:
        app_label = "yardstick"

    def __str__(self) -> str:
        return self.name


class Item(models.Model):
    """One of a company's fifty rows."""

    company = models.ForeignKey(Company, models.CASCADE)
    name = models.CharField(max_length=100)
    kind = models.CharField(max_length=20)
    state = models.CharField(max_length=20)
    contact = models.EmailField()
    seats = models.IntegerField()
    ends_on = models.DateField()

    class Meta:
        app_label = "yardstick"

    def __str__(self) -> str:
        return self.name


@login_required
def page(request: HttpRequest, pk: int) -> HttpResponse:
    company = Company.objects.get(pk=pk)
    items = Item.objects.filter(company_id=pk).order_by("id")[:ROWS]
    return render(request, "page.html", {"company": company, "items": items})


urlpatterns = [path("page/<int:pk>/", page)]
application = get_wsgi_application()


def fill() -> str:
    """Make the tables and rows; returns the key of a signed-in session."""
    call_command("migrate", verbosity=0)
    with connection.schema_editor() as editor:
        editor.create_model(Company)
        editor.create_model(Item)
    Company.objects.bulk_create(Company(name=f"Company {n}") for n in range(COMPANIES))
    start = date(2026, 1, 1)
    Item.objects.bulk_create(
        (
            Item(
                company_id=1 + n % COMPANIES,
                name=f"Item {n}",
                kind="license",
                state="active",
                contact=f"person{n}@example.com",
                seats=n % 500,
                ends_on=start + timedelta(days=n % 900),
            )
            for n in range(COMPANIES * ROWS)
        ),
        batch_size=5_000,
    )
    user = User.objects.create_user("yardstick")
    session = SessionStore()
    session["_auth_user_id"] = str(user.pk)
    session["_auth_user_backend"] = "django.contrib.auth.backends.ModelBackend"
    session["_auth_user_hash"] = user.get_session_auth_hash()
    session.create()
    return session.session_key


if __name__ == "__main__":
    print(fill())
