"""How are slips of titles written? PES Aller, Recette: every value in an attribute, Latin-1."""

import gzip
from base64 import b64encode
from collections.abc import Iterable, Sequence
from datetime import date

from lxml import etree

from billing.export.elements import Node
from billing.export.pes.codes import Codes
from billing.export.pes.debtors import ENCODING, LINES_OF_STREET, Debtor
from billing.export.pes.slips import Slip, Title, TitleLine
from billing.money import cents, plain

SPACE = "http://www.minefi.gouv.fr/cp/helios/pes_v2/Rev0/aller"
SOFTWARE, RELEASE = "OCTROI", "OCTROI 0.1"
FILE_KIND = "PESALR1"
NO = "0"
TITLE_OF_ORIGIN = "01"
MAIN_DEBTOR = "01"
MAIN_ADDRESS = "1"
ELECTRONIC, SUPPORTING = "01", "002"


def name(codes: Codes, day: date) -> str:
    """Return the name of the file of slips, the last of them of a day."""
    return f"{FILE_KIND}_{codes.siret}_{day:%Y%m%d}"


def reference(codes: Codes, document: str) -> str:
    """Return what an attachment is called, over all that the city ever sends."""
    return f"OCTROI{codes.siret}{''.join(filter(str.isalnum, document))}"


def write(slips: Sequence[Slip], codes: Codes, papers: Iterable[tuple[str, bytes]]) -> bytes:
    """Write slips with the papers of their titles, by the document's number."""
    day = max(each.day for each in slips)
    root = etree.Element(f"{{{SPACE}}}PES_Aller", nsmap={"n": SPACE})
    envelope = _add(root, "Enveloppe")
    told = {"Version": "2", "TypFic": FILE_KIND, "NomFic": name(codes, day)}
    _values(_add(envelope, "Parametres"), told)
    _values(_add(envelope, "Emetteur"), {"Sigle": SOFTWARE, "Adresse": RELEASE})
    head = {
        "DteStr": day.isoformat(),
        "IdPost": codes.post,
        "IdColl": codes.siret,
        "CodCol": codes.collectivity,
        "CodBud": codes.budget,
    }
    _values(_add(root, "EnTetePES"), head)
    revenue = _add(root, "PES_RecetteAller")
    _values(_add(revenue, "EnTeteRecette"), {"IdVer": "2"})
    for slip in slips:
        _slip(revenue, slip, codes)
    _attach(root, codes, papers)
    text: bytes = etree.tostring(root, xml_declaration=True, encoding=ENCODING, pretty_print=True)
    return text


def _slip(revenue: Node, slip: Slip, codes: Codes) -> None:
    node = _add(revenue, "Bordereau")
    head = {
        "Exer": str(slip.exercise),
        "IdBord": str(slip.number),
        "DteBordEm": slip.day.isoformat(),
        "TypBord": slip.kind[0],
        "NbrPce": str(len(slip.titles)),
        "MtBordHt": cents(slip.amount),
    }
    if slip.tax:
        head["MtBordTVA"] = cents(slip.tax)
    _values(_add(node, "BlocBordereau"), head)
    for title in slip.titles:
        _title(node, slip, title, codes)


def _title(slip_node: Node, slip: Slip, title: Title, codes: Codes) -> None:
    node = _add(slip_node, "Piece")
    head = _add(node, "BlocPiece")
    kind, nature = slip.kind[1:]
    number = str(title.number)
    told = {"IdPce": number, "TypPce": kind, "NatPce": nature, "ObjPce": title.told}
    _values(head, told)
    paper = {
        "Support": ELECTRONIC,
        "IdUnique": reference(codes, title.document),
        "NomPJ": f"{title.document}.pdf",
        "TypePJ": SUPPORTING,
    }
    _values(_add(head, "PJRef"), paper)
    for line in title.lines:
        _line(node, title, line)


def _line(title_node: Node, title: Title, line: TitleLine) -> None:
    node = _add(title_node, "LigneDePiece")
    block = _add(node, "BlocLignePiece")
    told = {
        "IdLigne": str(line.number),
        "CodProdLoc": line.imputation.product,
        "Nature": line.imputation.nature,
    }
    if line.imputation.function:
        told["Fonction"] = line.imputation.function
    # Elements of tax are there where there is some: the schema knows no amount of nothing.
    if line.tax:
        told["TxTva"] = plain(line.vat.rate_percent)
    told |= {"Majo": NO, "TvaIntraCom": NO, "MtHT": cents(line.amount)}
    if line.tax:
        told["MtTVA"] = cents(line.tax)
    _values(_add(block, "InfoLignePiece"), told)
    if line.origin:
        origin = {
            "NatPceOrig": TITLE_OF_ORIGIN,
            "ExerRat": str(line.origin.exercise),
            "IdPceOrig": str(line.origin.title),
            "IdLigneOrig": str(line.origin.line),
        }
        _values(_add(block, "RattachPiece"), origin)
    _debtor(_add(node, "Tiers"), title.debtor)


def _debtor(node: Node, debtor: Debtor) -> None:
    told = {
        "IdTiers": debtor.identifier,
        "NatIdTiers": debtor.scheme,
        "RefTiers": debtor.reference,
        "CatTiers": debtor.category,
        "NatJur": debtor.nature,
        "TypTiers": MAIN_DEBTOR,
        "Nom": debtor.name[0],
    }
    if debtor.name[1:]:
        told["ComplNom"] = debtor.name[1]
    _values(_add(node, "InfoTiers"), told)
    # The street is the second line, which must be there; only three lines begin above it.
    first = 1 if len(debtor.street) == LINES_OF_STREET else 2
    streets = {f"Adr{place}": line for place, line in enumerate(debtor.street, start=first)}
    town = {"CP": debtor.postcode, "Ville": debtor.town, "CodRes": NO}
    _values(_add(node, "Adresse"), {"TypAdr": MAIN_ADDRESS, **streets, **town})


def _attach(root: Node, codes: Codes, papers: Iterable[tuple[str, bytes]]) -> None:
    attached = _add(root, "PES_PJ")
    _values(_add(attached, "EnTetePES_PJ"), {"IdVer": "1"})
    for document, paper in papers:
        node = _add(attached, "PJ")
        file = _add(_add(node, "Contenu"), "Fichier")
        file.set("MIMEType", "application/pdf")
        file.text = b64encode(gzip.compress(paper, mtime=0)).decode()
        told = {
            "IdUnique": reference(codes, document),
            "NomPJ": f"{document}.pdf",
            "TypePJ": SUPPORTING,
            "Description": f"Document {document}",
        }
        _values(node, told)


def _add(parent: Node, name: str) -> Node:
    return etree.SubElement(parent, name)


def _values(node: Node, told: dict[str, str]) -> None:
    for name_, value in told.items():
        _add(node, name_).set("V", value)
