"""How is XML written here? Elements with text, added in the order the schema wants."""

from typing import Any

from lxml import etree

Node = Any  # lxml has no type to name


class Writer:
    """Adds elements of one vocabulary, named `prefix:Name`."""

    def __init__(self, names: dict[str, str]) -> None:
        self._names = names

    def root(self, name: str, default: str | None = None) -> Node:
        """Return the root of a document; `default` is the namespace without a prefix."""
        spaces: dict[str | None, str] = dict(self._names.items())
        if default:
            spaces[None] = default
            return etree.Element(f"{{{default}}}{name}", nsmap=spaces)
        return etree.Element(self._qualified(name), nsmap=spaces)

    def add(self, parent: Node, name: str, text: str = "", **attributes: str) -> Node:
        """Add an element below another and return it."""
        child = etree.SubElement(parent, self._qualified(name), attributes)
        if text:
            child.text = text
        return child

    def _qualified(self, name: str) -> str:
        prefix, _, local = name.partition(":")
        return f"{{{self._names[prefix]}}}{local}"


def written(root: Node) -> bytes:
    """Write a document: UTF-8, with its declaration."""
    return bytes(etree.tostring(root, xml_declaration=True, encoding="UTF-8"))
