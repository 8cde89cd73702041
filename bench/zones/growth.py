"""How does the cost of one point grow with the zones, and with the vertices of each?"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from bench.zones.contenders.roster import BOXES, OURS, RTREE, assembled
from bench.zones.measuring import rates, running
from bench.zones.points import ordinary, random_of
from bench.zones.sets import Areas, made, of_vertices

ZONES = (100, 300, 1_000, 3_000, 10_000, 50_000)
VERTICES = (5, 20, 100, 500, 2_000, 10_000)
OF_VERTICES = 200
CONTENDERS = (OURS, BOXES, RTREE)
BATCH = 4096


@dataclass(frozen=True, slots=True, kw_only=True)
class Growth:
    """Nanoseconds of processor time a point, for each contender along each axis."""

    zones: dict[str, list[float]]
    vertices: dict[str, list[float]]


def grown(zones: Sequence[int], budget_s: float, step: Callable[[str], None]) -> Growth:
    """Measure along both axes."""
    return Growth(
        zones=_along(zones, made, budget_s, step),
        vertices=_along(VERTICES, lambda each: of_vertices(OF_VERTICES, each), budget_s, step),
    )


def draw(growth: Growth, zones: Sequence[int], path: Path) -> None:
    """Draw both axes into one picture."""
    import matplotlib as mpl  # noqa: PLC0415 - slow to import, and only needed here

    mpl.use("Agg")
    from matplotlib import pyplot as plt  # noqa: PLC0415

    figure, (left, right) = plt.subplots(1, 2, figsize=(10, 4.2), sharey=True, layout="constrained")
    for axes, along, found in (
        (left, zones, growth.zones),
        (right, VERTICES, growth.vertices),
    ):
        for name, nanoseconds in found.items():
            axes.plot(along, [each / 1000 for each in nanoseconds], marker="o", label=name)
        axes.set_xscale("log")
        axes.set_yscale("log")
        axes.set_xticks(along, [f"{each:,}" for each in along])
        axes.minorticks_off()
        axes.yaxis.set_major_formatter("{x:g}")
        axes.grid(visible=True, which="major", alpha=0.3)
    left.set_xlabel("zones")
    left.set_ylabel("processor time a point, µs")
    left.set_title("Zones in the city (a point is in the more, the more there are)", fontsize=10)
    right.set_xlabel("vertices of each zone")
    right.set_title(f"Vertices a zone ({OF_VERTICES} zones of one size)", fontsize=10)
    figure.legend(*left.get_legend_handles_labels(), loc="outside lower center", ncols=3)
    path.parent.mkdir(parents=True, exist_ok=True)
    figure.savefig(path, dpi=130)
    plt.close(figure)


def _along(
    sizes: Sequence[int],
    areas_of: Callable[[int], Areas],
    budget_s: float,
    step: Callable[[str], None],
) -> dict[str, list[float]]:
    found: dict[str, list[float]] = {name: [] for name in CONTENDERS}
    places = ordinary(random_of("growth"), BATCH * 4)
    for size in sizes:
        step(f"growth: {size:,}")
        with assembled(areas_of(size), CONTENDERS, lambda _: None) as (field, _):
            rate = rates(
                running(field, places),
                len(places[0]),
                BATCH,
                rounds=3,
                budget_s=budget_s,
                step=lambda _, size=size: step(f"growth: {size:,}"),  # type: ignore[misc]
            )
        for name in CONTENDERS:
            found[name].append(1e9 / rate[name].median if name in rate else float("nan"))
    return found
