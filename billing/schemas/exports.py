"""What does the dictionary of tables look like on the wire?"""

from billing.schemas.wire import Wire


class ColumnOut(Wire):
    """A column and what it means."""

    column: str
    fr: str
    en: str


class DictionaryOut(Wire):
    """The columns of each table: those of lines (CSV, XLSX, Parquet), and of usage."""

    lines: list[ColumnOut]
    usage: list[ColumnOut]
