"""Is the database brought to the shape this version expects, once and in order?"""

from concurrent.futures import ThreadPoolExecutor

import psycopg
import pytest

from octroi.migrate import ChangedMigration, FailedMigration, Migration, migrate, migrations

TABLE = Migration(name="zones/9001_table.sql", text="CREATE TABLE zones.thing (at date);")
COLUMN = Migration(name="zones/9002_column.sql", text="ALTER TABLE zones.thing ADD name text;")


def test_a_second_migration_finds_nothing_to_do(database_url: str) -> None:
    assert migrate(database_url) == []


def test_files_apply_in_the_order_of_packages_and_numbers() -> None:
    names = [migration.name for migration in migrations()]

    packages = [name.split("/")[0] for name in names]
    order = ["zones", "permits", "telemetry", "billing"]
    assert packages == sorted(packages, key=order.index)
    assert names == sorted(names, key=lambda name: (order.index(name.split("/")[0]), name))


def test_only_new_files_are_applied(database_url: str) -> None:
    assert migrate(database_url, [TABLE]) == [TABLE.name]
    assert migrate(database_url, [TABLE, COLUMN]) == [COLUMN.name]


def test_a_file_changed_after_it_was_applied_is_refused(database_url: str) -> None:
    migrate(database_url, [TABLE])
    changed = Migration(name=TABLE.name, text="CREATE TABLE zones.other (at date);")

    with pytest.raises(ChangedMigration, match=r"zones/9001_table\.sql changed"):
        migrate(database_url, [changed])


def test_a_failing_file_leaves_nothing_behind(database_url: str) -> None:
    broken = Migration(name="zones/9003_broken.sql", text=f"{TABLE.text} SELECT nonsense;")

    with pytest.raises(FailedMigration, match=r"zones/9003_broken\.sql failed.*nonsense"):
        migrate(database_url, [broken])

    with psycopg.connect(database_url) as connection:
        assert connection.execute("SELECT to_regclass('zones.thing')").fetchone() == (None,)
    assert migrate(database_url, [TABLE]) == [TABLE.name]


def test_two_octrois_starting_together_apply_each_file_once(database_url: str) -> None:
    wanted = [TABLE, COLUMN]

    with ThreadPoolExecutor(4) as threads:
        applied = list(threads.map(lambda _: migrate(database_url, wanted), range(4)))

    assert [name for names in applied for name in names] == [TABLE.name, COLUMN.name]


def test_a_percent_sign_in_a_file_is_only_text(database_url: str) -> None:
    percent = Migration(name="zones/9004_percent.sql", text="SELECT '100 %s', 7 % 3;")

    assert migrate(database_url, [percent]) == [percent.name]
