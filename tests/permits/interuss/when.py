"""Questions about hours: schedules, dates, and the nights with 23 and 25 hours."""

from collections.abc import Iterator

from tests.permits.interuss.asking import Row, box, during, flight, spot


def schedules() -> Iterator[Row]:
    school = box(2.302, 48.856, 2.304, 48.858)
    for name, start, end in (
        ("a Tuesday morning", "2026-12-01T07:00:00Z", "2026-12-01T09:00:00Z"),
        ("a Tuesday before school", "2026-12-01T06:00:00Z", "2026-12-01T07:30:00Z"),
        ("a Tuesday into school by a minute", "2026-12-01T06:00:00Z", "2026-12-01T07:31:00Z"),
        ("a Tuesday after school", "2026-12-01T15:30:00Z", "2026-12-01T17:00:00Z"),
        ("a summer Tuesday at half past six", "2026-07-07T06:30:00Z", "2026-07-07T06:40:00Z"),
        ("a winter Tuesday at half past six", "2026-12-01T06:30:00Z", "2026-12-01T06:40:00Z"),
        ("a Saturday", "2026-12-05T08:00:00Z", "2026-12-05T16:00:00Z"),
        ("a week-end", "2026-12-04T15:30:00Z", "2026-12-07T07:30:00Z"),
        ("a week-end and a minute", "2026-12-04T15:30:00Z", "2026-12-07T07:31:00Z"),
        ("from a Friday evening on", "2026-12-04T17:00:00Z", None),
        ("at any time", None, None),
    ):
        yield name, flight(school, times=(start, end))
    place = (2.303, 48.857)
    for name, after, before in (
        ("in the school's hours", "2026-12-01T09:00:00Z", "2026-12-01T10:00:00Z"),
        ("at the school's first minute", "2026-12-01T07:00:00Z", "2026-12-01T07:30:00Z"),
        ("short of the school's first minute", "2026-12-01T07:00:00Z", "2026-12-01T07:29:00Z"),
        ("at the school's end", "2026-12-01T15:30:00Z", "2026-12-01T15:30:00Z"),
        ("a minute before the school's end", "2026-12-01T15:29:00Z", "2026-12-01T15:29:00Z"),
    ):
        yield name, {**spot(*place), **during(after, before)}
    yield (
        "a flight cut short of school",
        {
            **flight(school, times=("2026-12-01T06:00:00Z", "2026-12-01T09:00:00Z")),
            **during(None, "2026-12-01T07:00:00Z"),
        },
    )
    feast = box(2.347, 48.856, 2.349, 48.858)
    for name, start, end in (
        ("the day before the feast", "2026-12-04T07:00:00Z", "2026-12-05T07:00:00Z"),
        ("the feast's first minute", "2026-12-05T06:00:00Z", "2026-12-05T07:01:00Z"),
        ("the feast's night", "2026-12-06T00:30:00Z", "2026-12-06T03:00:00Z"),
        ("after the feast", "2026-12-06T01:00:00Z", "2026-12-06T03:00:00Z"),
        ("long after the feast", "2027-06-01T00:00:00Z", None),
        ("until the feast", None, "2026-12-05T07:00:00Z"),
    ):
        yield name, flight(feast, times=(start, end))
    coming = box(2.362, 48.856, 2.364, 48.858)
    for name, start, end in (
        ("the last hour of a year", "2026-12-31T22:00:00Z", "2026-12-31T23:00:00Z"),
        ("over the turn of a year", "2026-12-31T22:00:00Z", "2027-01-01T00:00:00Z"),
        ("whenever it is in force", None, None),
    ):
        yield name, flight(coming, times=(start, end))


def dst_nights() -> Iterator[Row]:
    night = box(2.317, 48.856, 2.319, 48.858)
    for name, start, end in (
        (
            "October, before 02:30 comes twice",
            "2026-10-24T23:00:00Z",
            "2026-10-25T00:10:00Z",
        ),
        (
            "October, 02:10 for the first time",
            "2026-10-25T00:10:00Z",
            "2026-10-25T00:20:00Z",
        ),
        (
            "October, 02:40 for the first time",
            "2026-10-25T00:40:00Z",
            "2026-10-25T00:50:00Z",
        ),
        (
            "October, 02:10 for the second time",
            "2026-10-25T01:10:00Z",
            "2026-10-25T01:20:00Z",
        ),
        (
            "October, 02:40 for the second time",
            "2026-10-25T01:40:00Z",
            "2026-10-25T01:50:00Z",
        ),
        (
            "March, its last minute of winter",
            "2027-03-28T00:59:00Z",
            "2027-03-28T01:00:00Z",
        ),
        ("March, when 02:30 never comes", "2027-03-28T01:00:00Z", "2027-03-28T02:00:00Z"),
        ("an ordinary Sunday at 02:29", "2026-11-15T01:29:00Z", "2026-11-15T01:30:00Z"),
        ("an ordinary Sunday at 02:30", "2026-11-15T01:30:00Z", "2026-11-15T01:40:00Z"),
        ("an ordinary Saturday at 02:29", "2026-11-14T01:00:00Z", "2026-11-14T01:29:00Z"),
    ):
        yield name, flight(night, times=(start, end))
    hour = box(2.332, 48.856, 2.334, 48.858)
    for name, start, end in (
        ("the hour that comes twice, first", "2026-10-25T00:00:00Z", "2026-10-25T00:30:00Z"),
        ("the hour that comes twice, again", "2026-10-25T01:30:00Z", "2026-10-25T02:00:00Z"),
        ("after the hour that comes twice", "2026-10-25T02:00:00Z", "2026-10-25T02:30:00Z"),
        ("the hour that never comes", "2027-03-28T00:30:00Z", "2027-03-28T01:59:00Z"),
        ("the night after", "2027-03-29T00:00:00Z", "2027-03-29T00:10:00Z"),
    ):
        yield name, flight(hour, times=(start, end))
