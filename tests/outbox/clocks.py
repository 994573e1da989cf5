"""A clock for tests: it stands still until it is moved."""

from datetime import UTC, datetime, timedelta

AT = datetime(2026, 11, 21, 9, 0, tzinfo=UTC)


class Clock:
    def __init__(self, at=AT):
        self.at = at

    def __call__(self):
        return self.at

    def forward(self, **time):
        self.at += timedelta(**time)
