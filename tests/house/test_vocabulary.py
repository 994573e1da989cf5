"""Views and forms fetch rows only through the words that know who is asking."""

import ast
from pathlib import Path

import pytest

from tests.house.test_floors import ROOT, SOURCES

# Staff pages of the admin and programs without a person in front of them.
WITHOUT_A_READER = {
    "operations/forms.py": "the admin's form; vendor staff see every environment",
    "portal/health.py": "machines ask; no rows leave",
    "portal/runs.py": "what the workers did; no customer's data",
    "portal/scaling.py": "makes rows for measurements",
    "portal/apps.py": "no rows",
    "portal/versions.py": "the platform's releases belong to no company",
}
DOORS = {"views.py", "forms.py"}


def is_under_the_law(path):
    relative = path.relative_to(ROOT)
    if str(relative) in WITHOUT_A_READER or "management" in relative.parts:
        return False
    if "admin" in path.name or "demo" in relative.parts:
        return False
    return (
        path.name in DOORS or "views" in relative.parts or relative.parts[0] == "portal"
    )


def unguarded_queries(path):
    """Lines with `.objects` that ask neither `visible_to` nor `fetch_visible`."""
    tree = ast.parse(path.read_text())
    parents = {
        child: node for node in ast.walk(tree) for child in ast.iter_child_nodes(node)
    }
    for node in ast.walk(tree):
        is_manager = isinstance(node, ast.Attribute) and node.attr == "objects"
        if is_manager and not _is_guarded(node, parents):
            yield node.lineno


def _is_guarded(node, parents):
    while node in parents and not isinstance(node, ast.stmt):
        if isinstance(node, ast.Attribute) and node.attr == "visible_to":
            return True
        if isinstance(node, ast.Call) and "fetch_" in ast.unparse(node.func):
            return True
        node = parents[node]
    return False


@pytest.mark.parametrize(
    "path",
    [path for path in SOURCES if is_under_the_law(path)],
    ids=lambda path: str(path.relative_to(ROOT)),
)
def test_rows_are_fetched_for_somebody(path):
    assert list(unguarded_queries(path)) == []


def test_the_exceptions_exist():
    missing = [name for name in WITHOUT_A_READER if not (ROOT / name).exists()]

    assert missing == []


def test_the_law_sees_an_unguarded_query(tmp_path):
    source = Path(tmp_path / "views.py")
    source.write_text(
        "rows = Ticket.objects.filter(pk=1)\nmine = T.objects.visible_to(u)"
    )

    assert list(unguarded_queries(source)) == [1]


def test_mail_leaves_only_through_the_outbox():
    """One way out of the house."""
    senders = ("send_mail(", "EmailMessage(", "mail_admins(", "send_messages(")

    found = [
        str(path.relative_to(ROOT))
        for path in SOURCES
        if path.relative_to(ROOT).parts[0] != "outbox"
        and any(
            word in path.read_text().replace("def send_mail(", "") for word in senders
        )
    ]

    assert found == []


def test_tasks_are_called_only_by_the_clock_and_the_outbox():
    """A `.delay(` elsewhere is a lost job in waiting."""
    found = [
        str(path.relative_to(ROOT))
        for path in SOURCES
        if path.relative_to(ROOT).parts[0] != "outbox"
        and any(word in path.read_text() for word in (".delay(", ".apply_async("))
    ]

    assert found == []


def test_no_signals_and_no_save_overrides_on_models():
    found = [
        str(path.relative_to(ROOT))
        for path in SOURCES
        if "django.dispatch" in path.read_text()
        or "models.signals" in path.read_text()
        or ("models" in path.stem and "    def save(self" in path.read_text())
    ]

    assert found == []
