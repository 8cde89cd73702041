"""What is there to decide? Fetches all that the rules look at, for those who decide."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from secrets import token_bytes

from permits.basis import Basis
from permits.beside.reaches import Reaches, reaches
from permits.case import Case
from permits.kinds import DocumentKind
from permits.law import Law, refuse_superseded
from permits.model import Application, InvalidApplication, OperationVolume, Permit, Quote
from permits.parties import Operator, OperatorId, SizeClass, Vehicle
from permits.rules.admission import refuse_undecidable
from permits.store import volumes
from permits.store.applicants import NOBODY, Applicant, applicant, applicant_beside, applicants
from permits.store.permits import Connection
from permits.store.volumes import Beside, Sight
from permits.waters import Waters
from zones.heights.vertical import Datum, paris_datum
from zones.model import Layer, Zone
from zones.periods import NO_SWITCHES, Switches
from zones.space.coordinates import Bounds

# Somebody unknown is quoted the full price: reliefs by size are for those who are registered.
ANYBODY = Operator(id=OperatorId(""), name="", siren="", size=SizeClass.LARGE)


Prices = Callable[[Application, Operator, tuple[Zone, ...], tuple[Vehicle, ...]], Quote]
Quoted = Callable[[Case], Quote]


@dataclass(frozen=True, slots=True, kw_only=True)
class City:
    """What permits ask of the rest of the city, and tell it.

    `waters` is where the city knows water to be.

    `prices` are those of now, to quote by as often as needed. `documents_needed` are the kinds of
    documents that each layer asks for, `software` is the version that decides, `secret` what advice
    is sealed with. Outside the `service_area` the city has no say; None is everywhere.
    """

    zones_touching: Callable[[OperationVolume, Layer], tuple[Zone, ...]]
    prices: Callable[[], Prices]
    announce: Callable[[Permit], None]
    law: Law = field(default_factory=Law)
    documents_needed: Mapping[Layer, frozenset[DocumentKind]] = field(default_factory=dict)
    datum: Callable[[], Datum] = paris_datum
    switches: Callable[[], Switches] = lambda: NO_SWITCHES
    software: str = ""
    service_area: Bounds | None = None
    waters: Waters | None = None
    secret: bytes = field(default_factory=lambda: token_bytes(32))


@dataclass(frozen=True, slots=True, kw_only=True)
class Looked:
    """A case with those it could meet, and in sight of what it was made."""

    case: Case
    sight: Sight


class Cases:
    """Makes the case of an application, as the city stands."""

    def __init__(self, city: City) -> None:
        self._city = city

    def admitted(self, connection: Connection, application: Application, now: datetime) -> Case:
        """Return the case without those beside it, or refuse what cannot be decided at all."""
        case = self.case(connection, application, now)
        refuse_undecidable(case, self._city.service_area)
        return case

    def case(self, connection: Connection, application: Application, now: datetime) -> Case:
        """Return the case without those beside it."""
        # Before the zones: what changes while they are read counts as not read.
        law = self._city.law.at_hand()
        who = _known(applicant(connection, application), application)
        return self._case(application, who, now, law)

    def each(
        self, connection: Connection, applications: Sequence[Application], now: datetime
    ) -> Iterator[Case]:
        """Yield the case of each of many applications, without those beside it."""
        law = self._city.law.at_hand()
        for application, who in zip(
            applications, applicants(connection, applications), strict=True
        ):
            yield self._case(application, _known(who, application), now, law)

    def _case(self, application: Application, who: Applicant, now: datetime, law: int) -> Case:
        touched = {
            (zone.id, zone.version): zone
            for volume in application.volumes
            for zone in self._city.zones_touching(volume, application.layer)
        }
        return Case(
            application=application,
            operator=who.operator or ANYBODY,
            vehicles=who.vehicles,
            zones=tuple(touched[key] for key in sorted(touched)),
            now=now,
            law=law,
            datum=self._city.datum(),
            switches=self._city.switches(),
            documents=who.documents,
            documents_needed=self._city.documents_needed.get(application.layer, frozenset()),
            waters=self._city.waters,
        )

    def alone_beside(self, connection: Connection, case: Case) -> Case:
        """Return the case with those it could meet, as they stay until the transaction ends.

        Whoever else could be in the way waits. Raise Superseded where another law is published
        than the case was made by; whoever publishes one later can wait for this transaction to end,
        see `permits.store.volumes.settle`.
        """
        wanted, published = reaches(case), self._city.law.published
        volumes.hold(connection, wanted)
        # A statement of its own: it sees what was done while the first one waited.
        law, found = volumes.lawfully_beside(connection, wanted, case.application, published)
        refuse_superseded(case.law, law)
        return _among(case, found)

    def keep_law(self, connection: Connection, cases: Iterable[Case]) -> None:
        """Keep the law that cases of what has its places were made by until the transaction ends.

        Nobody who asks for a place waits: what has one is in the way of whoever asks already. Raise
        Superseded where another law is published.
        """
        kept = tuple(cases)
        for layer in sorted({case.application.layer for case in kept}):
            volumes.hold(connection, Reaches(layer=layer, alone=False, keys=(), reading=()))
        published = volumes.counted(connection, self._city.law.published)
        for case in kept:
            refuse_superseded(case.law, published)

    def looked(self, connection: Connection, application: Application, now: datetime) -> Looked:
        """Return the case with those it could meet now, by the law that is published.

        Asked in one way to the server; nobody waits. Raise Superseded where another law than is at
        hand is published, and refuse what cannot be decided at all.
        """
        law, published = self._city.law.at_hand(), self._city.law.published
        case = self._case(application, NOBODY, now, law)
        wanted = reaches(case)
        found, known, beside_it = applicant_beside(connection, wanted, application, published)
        who = _known(found, application)
        case = replace(
            _among(case, beside_it),
            operator=who.operator or ANYBODY,
            vehicles=who.vehicles,
            documents=who.documents,
        )
        refuse_undecidable(case, self._city.service_area)
        refuse_superseded(law, known)
        sight = Sight(
            wanted=wanted,
            application=application,
            placed=beside_it.placed,
            law=law,
            published=published,
        )
        return Looked(case=case, sight=sight)

    def quote(self, case: Case) -> Quote:
        """Return what the use would cost; tariffs may need a connection of their own."""
        return self.quoting()(case)

    def quoting(self) -> Quoted:
        """Return how to tell what uses would cost, all by the prices of now."""
        quote = self._city.prices()
        return lambda case: quote(case.application, case.operator, case.zones, case.vehicles)


def basis_of(case: Case, software: str) -> Basis:
    """Return what a decision of a case rests on that would not be found again later."""
    return Basis(
        zones=tuple((zone.id, zone.version) for zone in case.zones),
        vehicles=case.vehicles,
        size=case.operator.size,
        documents_needed=case.documents_needed,
        ground=case.datum.ground.source,
        water=case.waters.source if case.waters else "",
        software=software,
    )


def beside(connection: Connection, case: Case) -> Case:
    """Return the case with those it could meet, and what its vehicles do, as it is granted now."""
    return _among(case, volumes.beside(connection, reaches(case), case.application))


def each_beside(connection: Connection, cases: Sequence[Case]) -> Iterator[Case]:
    """Yield each of many cases likewise."""
    asked = [(reaches(case), case.application) for case in cases]
    return map(_among, cases, volumes.each_beside(connection, asked))


def _among(case: Case, found: Beside) -> Case:
    return replace(case, neighbours=found.neighbours, engagements=found.engagements)


def _known(who: Applicant, application: Application) -> Applicant:
    if application.operator and who.operator is None:
        msg = f"operator: {application.operator!r} is not registered"
        raise InvalidApplication(msg)
    return who
