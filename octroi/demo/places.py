"""Which places in Paris get a circle of air of their own, and how large?

Centres are public coordinates rounded to some twenty metres; radii are the demonstration's.
`ardt` is the arrondissement the centre must lie in, which a test verifies (0: beyond the limit).
"""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """A place with a circle around it."""

    id: str
    name: str
    lat: float
    lon: float
    radius_m: float
    ardt: int


def _place(line: str) -> Place:
    """Read one line of the tables below."""
    ident, name, lat, lon, radius, ardt = (part.strip() for part in line.split("|"))
    return Place(
        id=ident,
        name=name,
        lat=float(lat),
        lon=float(lon),
        radius_m=float(radius),
        ardt=int(ardt),
    )


def _table(text: str) -> tuple[Place, ...]:
    """Read a table of places."""
    return tuple(_place(line) for line in text.strip().splitlines())


SOVEREIGN = _table("""
elysee              | Palais de l'Élysée                  | 48.87041 | 2.31670 | 450 | 8
beauvau             | Ministère de l'Intérieur            | 48.87160 | 2.31590 | 300 | 8
assemblee           | Assemblée nationale                 | 48.86150 | 2.31860 | 350 | 7
senat               | Sénat                               | 48.84853 | 2.33720 | 350 | 6
matignon            | Hôtel de Matignon                   | 48.85444 | 2.32073 | 350 | 7
palais-justice      | Palais de Justice de la Cité        | 48.85570 | 2.34520 | 250 | 1
prefecture-police   | Préfecture de police                | 48.85440 | 2.34680 | 200 | 4
sante               | Prison de la Santé                  | 48.83380 | 2.34000 | 350 | 14
balard              | Ministère des Armées, Balard        | 48.83550 | 2.27850 | 400 | 15
ecole-militaire     | École militaire                     | 48.85200 | 2.30450 | 250 | 7
ambassade-etats-unis| Ambassade des États-Unis            | 48.86790 | 2.32060 | 200 | 8
banque-france       | Banque de France                    | 48.86440 | 2.33960 | 200 | 1
tribunal            | Tribunal de Paris, Batignolles      | 48.89200 | 2.31050 | 250 | 17
""")

LANDMARKS = _table("""
eiffel              | Tour Eiffel                         | 48.85837 | 2.29448 | 400 | 7
notre-dame          | Cathédrale Notre-Dame               | 48.85297 | 2.34990 | 200 | 4
louvre              | Musée du Louvre                     | 48.86105 | 2.33580 | 350 | 1
sacre-coeur         | Basilique du Sacré-Cœur             | 48.88670 | 2.34310 | 250 | 18
arc-triomphe        | Arc de Triomphe                     | 48.87379 | 2.29504 | 250 | 8
pantheon            | Panthéon                            | 48.84622 | 2.34641 | 200 | 5
invalides           | Hôtel des Invalides                 | 48.85600 | 2.31270 | 350 | 7
hotel-ville         | Hôtel de Ville                      | 48.85640 | 2.35250 | 200 | 4
opera               | Opéra Garnier                       | 48.87195 | 2.33160 | 200 | 9
montparnasse        | Tour Montparnasse                   | 48.84213 | 2.32195 | 250 | 15
grand-palais        | Grand Palais                        | 48.86613 | 2.31244 | 250 | 8
unesco              | Maison de l'UNESCO                  | 48.84950 | 2.30610 | 200 | 7
maison-radio        | Maison de la Radio                  | 48.85250 | 2.27850 | 200 | 16
bnf                 | Bibliothèque nationale de France    | 48.83360 | 2.37580 | 250 | 13
gare-nord           | Gare du Nord                        | 48.88094 | 2.35543 | 250 | 10
gare-lyon           | Gare de Lyon                        | 48.84430 | 2.37400 | 250 | 12
philharmonie        | Philharmonie de Paris               | 48.89190 | 2.39390 | 200 | 19
pere-lachaise       | Cimetière du Père-Lachaise          | 48.86140 | 2.39330 | 350 | 20
""")

STADIUMS = _table("""
parc-princes        | Stade du Parc des Princes           | 48.84144 | 2.25305 | 350 | 16
roland-garros       | Stade Roland-Garros                 | 48.84700 | 2.24950 | 300 | 16
charlety            | Stade Charléty                      | 48.81860 | 2.34650 | 250 | 13
accor-arena         | Accor Arena, Bercy                  | 48.83862 | 2.37855 | 250 | 12
""")

HOSPITALS = _table("""
pitie-salpetriere   | Hôpital de la Pitié-Salpêtrière     | 48.83780 | 2.36480 | 350 | 13
hegp                | Hôpital européen Georges-Pompidou   | 48.83880 | 2.27380 | 200 | 15
necker              | Hôpital Necker                      | 48.84560 | 2.31550 | 250 | 15
cochin              | Hôpital Cochin                      | 48.83780 | 2.33930 | 250 | 14
saint-louis         | Hôpital Saint-Louis                 | 48.87370 | 2.36820 | 250 | 10
bichat              | Hôpital Bichat                      | 48.89880 | 2.33140 | 200 | 18
lariboisiere        | Hôpital Lariboisière                | 48.88260 | 2.35280 | 200 | 10
tenon               | Hôpital Tenon                       | 48.86590 | 2.40040 | 200 | 20
hotel-dieu          | Hôpital de l'Hôtel-Dieu             | 48.85460 | 2.34880 | 150 | 4
saint-antoine       | Hôpital Saint-Antoine               | 48.84870 | 2.38260 | 200 | 12
robert-debre        | Hôpital Robert-Debré                | 48.87930 | 2.40160 | 200 | 19
val-grace           | Val-de-Grâce                        | 48.84040 | 2.34250 | 200 | 5
quinze-vingts       | Hôpital des Quinze-Vingts           | 48.84870 | 2.37090 | 150 | 12
saint-joseph        | Hôpital Saint-Joseph                | 48.82950 | 2.31150 | 200 | 14
trousseau           | Hôpital Trousseau                   | 48.84250 | 2.40550 | 200 | 12
bretonneau          | Hôpital Bretonneau                  | 48.88930 | 2.33290 | 150 | 18
""")

HELIPORT = _place("heliport-issy | Héliport de Paris-Issy | 48.83333 | 2.27278 | 700 | 15")

PORTS = _table("""
bourdonnais         | Port de la Bourdonnais              | 48.86110 | 2.29530 | 300 | 7
suffren             | Port de Suffren                     | 48.85850 | 2.29130 | 200 | 7
gros-caillou        | Port du Gros-Caillou                | 48.86260 | 2.30450 | 250 | 7
champs-elysees      | Port des Champs-Élysées             | 48.86420 | 2.31500 | 250 | 8
tuileries           | Port des Tuileries                  | 48.86180 | 2.32600 | 250 | 1
saint-bernard       | Port Saint-Bernard                  | 48.84790 | 2.36070 | 250 | 5
rapee               | Port de la Rapée                    | 48.84350 | 2.37000 | 250 | 12
bercy               | Port de Bercy                       | 48.83600 | 2.37900 | 250 | 12
austerlitz          | Port d'Austerlitz                   | 48.84130 | 2.36950 | 250 | 13
grenelle            | Port de Grenelle                    | 48.85050 | 2.28350 | 250 | 15
javel               | Port de Javel                       | 48.84400 | 2.27500 | 250 | 15
point-jour          | Port du Point-du-Jour               | 48.83700 | 2.26450 | 250 | 16
""")
