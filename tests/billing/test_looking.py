"""Rules that go straight to what they speak of say what they say on their walk, to the letter."""

from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from importlib import import_module
from multiprocessing import get_context
from random import Random
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree

from billing.judging.looking import places_of, straight
from billing.judging.report import Syntax
from tests.billing.test_judging import documents

BROKEN_ONES = 8
Rules = Any  # saxonche has no type to name
STRANGE = ("", " ", "X9", "-1", "0.00000001", "20261399", "not a number", "GROUP", "S", "381")
RULE_SETS = 2


def broken(xml: bytes, random: Random) -> bytes:
    """Take away, repeat, move or say otherwise a few of what a document is made of."""
    root = etree.fromstring(xml)
    for _ in range(random.randrange(1, 6)):
        node = random.choice(list(root.iter("*"))[1:])
        parent = node.getparent()
        match random.randrange(5):
            case 0:
                parent.remove(node)
            case 1:
                parent.append(etree.fromstring(etree.tostring(node)))
            case 2:
                random.choice(list(root.iter("*"))).append(etree.fromstring(etree.tostring(node)))
            case 3:
                node.set(random.choice(("schemeID", "currencyID", "unitCode")), "X9")
            case _:
                node.text = random.choice(STRANGE)
    return bytes(etree.tostring(root))


def both_reports(syntax: Syntax, found: list[bytes]) -> list[tuple[str, str]]:
    """Have documents judged by the rules as they are made to look, and as they were published."""
    bench, saxon = import_module("billing.judging.bench"), import_module("saxonche")
    processor = saxon.PySaxonProcessor(license=False)
    processor.set_configuration_property(bench.CODES_ONCE, "true")
    compiler, told = processor.new_xslt30_processor(), []

    def said(rules: Rules, xml: bytes) -> str:
        try:
            node = processor.parse_xml(xml_text=xml.decode())
            return str(rules.transform_to_string(xdm_node=node))
        except saxon.PySaxonApiError:
            return "the rules give up"

    for name in bench.RULES[syntax].values():
        place = bench.OFFICIAL / name
        ours = compiler.compile_stylesheet(stylesheet_text=straight(place))
        published = compiler.compile_stylesheet(stylesheet_file=str(place))
        told += [(said(ours, xml), said(published, xml)) for xml in found]
    return told


@pytest.fixture(scope="module")
def aside() -> Iterator[ProcessPoolExecutor]:
    with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as pool:
        yield pool


@pytest.mark.slow
@pytest.mark.parametrize("syntax", [Syntax.CII, Syntax.UBL_INVOICE])
def test_reports_on_right_and_broken_documents_are_the_same_to_the_letter(
    aside: ProcessPoolExecutor, syntax: Syntax
) -> None:
    right, random = documents()[syntax], Random(11)  # noqa: S311 - the same ones every time
    found = [right, *(broken(right, random) for _ in range(BROKEN_ONES))]

    told = aside.submit(both_reports, syntax, found).result()

    assert len(told) == RULE_SETS * len(found)
    assert all(ours == published for ours, published in told)
    assert sum("failed-assert" in ours for ours, _ in told) > BROKEN_ONES // 2


NAMES = st.sampled_from(["a", "b", "c"])


@st.composite
def patterns(draw: st.DrawFn) -> str:
    """A pattern as schematrons write them: unions of paths under conditions."""

    def path() -> str:
        start = draw(st.sampled_from(["", "//", "/"]))
        steps = draw(st.lists(NAMES, min_size=1, max_size=3))
        condition = draw(st.sampled_from(["", "[b]", "[@x = 'a|b']", "[c[not(a | b)]]", "[1]"]))
        return f"{start}{'/'.join(steps)}{condition}"

    return " | ".join(path() for _ in range(draw(st.integers(1, 3))))


@st.composite
def trees(draw: st.DrawFn) -> str:
    inner = draw(st.lists(st.sampled_from(["<a/>", "<b x='a|b'/>", "<c><a/></c>"]), max_size=4))
    outer = draw(NAMES)
    return f"<{outer}><b><a><c/></a>{''.join(inner)}</b>{''.join(inner)}</{outer}>"


@given(pattern=patterns(), tree=trees())
def test_nothing_that_a_pattern_matches_is_passed_over(pattern: str, tree: str) -> None:
    root = etree.fromstring(tree)
    matched = etree.XSLT(
        etree.XML(
            '<xsl:stylesheet xmlns:xsl="http://www.w3.org/1999/XSL/Transform" version="1.0">'
            '<xsl:template match="/"><all><xsl:apply-templates select="//*"/></all></xsl:template>'
            '<xsl:template match="*"/>'
            f'<xsl:template match="{pattern}" priority="1">'
            '<hit><xsl:value-of select="count(preceding::*) + count(ancestor::*)"/></hit>'
            "</xsl:template></xsl:stylesheet>"
        )
    )(root)
    order = {node: str(position) for position, node in enumerate(root.iter("*"))}

    places = root.getroottree().xpath(" | ".join(places_of(pattern)))

    assert {each.text for each in matched.getroot()} <= {order[node] for node in places}


@pytest.mark.parametrize("pattern", ["(a|b)/c", "a/text()", "a union b", ".", "id('x')/a"])
def test_a_pattern_of_another_make_is_looked_for_everywhere(pattern: str) -> None:
    assert set(places_of(pattern)) == {"/", "//*", "//@*"}
