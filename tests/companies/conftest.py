import pytest
from django.core.cache import cache


@pytest.fixture(autouse=True)
def _nobody_tried_before():
    """Rate limits live in the shared cache, longer than one test."""
    cache.clear()
