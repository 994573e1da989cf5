from companies import zones


def offered(choices):
    return [value for _area, places in choices for value, _place in places]


def test_everything_offered_works_and_comes_once():
    names = offered(zones.by_area())

    assert set(names) <= zones.known()
    assert len(names) == len(set(names)) > 300


def test_places_are_read_as_people_write_them():
    america = dict(dict(zones.by_area())["America"])

    assert america["America/New_York"] == "New York"
    assert america["America/Argentina/Buenos_Aires"] == "Argentina, Buenos Aires"


def test_older_spellings_are_not_offered_but_kept():
    assert "US/Eastern" not in offered(zones.by_area())
    assert "US/Eastern" in offered(zones.including("US/Eastern"))
    assert zones.including("UTC") == zones.by_area()
