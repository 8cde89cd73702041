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
    yield from long_and_short_days()
    hour = box(2.332, 48.856, 2.334, 48.858)
    for name, start, end in (
        ("the hour that comes twice, first", "2026-10-25T00:00:00Z", "2026-10-25T00:30:00Z"),
        ("the hour that comes twice, again", "2026-10-25T01:30:00Z", "2026-10-25T02:00:00Z"),
        ("after the hour that comes twice", "2026-10-25T02:00:00Z", "2026-10-25T02:30:00Z"),
        ("the hour that never comes", "2027-03-28T00:30:00Z", "2027-03-28T01:59:00Z"),
        ("the night after", "2027-03-29T00:00:00Z", "2027-03-29T00:10:00Z"),
    ):
        yield name, flight(hour, times=(start, end))


def long_and_short_days() -> Iterator[Row]:
    """Yield questions about Sundays of 25 and 23 hours, and about places at one minute."""
    sunday, hour, night = (2.380, 48.857), (2.333, 48.857), (2.318, 48.857)
    for name, place, minute in (
        ("before the Sunday of 25 hours", sunday, "2026-10-24T21:59:00Z"),
        ("its first minute", sunday, "2026-10-24T22:00:00Z"),
        ("its last minute", sunday, "2026-10-25T22:59:00Z"),
        ("the Monday after it", sunday, "2026-10-25T23:00:00Z"),
        ("before the Sunday of 23 hours", sunday, "2027-03-27T22:59:00Z"),
        ("the first minute of 23 hours", sunday, "2027-03-27T23:00:00Z"),
        ("the last minute of 23 hours", sunday, "2027-03-28T21:59:00Z"),
        ("the Monday after 23 hours", sunday, "2027-03-28T22:00:00Z"),
        ("October, 01:59", hour, "2026-10-24T23:59:00Z"),
        ("October, 02:00 for the first time", hour, "2026-10-25T00:00:00Z"),
        ("October, 02:59 for the second time", hour, "2026-10-25T01:59:00Z"),
        ("October, 03:00", hour, "2026-10-25T02:00:00Z"),
        ("March, 01:59", hour, "2027-03-28T00:59:00Z"),
        ("March, 03:00 after 01:59", hour, "2027-03-28T01:00:00Z"),
        ("October, 02:29 for the second time", night, "2026-10-25T01:29:00Z"),
        ("October, 02:30 for the second time", night, "2026-10-25T01:30:00Z"),
        ("March, 03:00, long past 02:30", night, "2027-03-28T01:00:00Z"),
    ):
        yield f"at one minute: {name}", {**spot(*place), **during(minute, minute)}
    square = box(2.377, 48.856, 2.383, 48.859)
    for name, start, end in (
        ("a Saturday until the 25 hours", "2026-10-24T10:00:00Z", "2026-10-24T22:00:00Z"),
        ("the 25th hour", "2026-10-25T22:00:00Z", "2026-10-25T23:00:00Z"),
        ("a Monday after 25 hours", "2026-10-25T23:00:00Z", "2026-10-26T10:00:00Z"),
        ("a Monday after 23 hours", "2027-03-28T22:00:00Z", "2027-03-29T10:00:00Z"),
        ("the 23rd hour", "2027-03-28T21:00:00Z", "2027-03-28T22:00:00Z"),
    ):
        yield name, flight(square, times=(start, end))
