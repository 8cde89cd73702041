"""Claims become titles of the accountant's: the same money, under codes, against a debtor."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from billing.export.pes import codes, slips
from billing.export.pes.codes import InvalidCodes
from billing.export.pes.debtors import WIDTH, UnwritableDebtor, debtor, shortened
from billing.export.pes.slips import Days, NoTitle, Origin
from billing.model import Invoice
from billing.money import total
from tests.billing.pes.accountant import CODES, booked, days, file
from tests.billing.samples import ALADIN, NOVEMBER, credit_note, invoice, visit

COMPANY = ("50", "03")
CLAIM = invoice()


def issued(number: str, at: datetime) -> Invoice:
    return replace(CLAIM, number=number, issued_at=at)


def test_a_claim_is_a_title_of_its_number_with_a_line_for_each_imputation() -> None:
    claimed = invoice()

    (slip,) = slips.slips([claimed], [], booked(), days([claimed], []))

    (title,) = slip.titles
    assert (slip.kind, slip.exercise, slip.number) == (("01", "01", "01"), 2026, 1)
    assert title.number == 1
    assert title.told == "DEMONSTRATION - Redevances P-2026-000001, octobre 2026"
    assert [(each.imputation.nature, each.amount) for each in title.lines] == [
        ("70323", Decimal("3.50")),
        ("70328", Decimal("35.00")),
    ]


def test_lines_under_one_imputation_are_one_line_of_the_title() -> None:
    claimed, one = invoice(), codes.read(CODES.partition("[tariff")[0])

    (slip,) = slips.slips([claimed], [], one, days([claimed], []))

    (line,) = slip.titles[0].lines
    assert line.amount == claimed.total


def test_a_credit_note_lowers_the_line_of_its_imputation() -> None:
    claimed = invoice()
    note = credit_note(claimed, {2: Decimal("5.00")})

    told = slips.slips([claimed], [note], booked(), days([claimed], [note]))

    (title,) = told[1].titles
    assert told[1].kind == ("02", "02", "06")
    (line,) = title.lines
    assert (line.amount, line.origin) == (Decimal("5.00"), Origin(exercise=2026, title=1, line=2))
    assert "Double facturation" in title.told


@given(st.dictionaries(st.sampled_from([1, 2]), st.integers(1, 350), min_size=1))
def test_slips_hold_to_the_cent_what_was_claimed_and_credited(cents: dict[int, int]) -> None:
    claimed = CLAIM
    note = credit_note(claimed, {line: Decimal(many) / 100 for line, many in cents.items()})

    told = slips.slips([claimed], [note], booked(), days([claimed], [note]))

    assert [each.amount for each in told] == [claimed.total, note.total]


@given(st.sets(st.integers(0, 363), min_size=1, max_size=12))
def test_slips_are_numbered_by_days_of_issue_from_one_without_a_gap(offsets: set[int]) -> None:
    first = datetime(2026, 1, 1, 12, tzinfo=UTC)
    claimed = [
        issued(f"P-2026-{place:06d}", first + timedelta(days=offset))
        for place, offset in enumerate(sorted(offsets), start=1)
    ]

    told = slips.slips(claimed, [], booked(), days(claimed, []))

    assert [each.number for each in told] == list(range(1, len(offsets) + 1))
    # A later month told alone has the numbers it had.
    late = slips.slips(claimed[-1:], [], booked(), days(claimed, []))
    assert late == told[-1:]


def test_midnight_in_the_city_parts_days_and_years() -> None:
    before, after = (datetime(2026, 12, 31, hour, 30, tzinfo=UTC) for hour in (22, 23))
    claimed = [issued("P-2026-000009", before), issued("P-2027-000001", after)]

    told = slips.slips(claimed, [], booked(), days(claimed, []))

    assert [(each.exercise, each.number) for each in told] == [(2026, 1), (2027, 1)]


def test_a_credit_on_a_closed_year_is_no_title_and_says_what_it_is() -> None:
    claimed = issued("P-2025-000001", NOVEMBER - timedelta(days=365))
    note = credit_note(claimed)

    with pytest.raises(NoTitle, match=r"A-2026-000001: it credits P-2025-000001 of 2025, a closed"):
        slips.slips([], [note], booked(), days([], [note]))


def test_what_is_not_in_euros_or_below_zero_or_a_draft_is_no_title() -> None:
    dollars = replace(invoice(), currency="USD")
    (first, *others) = invoice().lines
    below = replace(invoice(), lines=(replace(first, amount=Decimal(-1)), *others))
    draft = replace(invoice(), issued_at=None)

    for wrong, reason in ((dollars, "in USD"), (below, "-1.00, below zero"), (draft, "no claim")):
        with pytest.raises(NoTitle, match=reason):
            slips.slips([wrong], [], booked(), Days(invoices=(), notes=()))


def test_the_same_claims_are_the_same_file() -> None:
    claimed = invoice(visit("a"), visit("b"))

    assert file([claimed], [credit_note(claimed)]) == file([claimed], [credit_note(claimed)])


@pytest.mark.parametrize(
    ("change", "told"),
    [
        (('post = "075001"', ""), "post: it is missing"),
        (('post = "075001"', 'post = "75"'), "post: '75' is none"),
        (('"21750001600019"', '"21750001600018"'), "siret: 21750001600018 is no SIRET"),
        (('budget = "00"', "budget = 0"), "budget: 0 is none"),
        (('product = "0501"', 'product = "0000"'), "imputation.product: '0000' is none"),
        (('nature = "70323"', 'account = "70323"'), "imputation.account: nothing is called so"),
        (("[tariff.air-permit]", "[layer.sky]"), "layer.sky: nothing is called so"),
        (("[tariff.air-permit]", "[debtor.aladin]"), "debtor.aladin.function: nothing is"),
        (("[imputation]", "[imputation"), "are not valid TOML"),
        (("[imputation]", "debtor = 3\n[imputation]"), "debtor: a table of tables"),
        (("[imputation]", "debtor.x = 3\n[imputation]"), "debtor.x: a table with category"),
        (("[imputation]", "layer.air = 3\n[imputation]"), "layer.air: a table with product"),
    ],
)
def test_codes_that_are_missing_or_cannot_be_are_refused_by_name(
    change: tuple[str, str], told: str
) -> None:
    with pytest.raises(InvalidCodes, match=told.replace("[", r"\[")):
        codes.read(CODES.replace(*change))


def test_a_line_under_no_code_is_refused_by_its_tariff() -> None:
    alone = codes.read(CODES.replace("[imputation]", "[layer.river]"))

    with pytest.raises(InvalidCodes, match=r"tariff.air-minute: neither it, nor its layer"):
        alone.imputation(invoice().lines[0])


def test_a_layer_s_codes_come_before_those_of_all_the_rest() -> None:
    own = codes.read(CODES + '[layer.air]\nproduct = "0503"\nnature = "7038"\n')

    assert [own.imputation(each).product for each in invoice().lines] == ["0503", "0502"]


def test_a_public_body_is_a_company_for_nobody_until_its_kind_is_told() -> None:
    region = replace(ALADIN, siren="237500079")

    assert booked().debtor(ALADIN) == COMPANY
    with pytest.raises(InvalidCodes, match=r"debtor.aladin: SIREN 237500079 is of a public body"):
        booked().debtor(region)
    told = codes.read(CODES + '[debtor.aladin]\ncategory = "21"\nnature = "09"\n')
    assert told.debtor(region) == ("21", "09")


@given(st.text(max_size=90), st.from_regex(r"[^,\n]{1,60}, [0-9]{5} [^,\n]{1,40}", fullmatch=True))
def test_a_debtor_is_written_in_lines_of_an_envelope_or_refused(name: str, address: str) -> None:
    try:
        told = debtor(replace(ALADIN, name=name, address=address), COMPANY)
    except UnwritableDebtor:
        return
    for line in (*told.name, *told.street, told.town):
        assert 1 <= len(line) <= WIDTH
        assert line.isascii()
        assert line == line.upper()


def test_a_debtor_keeps_every_word_of_its_name_and_street_that_fits() -> None:
    told = debtor(
        replace(
            ALADIN,
            name="Société d'exploitation des œuvres fluviales de l'Île-Saint-Denis",
            address="Bâtiment C, 128 bis avenue du Général-de-Gaulle, 75011 Paris",
            siret="73282932000074",
        ),
        COMPANY,
    )

    assert told.name == ("SOCIETE D'EXPLOITATION DES OEUVRES", "FLUVIALES DE L'ILE-SAINT-DENIS")
    assert told.street == ("BATIMENT C 128 BIS AVENUE DU", "GENERAL-DE-GAULLE")
    assert (told.postcode, told.town) == ("75011", "PARIS")
    assert (told.scheme, told.identifier) == ("01", "73282932000074")


@pytest.mark.parametrize(
    ("given_", "told"),
    [
        ({"address": "somewhere"}, "address: is not written"),
        ({"name": "北京"}, "name: has no letter"),
        ({"address": f"{'12 rue de la Paix ' * 10}, 75011 Paris"}, "is longer than 3 x 38"),
        ({"address": "12 rue, 75011 ..."}, "address: has no letter"),
    ],
)
def test_a_debtor_whom_no_letter_reaches_is_refused(given_: dict[str, str], told: str) -> None:
    with pytest.raises(UnwritableDebtor, match=told):
        debtor(replace(ALADIN, **given_), COMPANY)  # type: ignore[arg-type]  # of text, all


@given(st.text(max_size=300))
def test_an_object_is_latin_1_and_of_as_many_words_as_there_is_room_for(text: str) -> None:
    told = shortened(f"Avoir {text}")

    assert told.startswith("Avoir")
    assert len(told) <= 160
    told.encode("iso-8859-1")


def test_total_is_that_of_all_titles() -> None:
    claimed = [issued(f"P-2026-{place:06d}", NOVEMBER) for place in (1, 2, 3)]

    (slip,) = slips.slips(claimed, [], booked(), days(claimed, []))

    assert slip.amount == total(each.total for each in claimed)
    assert [each.number for each in slip.titles] == [1, 2, 3]
