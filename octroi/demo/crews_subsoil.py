"""Who digs in the demonstration?"""

from collections.abc import Iterator, Mapping
from itertools import islice
from typing import Any

import numpy as np

from octroi.demo.companies import TAUPE
from octroi.demo.crews import Character, Crew, between, phase, space
from octroi.demo.motion import Path, shuttle
from octroi.demo.routes import Route, tunnels
from permits.kinds import EnergyClass
from permits.parties import Vehicle, VehicleId
from zones.model import Layer, Purpose

MOST_SITES = 60
EVERY_TUNNELLER = 3


def crews(rng: np.random.Generator, count: int, zones: Mapping[str, Any]) -> Iterator[Crew]:
    """Draw the crews of the subsoil: one site a crew, on metro lines, away from quarries."""
    sites = list(islice(tunnels(zones), min(count, MOST_SITES)))
    for turn, site in enumerate(sites):
        numbers = range(turn + 1, count + 1, len(sites))
        yield Crew(
            operator=TAUPE.id,
            layer=Layer.SUBSOIL,
            purpose=Purpose.WORKS,
            characters=tuple(machine(rng, number, site) for number in numbers),
            spaces=(space(site),),
        )


def machine(rng: np.random.Generator, number: int, site: Route) -> Character:
    """Draw a works train, or a tunnelling machine that hardly seems to move."""
    tunneller = number % EVERY_TUNNELLER == 0
    kind = "tunneller" if tunneller else "works_machine"
    path = Path.of(site.line)
    speed = between(rng, 0.02, 0.04) if tunneller else between(rng, 0.3, 0.9)
    return Character(
        vehicle=Vehicle(
            operator=TAUPE.id,
            id=VehicleId(f"{'tunneller' if tunneller else 'machine'}-{number:02d}"),
            layer=Layer.SUBSOIL,
            kind=kind,
            serial=f"DEMO-SUB-{number:04d}",
            energy_class=EnergyClass.ELECTRIC,
        ),
        path=path,
        timetable=shuttle(path.length_m, speed, between(rng, 20.0, 60.0), phase(rng)),
        sender=TAUPE.id,
        height_m=site.height_m,
        period_s=5.0,
        h_acc_m=1.0,
        v_acc_m=1.0,
    )
