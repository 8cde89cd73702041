"""Who are the demonstration's operators and receivers? All invented."""

from collections.abc import Mapping
from types import MappingProxyType

from stdnum import luhn

from permits.parties import Operator, OperatorId, Sensor, SizeClass

SIREN_DIGITS = 9


def siren(number: int) -> str:
    """Return a SIREN with a right check digit that no company can have: it starts with zeros."""
    body = f"{number:0{SIREN_DIGITS - 1}d}"
    return body + luhn.calc_check_digit(body)


def _operator(number: int, ident: str, name: str, size: SizeClass) -> Operator:
    return Operator(
        id=OperatorId(ident),
        name=name,
        siren=siren(number),
        size=size,
        address=f"{number}, rue de la Démonstration, 75000 Paris",
    )


AEROFRET = _operator(1, "aerofret", "Aérofret Lutèce (fictif)", SizeClass.MEDIUM)
MEDIDRONE = _operator(2, "medidrone", "Médidrone Paris (fictif)", SizeClass.SMALL)
VIGIE = _operator(3, "vigie", "Vigie Rotor (fictif)", SizeClass.MICRO)
TROTTIN = _operator(4, "trottin", "Trottin' Robots (fictif)", SizeClass.LARGE)
CAMIONNETTE = _operator(5, "camionnette", "La Camionnette (fictif)", SizeClass.LARGE)
SILLON = _operator(6, "sillon", "Sillon Urbain (fictif)", SizeClass.SMALL)
REGIE = _operator(7, "regie", "Régie de propreté (fictive)", SizeClass.MEDIUM)
BATOLUNE = _operator(8, "batolune", "Batolune Croisières (fictif)", SizeClass.MEDIUM)
FRETEAU = _operator(9, "freteau", "Frêt-Eau (fictif)", SizeClass.LARGE)
TAUPE = _operator(10, "taupe", "Travaux La Taupe (fictif)", SizeClass.LARGE)
CAFE = _operator(11, "cafe", "Café du Canal (fictif)", SizeClass.MICRO)

# What those who fly are registered under as drone operators, secret parts included: all invented.
UAS_NUMBERS: Mapping[OperatorId, str] = MappingProxyType(
    {
        AEROFRET.id: "FRAdemoaerofret4-a1z",
        MEDIDRONE.id: "FRAdemomedidron2-b2y",
        VIGIE.id: "FRAdemovigierot1-c3x",
    }
)

OPERATORS = (
    AEROFRET,
    MEDIDRONE,
    VIGIE,
    TROTTIN,
    CAMIONNETTE,
    SILLON,
    REGIE,
    BATOLUNE,
    FRETEAU,
    TAUPE,
    CAFE,
)

RX_EIFFEL = Sensor(id="rx-eiffel", name="Récepteur Remote ID, Tour Eiffel")
RX_AUSTERLITZ = Sensor(id="rx-austerlitz", name="Récepteur AIS, pont d'Austerlitz")
SENSORS = (RX_EIFFEL, RX_AUSTERLITZ)
