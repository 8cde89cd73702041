"""Is this number one that its register could have given? Checks, without asking the register.

SIREN and SIRET check themselves with a Luhn digit. A drone operator's number does so too, over 36
characters, but only together with its secret part: of that no more than a keyed digest is kept. A
drone's serial number (ANSI/CTA-2063-A) tells its own length; boats carry an ENI or an MMSI.
"""

import hashlib
import re
from dataclasses import dataclass

from stdnum import luhn
from stdnum.fr import siren, siret

BASE36 = "0123456789abcdefghijklmnopqrstuvwxyz"
# The member states of the EASA, by ISO 3166-1: they alone register operators.
STATES = (
    "AUT|BEL|BGR|CHE|CYP|CZE|DEU|DNK|ESP|EST|FIN|FRA|GRC|HRV|HUN|IRL|ISL|ITA|LIE|LTU|LUX|LVA|MLT|"
    "NLD|NOR|POL|PRT|ROU|SVK|SVN|SWE"
)
UAS_OPERATOR = re.compile(rf"({STATES})([0-9a-z]{{12}})([0-9a-z])-([0-9a-z]{{3}})")
# Neither O nor I occurs: they read like digits.
CTA_SERIAL = re.compile(r"[0-9A-HJ-NP-Z]{4}([1-9A-F])([0-9A-HJ-NP-Z]{1,15})")
ENI = re.compile(r"(?!000)[0-9]{8}")
# Ships begin with their country's MID, from 201 to 775; craft of a ship put 98 before it.
MMSI = re.compile(r"(?:98)?(?:20[1-9]|2[1-9][0-9]|[3-6][0-9]{2}|7[0-6][0-9]|77[0-5])[0-9]+")
MMSI_DIGITS = 9
PLATE = re.compile(r"[0-9A-Z](?:[ -]?[0-9A-Z]){1,13}")


@dataclass(frozen=True, slots=True, kw_only=True)
class UasNumber:
    """A drone operator's number: the part to show, and the whole, which is shown to nobody."""

    public: str
    whole: str

    def digest(self, secret: bytes) -> bytes:
        """Return what is kept of the whole, worthless without the server's secret."""
        key, person = secret[:64], b"uas-operator"
        return hashlib.blake2b(self.whole.encode(), key=key, digest_size=32, person=person).digest()


def is_siren(number: str) -> bool:
    """Tell whether a company could have this number, written as nine digits."""
    return number.isascii() and number == siren.compact(number) and siren.is_valid(number)


def is_siret(number: str) -> bool:
    """Tell whether an establishment could have this number, written as fourteen digits."""
    return number.isascii() and number == siret.compact(number) and siret.is_valid(number)


def uas_number(number: str) -> UasNumber | None:
    """Take a drone operator's number apart; None when it is none (PPPBBBBBBBBBBBBC-FFF)."""
    found = UAS_OPERATOR.fullmatch(number)
    if found is None:
        return None
    if luhn.calc_check_digit(found[2] + found[4], alphabet=BASE36) != found[3]:
        return None
    return UasNumber(public="".join(found.groups()[:3]), whole=number)


def is_drone_serial(serial: str) -> bool:
    """Tell whether a serial number is of the form of ANSI/CTA-2063-A and as long as it says."""
    found = CTA_SERIAL.fullmatch(serial)
    return found is not None and int(found[1], 16) == len(found[2])


def is_eni(number: str) -> bool:
    """Tell whether a boat could have this European number."""
    return ENI.fullmatch(number) is not None


def is_mmsi(number: int) -> bool:
    """Tell whether a ship, or a craft of one, could transmit under this number."""
    digits = str(number)
    return len(digits) == MMSI_DIGITS and MMSI.fullmatch(digits) is not None


def is_plate(plate: str) -> bool:
    """Tell whether this is written like a number plate: capitals and digits, of any country."""
    return PLATE.fullmatch(plate) is not None
