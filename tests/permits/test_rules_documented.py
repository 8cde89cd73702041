"""The table of what is asked says exactly what is asked, of every application and in this order."""

from pathlib import Path

from permits.answers.algorithm import published
from permits.occupations import TERMS

DOCUMENT = Path(__file__).parents[2] / "docs" / "rules.md"


def test_the_table_names_every_rule_with_its_question_and_acts() -> None:
    table = [
        f"| {number} | `{each.code}` | {each.question['en']} | "
        f"{'the act of each zone, else ' if each.of_zones else ''}{' ; '.join(each.acts)} |"
        for number, each in enumerate(published(), start=1)
    ]

    written = DOCUMENT.read_text(encoding="utf-8").splitlines()

    assert [line for line in written if line.startswith("| ") and line[2].isdigit()] == table


def test_the_table_names_every_kind_of_occupation_with_its_layers_and_longest_use() -> None:
    table = [
        f"| `{kind}` | {', '.join(sorted(terms.layers))} | {terms.longest.days} | {terms.act} |"
        for kind, terms in TERMS.items()
    ]

    written = DOCUMENT.read_text(encoding="utf-8").splitlines()

    assert [line for line in written if line.startswith("| `")] == table
