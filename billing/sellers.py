"""In whose name is claimed? In the demonstration: the City of Paris, and nothing is due."""

from billing.model import Seller

PARIS = Seller(
    name="Ville de Paris",
    siren="217500016",
    address="Hôtel de Ville, place de l'Hôtel-de-Ville, 75004 Paris",
    contact="service des redevances de l'espace public",
    court="Tribunal administratif de Paris, 7 rue de Jouy, 75181 Paris Cedex 04",
    iban="FR7630001007941234567890185",  # the banks' own example: nobody's account
)
