"""What of a PES Recette does its schema leave to its texts? Every such rule, by its name.

Hélios rejects what these texts forbid, and XML that the schema accepts may break all of them. The
annexes with the full grids are not public with the schema: the triplets here are those that its
texts name and the ordinary one, the debtors those that its labels leave no doubt about. What an
accountant's system would say is not known: none has read a file of Octroi's yet.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from decimal import Decimal, InvalidOperation

from lxml import etree

from billing.judging.debtors import DEBTOR_RULES, Node, values
from billing.judging.report import Judgement
from permits.identifiers import is_siret

JUDGE = "Octroi PES rules"
# A paper in base64 may be a longer text than libxml2 reads unasked.
LARGE = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, huge_tree=True)
Rule = Callable[[Node], Iterator[str]]

TRIPLETS = frozenset(
    {
        ("01", "01", "01"),
        ("01", "02", "09"),
        ("01", "06", "01"),
        ("01", "10", "01"),
        ("01", "10", "02"),
        ("01", "14", "01"),
        ("02", "02", "06"),
        ("02", "02", "10"),
    }
)
# Those that lower a title or a mandate, which has to be named.
TIED = frozenset({("02", "02", "06"), ("01", "02", "09"), ("02", "02", "10"), ("01", "14", "01")})
SAME_YEAR, EARLIER_YEAR = ("02", "02", "06"), ("01", "02", "09")
OF_ROLE, ORMC = ("01", "06", "01"), "15"
# Editions that print a document, so that one has to be there; those of ORMC; 09 and 10, of which
# the official text says both.
PRINTING, OF_ORMC, UNCLEAR = {"01", "02", "05"}, {"03", "06", "07", "08"}, {"09", "10"}
ENCODING = "ISO-8859-1"
ELECTRONIC = "01"
SLIP = "PES_RecetteAller/Bordereau"
PIECE_LINE = "LigneDePiece/BlocLignePiece"
LINE = f"Piece/{PIECE_LINE}/InfoLignePiece"
# A share of a tax that was rounded on the whole document may be so much beside its own.
TWO_CENTS = Decimal("0.02")
VERSION, FILE_KIND = "2", "PESALR1"


def judged(xml: bytes) -> Judgement:
    """Judge a file by the rules; one that is not XML, or has no revenue, breaks the first."""
    try:
        root = etree.fromstring(xml, LARGE)
    except etree.XMLSyntaxError as broken:
        return Judgement(judge=JUDGE, rules=1, objections=(f"form: not XML: {broken.msg}",))
    rules: dict[str, Rule] = {**RULES, **DEBTOR_RULES}
    objections = tuple(f"{name}: {each}" for name, rule in rules.items() for each in rule(root))
    return Judgement(judge=JUDGE, rules=len(rules), objections=objections)


def _form(root: Node) -> Iterator[str]:
    if not _slips(root):
        yield "there is no PES_RecetteAller with a Bordereau"
    encoding = root.getroottree().docinfo.encoding
    if encoding.upper() != ENCODING:
        yield f"it is in {encoding}, not {ENCODING}"


def _version(root: Node) -> Iterator[str]:
    for path, wanted in (
        ("Enveloppe/Parametres/Version", VERSION),
        ("Enveloppe/Parametres/TypFic", FILE_KIND),
        ("PES_RecetteAller/EnTeteRecette/IdVer", VERSION),
    ):
        told = values(root, path)
        if told != [wanted]:
            yield f"{path} is {', '.join(told) or 'missing'}, not {wanted}"


def _budget(root: Node) -> Iterator[str]:
    for siret in values(root, "EnTetePES/IdColl"):
        if not is_siret(siret):
            yield f"IdColl {siret} is no SIRET, its key is wrong"


def _characters(root: Node) -> Iterator[str]:
    for node in root.iter("*"):
        value = node.get("V", "x")
        if not value.strip("0 ") and node.tag not in {"CodBud", "Majo", "TvaIntraCom", "CodRes"}:
            yield f"{node.tag} says nothing: {value!r}"
        if not all(each.isprintable() and ord(each) <= 0xFF for each in value):  # noqa: PLR2004
            yield f"{node.tag} has a character that is not of ISO-8859-1: {value!r}"


def _triplet(root: Node) -> Iterator[str]:
    for slip in _slips(root):
        for title in slip.iterfind("Piece"):
            if _kind(slip, title) not in TRIPLETS:
                yield f"{' '.join(_kind(slip, title))} is no TypBord, TypPce and NatPce together"


def _count(root: Node) -> Iterator[str]:
    for slip in _slips(root):
        told, there = values(slip, "BlocBordereau/NbrPce"), len(slip.findall("Piece"))
        if told != [str(there)]:
            yield f"NbrPce says {', '.join(told)}, there are {there}"


def _sum(root: Node) -> Iterator[str]:
    for slip in _slips(root):
        for head, part in (("MtBordHt", "MtHT"), ("MtBordTVA", "MtTVA")):
            told = sum(_amounts(slip, f"BlocBordereau/{head}"), Decimal(0))
            added = sum(_amounts(slip, f"{LINE}/{part}"), Decimal(0))
            if told != added:
                yield f"{head} says {told}, the {part} of its lines add up to {added}"


def _amount(root: Node) -> Iterator[str]:
    for name in ("MtBordHt", "MtBordTVA", "MtHT", "MtTVA"):
        for each in _amounts(root, f".//{name}"):
            if each <= 0 or each != each.quantize(Decimal("0.01")):
                yield f"{name} {each} is not an amount in cents above zero"


def _tax(root: Node) -> Iterator[str]:
    for line in root.iterfind(f"{SLIP}/{LINE}"):
        rates, taxes = (list(_amounts(line, name)) for name in ("TxTva", "MtTVA"))
        if len(rates) != len(taxes):
            yield "TxTva and MtTVA go together"
        for rate, tax in zip(rates, taxes, strict=False):
            net = sum(_amounts(line, "MtHT"), Decimal(0))
            if abs(net * rate - tax * 100) >= TWO_CENTS * 100:
                yield f"MtTVA {tax} is not {rate} % of {net}"


def _numbers(root: Node) -> Iterator[str]:
    named = ("Exer", "TypBord", "IdBord")
    slips = (" ".join(_first(each, name) for name in named) for each in _slips(root))
    yield from _twice("Exer, TypBord, IdBord", slips)
    for slip in _slips(root):
        yield from _twice("IdPce", values(slip, "Piece/BlocPiece/IdPce"))
        for title in slip.iterfind("Piece"):
            lines = values(title, f"{PIECE_LINE}/InfoLignePiece/IdLigne")
            yield from _twice("IdLigne", lines)


def _tie(root: Node) -> Iterator[str]:
    for slip in _slips(root):
        exercise = _first(slip, "Exer")
        for title in slip.iterfind("Piece"):
            kind = _kind(slip, title)
            for line in title.iterfind("LigneDePiece"):
                yield from _tied(kind, exercise, line.find("BlocLignePiece/RattachPiece"))


def _tied(kind: tuple[str, ...], exercise: str, tie: Node) -> Iterator[str]:
    told = " ".join(kind)
    if tie is None:
        if kind in TIED:
            yield f"a line of {told} has no RattachPiece"
        return
    if _first(tie, "NatPceOrig") in {"01", "02"} and not _first(tie, "IdLigneOrig").strip("0"):
        yield f"a line of {told} names no IdLigneOrig"
    year = _first(tie, "ExerRat")
    if kind == SAME_YEAR and year != exercise:
        yield f"{told} lowers a title of {exercise}, not of {year}"
    if kind == EARLIER_YEAR and year >= exercise:
        yield f"{told} is about a year before {exercise}, not {year}"
    if _first(tie, "NatPceOrig") not in {"01", "02"} and kind in TIED:
        yield f"{told} is tied to a title (01) or a mandate (02)"


def _increase(root: Node) -> Iterator[str]:
    for line in root.iterfind(f"{SLIP}/{LINE}"):
        increased = _first(line, "Majo") in {"1", "true"}
        if any((line.find(name) is not None) != increased for name in ("DteMajo", "TxMajo")):
            yield "DteMajo and TxMajo go with Majo 1, and with no other"
        if increased and values(line.getparent(), "RattachPiece/NatPceOrig") != ["05"]:
            yield "Majo 1 asks for a RattachPiece with NatPceOrig 05"


def _edition(root: Node) -> Iterator[str]:
    for title in root.iterfind(f"{SLIP}/Piece"):
        head = title.find("BlocPiece")
        edition, kind = _first(head, "Edition"), _first(head, "TypPce")
        attached = head.find("PJRef") is not None
        if edition in PRINTING and not attached:
            yield f"Edition {edition} needs a PJRef"
        if edition in PRINTING and kind == ORMC:
            yield f"Edition {edition} is not for a title of ORMC"
        if edition in OF_ORMC and kind != ORMC:
            yield f"Edition {edition} is for a title of ORMC only"
        if edition in UNCLEAR:
            yield f"Edition {edition}: the official text says of it both that it may be and may not"


def _links(root: Node) -> Iterator[str]:
    for title in root.iterfind(f"{SLIP}/Piece"):
        kind = _kind(title.getparent(), title)
        if title.find("BlocPiece/IdRol") is not None and kind != OF_ROLE:
            yield f"IdRol goes with {' '.join(OF_ROLE)} only"
        if kind[1] == "10" and title.find(f"{PIECE_LINE}/LiensIdent/IdConv") is None:
            yield f"{' '.join(kind)} needs an IdConv"


def _papers(root: Node) -> Iterator[str]:
    there = values(root, "PES_PJ/PJ/IdUnique")
    yield from _twice("PJ IdUnique", there)
    told = {
        _first(each, "IdUnique")
        for each in root.iterfind(".//PJRef")
        if _first(each, "Support") == ELECTRONIC
    }
    for each in sorted(told - set(there)):
        yield f"PJRef {each} is electronic, and is not in the file"
    for each in sorted(set(there) - told):
        yield f"PJ {each} is of no title"


def _dates(root: Node) -> Iterator[str]:
    for slip in _slips(root):
        issued = _first(slip, "DteBordEm")
        if any(each < issued for each in values(slip, ".//DteAsp")):
            yield f"a DteAsp is before {issued}, the day of the slip"


RULES: dict[str, Rule] = {
    "form": _form,
    "version": _version,
    "budget": _budget,
    "characters": _characters,
    "triplet": _triplet,
    "count": _count,
    "sum": _sum,
    "amount": _amount,
    "tax": _tax,
    "numbers": _numbers,
    "tie": _tie,
    "increase": _increase,
    "edition": _edition,
    "links": _links,
    "papers": _papers,
    "dates": _dates,
}


def _slips(root: Node) -> list[Node]:
    return list(root.findall(SLIP))


def _kind(slip: Node, title: Node) -> tuple[str, str, str]:
    head = title.find("BlocPiece")
    return (_first(slip, "TypBord"), _first(head, "TypPce"), _first(head, "NatPce"))


def _first(node: Node, name: str) -> str:
    """Return what an element says, right below or in the head of a slip; nothing if missing."""
    told = values(node, name) or values(node, f"BlocBordereau/{name}")
    return told[0] if told else ""


def _amounts(node: Node, path: str) -> Iterable[Decimal]:
    for each in values(node, path):
        try:
            yield Decimal(each)
        except InvalidOperation:
            yield Decimal(0)


def _twice(name: str, told: Iterable[str]) -> Iterator[str]:
    for each, count in Counter(told).items():
        if count > 1:
            yield f"{name} {each} is there {count} times"
