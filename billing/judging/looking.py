"""Where do compiled rules look? Only at the nodes that they speak of, and say the same.

A compiled schematron walks through the whole document for each of its patterns, and once more
beside it, for nothing: sixty times. Here each pattern is led straight to what its rules may match;
whether they do is asked as before, and every test is the official one. What is built otherwise
than all schematrons are is left as it is. `tests/billing/test_looking.py` holds both ways' reports
against each other.
"""

import re
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from lxml import etree

Node = Any  # lxml has no type to name

XSL = "{http://www.w3.org/1999/XSL/Transform}"
BASE = "{http://www.w3.org/XML/1998/namespace}base"
TEXT, REST = "text()", "@*|node()"
ONWARD = {"*": "[self::*]", "@*|*": ""}
INNERMOST = re.compile(r"\[[^\[\]]*\]")
EVERYWHERE = ("/", "//*", "//@*")
PLAIN = re.compile(r"/|(?:/{0,2}@?[\w*][\w:.*-]*)+")
QUOTED = re.compile(r"'[^']*'|\"[^\"]*\"")


def straight(stylesheet: Path) -> str:
    """Return compiled rules that go straight to what they speak of."""
    root = etree.parse(str(stylesheet)).getroot()
    root.set(BASE, stylesheet.as_uri())
    modes: defaultdict[str, list[Node]] = defaultdict(list)
    for template in root.iterfind(f"{XSL}template"):
        modes[template.get("mode", "")].append(template)
    entry = next(each for each in modes[""] if each.get("match") == "/")
    if [each.get("match") for each in modes[""] if each is not entry] == [TEXT]:
        for walk in list(entry.iter(f"{XSL}apply-templates")):
            if dict(walk.attrib) == {}:
                walk.getparent().remove(walk)
    for start in entry.iterfind(f".//{XSL}apply-templates[@mode]"):
        _lead(start, modes[start.get("mode")])
    return str(etree.tostring(root, encoding="unicode"))


def _lead(start: Node, templates: list[Node]) -> None:
    """Lead a pattern to what its rules may match, if it walks as all do."""
    rules = [each for each in templates if each.get("match") not in {TEXT, REST}]
    onward = [last for each in templates for last in each[-1:] if _goes_on(last, each)]
    ways = {each.get("select") for each in onward}
    if start.get("select") != "/" or len(onward) != len(rules) + 1 or len(ways) != 1:
        return
    (way,) = ways
    if way not in ONWARD:
        return
    places = {place for each in rules for place in places_of(each.get("match"))}
    start.set("select", f"({' | '.join(sorted(places))}){ONWARD[way]}")
    for each in onward:
        each.getparent().remove(each)


def _goes_on(last: Node, template: Node) -> bool:
    """Tell whether a template ends by going on below what it matched."""
    told = last.tag, last.get("mode")
    return told == (f"{XSL}apply-templates", template.get("mode"))


def places_of(match: str) -> Iterator[str]:
    """Yield paths to all that a pattern may match, and to more: they leave its conditions out."""
    bare = QUOTED.sub("", match)
    while INNERMOST.search(bare):
        bare = INNERMOST.sub("", bare)
    paths = [each.strip() for each in bare.split("|")]
    if not all(PLAIN.fullmatch(each) for each in paths):
        yield from EVERYWHERE
        return
    for path in paths:
        yield path if path.startswith("/") else f"//{path}"
