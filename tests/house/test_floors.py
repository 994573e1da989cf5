"""Imports go down, never sideways, never up."""

import ast
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
FLOORS = [
    {"outbox", "ui"},
    {"companies"},
    {"apps", "ideas", "status"},
    {"contacts"},
    {"licenses"},
    {"tickets", "operations"},
    {"portal"},
]
FLOOR_OF = {package: floor for floor, row in enumerate(FLOORS) for package in row}
SOURCES = [
    path
    for package in sorted(FLOOR_OF)
    for path in sorted((ROOT / package).rglob("*.py"))
    if "migrations" not in path.parts
]


def imported_packages(tree):
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name.split(".")[0] for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            yield node.module.split(".")[0]


@pytest.mark.parametrize("path", SOURCES, ids=lambda p: str(p.relative_to(ROOT)))
def test_imports_go_down(path):
    package = path.relative_to(ROOT).parts[0]
    imported = set(imported_packages(ast.parse(path.read_text())))

    wrong = {
        other
        for other in imported & FLOOR_OF.keys() - {package}
        if FLOOR_OF[other] >= FLOOR_OF[package]
    }

    assert not wrong


@pytest.mark.parametrize("path", SOURCES, ids=lambda p: str(p.relative_to(ROOT)))
def test_imports_stand_at_the_top(path):
    tree = ast.parse(path.read_text())

    inside = [
        node.lineno
        for function in ast.walk(tree)
        if isinstance(function, ast.FunctionDef | ast.AsyncFunctionDef)
        for node in ast.walk(function)
        if isinstance(node, ast.Import | ast.ImportFrom)
    ]

    assert not inside


@pytest.mark.parametrize("path", SOURCES, ids=lambda p: str(p.relative_to(ROOT)))
def test_files_and_functions_stay_small(path):
    source = path.read_text()

    long = [
        f"{node.name}: {node.end_lineno - node.lineno + 1} lines"
        for node in ast.walk(ast.parse(source))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
        and node.end_lineno - node.lineno >= 40
    ]

    assert not long
    assert source.count("\n") <= 400
