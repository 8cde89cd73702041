"""A number that its register could not have given is refused before anybody relies on it."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from permits.identifiers import (
    is_drone_serial,
    is_eni,
    is_mmsi,
    is_plate,
    is_siren,
    is_siret,
    uas_number,
)

ALPHABET = "0123456789abcdefghijklmnopqrstuvwxyz"
UNMISTAKABLE = "0123456789ABCDEFGHJKLMNPQRSTUVWXYZ"
# Published as valid by the makers of the interoperability suite for U-space.
KNOWN = "FIN87astrdge12k8-xyz"


def luhn36(text: str) -> str:
    """Compute the check character as EN 4709-02 tells it: doubled from the right, every other."""
    total = 0
    for place, character in enumerate(reversed(text)):
        value = ALPHABET.index(character) * (2 if place % 2 == 0 else 1)
        total += value // 36 + value % 36
    return ALPHABET[-total % 36]


def luhn10(digits: str) -> int:
    doubled = [int(each) * (1 + place % 2) for place, each in enumerate(reversed(digits))]
    return sum(each // 10 + each % 10 for each in doubled) % 10


bases = st.text(ALPHABET, min_size=12, max_size=12)
secrets = st.text(ALPHABET, min_size=3, max_size=3)


def test_the_published_number_is_one_and_its_secret_part_is_not_shown() -> None:
    found = uas_number(KNOWN)

    assert found is not None
    assert found.public == "FIN87astrdge12k8"


@given(base=bases, secret=secrets, state=st.sampled_from(["FRA", "DEU", "CHE"]))
def test_the_check_character_of_a_drone_operator_is_that_of_luhn_over_36(
    base: str, secret: str, state: str
) -> None:
    right = luhn36(base + secret)

    for check in ALPHABET:
        found = uas_number(f"{state}{base}{check}-{secret}")
        assert (found is not None) is (check == right)


@given(base=bases, secret=secrets, place=st.integers(0, 14), put=st.sampled_from(ALPHABET))
def test_one_wrong_character_is_always_noticed(
    base: str, secret: str, place: int, put: str
) -> None:
    whole = base + secret
    wrong = whole[:place] + put + whole[place + 1 :]
    number = f"FRA{wrong[:12]}{luhn36(whole)}-{wrong[12:]}"

    assert (uas_number(number) is None) is (wrong != whole)


@pytest.mark.parametrize(
    "number",
    ["", KNOWN[:16], KNOWN.upper(), KNOWN.lower(), "ZZZ" + KNOWN[3:], KNOWN + "\n", " " + KNOWN],
)
def test_what_is_not_written_like_it_is_no_drone_operators_number(number: str) -> None:
    assert uas_number(number) is None


def test_the_digest_needs_the_servers_secret_and_the_whole_number() -> None:
    number = uas_number(KNOWN)
    other = uas_number("FRAdemoaerofret4-a1z")

    assert number is not None
    assert other is not None
    assert number.digest(b"one") == number.digest(b"one")
    assert number.digest(b"one") != number.digest(b"two")
    assert number.digest(b"one") != other.digest(b"one")
    assert KNOWN.encode() not in number.digest(b"one")


@given(digits=st.from_regex(r"[0-9]{9}", fullmatch=True))
def test_a_siren_checks_itself_as_luhn_wrote(digits: str) -> None:
    assert is_siren(digits) is (luhn10(digits) == 0)


@given(digits=st.from_regex(r"732829320[0-9]{5}", fullmatch=True))
def test_a_siret_is_a_siren_and_checks_itself_too(digits: str) -> None:
    assert is_siret(digits) is (luhn10(digits) == 0)


def test_a_siret_of_no_company_is_none() -> None:
    assert is_siret("73282932000074")
    assert not is_siret("73282932100073")


def test_the_post_offices_add_up_to_a_multiple_of_five() -> None:
    assert is_siret("35600000049837")


@given(text=st.text(max_size=16))
def test_other_writing_is_not_tidied_up(text: str) -> None:
    for number in (f"732 829{text}320", f"{text} 732829320", "73282932²"):
        assert not is_siren(number)


@given(
    maker=st.text(UNMISTAKABLE, min_size=4, max_size=4),
    number=st.text(UNMISTAKABLE, min_size=1, max_size=15),
)
def test_a_drones_serial_number_is_as_long_as_it_says(maker: str, number: str) -> None:
    for length in range(1, 16):
        serial = f"{maker}{length:X}{number}"
        assert is_drone_serial(serial) is (length == len(number))


@pytest.mark.parametrize("serial", ["", "1581F", "OPER3ABC", "MAKI3ABC", "maxi3abc", "MAKR3AB C"])
def test_letters_that_read_like_digits_are_in_no_serial_number(serial: str) -> None:
    assert not is_drone_serial(serial)
    assert is_drone_serial("1581F45TB22A00ZH012K"[:20])


@given(number=st.integers(-1, 10**10))
def test_an_mmsi_has_nine_digits_and_begins_with_a_country(number: int) -> None:
    digits = str(number)
    country = digits[2:5] if digits.startswith("98") else digits[:3]
    right = re.fullmatch(r"[0-9]{9}", digits) and 201 <= int(country) <= 775

    assert is_mmsi(number) is bool(right)


def test_the_ships_of_france_are_ships() -> None:
    assert is_mmsi(226_000_001)
    assert is_mmsi(982_270_001)
    assert not is_mmsi(200_999_999)
    assert not is_mmsi(776_000_000)


def test_an_eni_has_eight_digits() -> None:
    assert is_eni("01820123")
    assert [each for each in ("0182012", "018201234", "00012345", "0182012a") if is_eni(each)] == []


def test_a_plate_is_in_capitals() -> None:
    assert all(is_plate(each) for each in ("AB-123-CD", "1234 AB 75", "AB123CD", "B-XY 1234E"))
    assert not any(is_plate(each) for each in ("", "A", "ab-123-cd", "AB--1", "AB-123-", "AB_1"))
