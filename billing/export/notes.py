"""What does the law have a claim say of late and early payment? BR-FR-05 asks for three notes.

A fee for the public domain bears interest at the legal rate (CG3P, art. L. 2125-5) and no
indemnity. What is taxed is sold to a company: the law of trade between companies holds (Code de
commerce, art. L. 441-10, II: the ECB's rate and ten points, unless the terms say otherwise; 40 € by
art. D. 441-5).
"""

Notes = tuple[tuple[str, str], ...]

INDEMNITY, LATE, EARLY, REASON = "PMT", "PMD", "AAB", "AAI"
NO_DISCOUNT = (EARLY, "Aucun escompte pour paiement anticipé.")
OF_FEES: Notes = (
    (
        INDEMNITY,
        "Indemnité forfaitaire pour frais de recouvrement : sans objet (redevance domaniale).",
    ),
    (LATE, "En cas de retard : intérêts moratoires au taux légal (CG3P, art. L. 2125-5)."),
    NO_DISCOUNT,
)
OF_SALES: Notes = (
    (
        INDEMNITY,
        (
            "En cas de retard : indemnité forfaitaire pour frais de recouvrement de 40 €"
            " (Code de commerce, art. L. 441-10 et D. 441-5)."
        ),
    ),
    (
        LATE,
        (
            "En cas de retard : pénalités au taux de refinancement de la Banque centrale européenne"
            " majoré de 10 points, exigibles sans rappel (Code de commerce, art. L. 441-10)."
        ),
    ),
    NO_DISCOUNT,
)
