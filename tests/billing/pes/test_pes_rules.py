"""What the schema leaves to its texts: a file that keeps every rule, and each rule broken."""

from collections.abc import Callable
from typing import Any

import pytest
from lxml import etree

from billing.judging import titles, treasury
from billing.judging.report import DocumentRefused, require_unobjected
from billing.judging.treasury import NoSchemas
from tests.billing.pes.accountant import BESIDE, SCHEMAS, file
from tests.billing.samples import credit_note, invoice

Change = Callable[[Any], None]


def good() -> bytes:
    """Return a claim and its credit note, as they are written."""
    claimed = invoice()
    return file([claimed], [credit_note(claimed)])


def said(path: str, value: str, where: int = 0) -> Change:
    """Say another value."""

    def change(root: Any) -> None:  # noqa: ANN401 - lxml has no type to name
        root.findall(f".//{path}")[where].set("V", value)

    return change


def without(path: str) -> Change:
    """Leave an element out."""

    def change(root: Any) -> None:  # noqa: ANN401
        (node, *_) = root.findall(f".//{path}")
        node.getparent().remove(node)

    return change


def having(path: str, *members: tuple[str, str]) -> Change:
    """Say more in an element."""

    def change(root: Any) -> None:  # noqa: ANN401
        node = root.find(f".//{path}")
        for name, value in members:
            etree.SubElement(node, name).set("V", value)

    return change


def all_of(*changes: Change) -> Change:
    def change(root: Any) -> None:  # noqa: ANN401
        for each in changes:
            each(root)

    return change


def broken(change: Change) -> bytes:
    root = etree.fromstring(good())
    change(root)
    text: bytes = etree.tostring(root, xml_declaration=True, encoding="ISO-8859-1")
    return text


BREACHES: list[tuple[str, Change]] = [
    ("form", without("PES_RecetteAller")),
    ("version", said("EnTeteRecette/IdVer", "1")),
    ("version", said("TypFic", "PESORMC")),
    ("budget", said("IdColl", "21750001600018")),
    ("characters", said("ObjPce", "0000")),
    ("characters", said("ObjPce", "Œuvre")),
    ("characters", said("ObjPce", "a\tb")),
    ("triplet", said("NatPce", "03")),
    ("triplet", said("TypBord", "06")),
    ("count", said("NbrPce", "2")),
    ("sum", said("MtBordHt", "38.51")),
    ("sum", having("BlocBordereau", ("MtBordTVA", "1.00"))),
    ("tax", having("InfoLignePiece", ("MtTVA", "0.70"))),
    ("amount", said("MtHT", "0.00")),
    ("amount", said("MtHT", "3.505")),
    ("amount", said("MtHT", "a lot")),
    ("numbers", said("IdLigne", "2")),
    ("numbers", said("TypBord", "01", 1)),
    ("tie", without("RattachPiece")),
    ("tie", said("ExerRat", "2025")),
    ("tie", said("IdLigneOrig", "0")),
    ("tie", said("NatPceOrig", "03")),
    ("increase", said("Majo", "1")),
    ("increase", having("InfoLignePiece", ("TxMajo", "10"))),
    ("edition", all_of(having("BlocPiece", ("Edition", "01")), without("PJRef"))),
    ("edition", having("BlocPiece", ("Edition", "06"))),
    ("edition", having("BlocPiece", ("Edition", "09"))),
    ("edition", all_of(having("BlocPiece", ("Edition", "05")), said("TypPce", "15"))),
    ("links", having("BlocPiece", ("IdRol", "1"))),
    ("links", said("TypPce", "10")),
    ("papers", without("PJ")),
    ("papers", without("PJRef")),
    ("papers", said("PJ/IdUnique", "OCTROI21750001600019A2026000001")),
    ("dates", having("BlocPiece", ("DteAsp", "2026-11-01"))),
    ("debtor-grid", said("NatJur", "09")),
    ("debtor-grid", said("CatTiers", "99")),
    ("debtor-identity", said("IdTiers", "732829321")),
    ("debtor-identity", without("NatIdTiers")),
    ("debtor-identity", said("NatIdTiers", "12")),
    ("debtor-person", all_of(said("CatTiers", "01"), said("NatJur", "01"))),
    ("debtor-person", having("InfoTiers", ("DteNaissance", "1980-01-01"))),
    ("debtor-main", said("TypTiers", "04")),
    ("address", said("CP", "7501")),
    ("address", said("CodRes", "1")),
    ("address", having("Tiers/Adresse", ("CodPays", "109"))),
    ("lengths", said("Nom", "N" * 39)),
    ("lengths", said("Adr2", "")),
]


def names(told: bytes) -> set[str]:
    return {each.partition(":")[0] for each in titles.judged(told).objections}


def test_what_octroi_writes_keeps_every_rule() -> None:
    told = titles.judged(good())

    assert told.objections == ()
    assert told.rules == len({name for name, _ in BREACHES})


@pytest.mark.parametrize(("rule", "change"), BREACHES)
def test_a_rule_that_is_broken_is_named(rule: str, change: Change) -> None:
    assert rule in names(broken(change))


def test_what_is_no_xml_and_what_is_not_latin_1_is_refused() -> None:
    assert names(b"titres") == {"form"}
    assert names(etree.tostring(etree.fromstring(good()), encoding="UTF-8")) == {"form"}


def test_a_rule_that_is_broken_keeps_the_file_back() -> None:
    told = titles.judged(broken(said("NbrPce", "2")))

    with pytest.raises(DocumentRefused, match="Octroi PES rules objects: count: NbrPce says 2"):
        require_unobjected("a file", [told])


def test_the_official_schemas_take_what_octroi_writes_or_are_asked_for_by_name() -> None:
    if SCHEMAS is None:
        with pytest.raises(NoSchemas, match="OCTROI_PES_SCHEMAS names no folder"):
            treasury.judged(good(), SCHEMAS)
        return
    assert [each.objections for each in treasury.judged(good(), SCHEMAS)] == [(), ()]
    schema, _ = treasury.judged(broken(without("EnTetePES")), SCHEMAS)
    assert "EnTetePES" in schema.objections[0]
    example = (BESIDE / "example_recette.xml").read_bytes()
    assert [each.objections for each in treasury.judged(example, SCHEMAS)] == [(), ()]


def test_a_folder_without_the_schemas_is_refused_by_its_name(tmp_path: Any) -> None:  # noqa: ANN401
    with pytest.raises(NoSchemas, match=r"holds no PES_V2/Rev0/PES_Aller\.xsd"):
        treasury.judged(good(), tmp_path)
    entry = tmp_path / treasury.ENTRY
    entry.parent.mkdir(parents=True)
    entry.write_text("<no/>")
    with pytest.raises(NoSchemas, match="cannot be read"):
        treasury.judged(good(), tmp_path)
