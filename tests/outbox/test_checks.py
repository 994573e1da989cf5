"""What is asked of the settings before anything is sent or forgotten."""

import pytest
from django.core.checks import run_checks

from outbox.checks import FEWEST


@pytest.mark.parametrize("name", FEWEST)
@pytest.mark.parametrize(("below", "faults"), [(0, 0), (1, 1)])
def test_a_number_that_makes_no_sense_is_a_fault_at_start(
    settings, name, below, faults
):
    """Letters would go twice, or be put off for ever, or lose their words at once."""
    setattr(settings, name, FEWEST[name] - below)

    found = [one for one in run_checks() if one.id == "outbox.E006"]

    assert len(found) == faults
    assert all(name in one.msg for one in found)
