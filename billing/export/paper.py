"""On what is an invoice printed? A4 that every reader shows alike for decades: PDF/A-3.

A claim carries its electronic form (Factur-X); a draft carries nothing, as it claims nothing.
Structured as PDF/A-3b; no validator of that standard could be had to judge it.
"""

from dataclasses import dataclass
from datetime import UTC, datetime
from html import escape

from fpdf.enums import XPos, YPos
from typing_extensions import override

from billing.export.lettering import FAMILY, Printer, letter
from billing.export.setting import Typeset
from billing.export.taxed_words import TAXED_WORDS
from billing.export.words import WORDS
from billing.model import Seller

INK = (28, 36, 48)
GREY = (96, 106, 118)
BLUE = (0, 56, 118)
RED = (176, 24, 32)
PALE = (241, 244, 248)
WHITE = (255, 255, 255)
MARGIN_MM = 18
WIDTH_MM = 210 - 2 * MARGIN_MM
HALF_MM = MARGIN_MM + 92
PRODUCER = "Octroi"
ATTACHED = "factur-x.xml"
FACTURX = "urn:factur-x:pdfa:CrossIndustryDocument:invoice:1p0#"
PROPERTIES = {
    "DocumentFileName": "name of the embedded XML invoice file",
    "DocumentType": "INVOICE",
    "Version": "The actual version of the Factur-X XML schema",
    "ConformanceLevel": "The conformance level of the embedded Factur-X data",
}
METADATA = """<x:xmpmeta xmlns:x="adobe:ns:meta/">
<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">
<rdf:Description rdf:about="" xmlns:dc="http://purl.org/dc/elements/1.1/"
 xmlns:xmp="http://ns.adobe.com/xap/1.0/" xmlns:pdf="http://ns.adobe.com/pdf/1.3/"
 xmlns:pdfaid="http://www.aiim.org/pdfa/ns/id/">
<pdfaid:part>3</pdfaid:part><pdfaid:conformance>B</pdfaid:conformance>
<dc:title><rdf:Alt><rdf:li xml:lang="x-default">{title}</rdf:li></rdf:Alt></dc:title>
<dc:creator><rdf:Seq><rdf:li>{author}</rdf:li></rdf:Seq></dc:creator>
<xmp:CreateDate>{created}</xmp:CreateDate><pdf:Producer>{producer}</pdf:Producer>
</rdf:Description>
<rdf:Description rdf:about="" xmlns:fx="{facturx}">
<fx:ConformanceLevel>EN 16931</fx:ConformanceLevel>
<fx:DocumentFileName>{attached}</fx:DocumentFileName>
<fx:DocumentType>INVOICE</fx:DocumentType><fx:Version>1.0</fx:Version>
</rdf:Description>
<rdf:Description rdf:about="" xmlns:pdfaExtension="http://www.aiim.org/pdfa/ns/extension/"
 xmlns:pdfaSchema="http://www.aiim.org/pdfa/ns/schema#"
 xmlns:pdfaProperty="http://www.aiim.org/pdfa/ns/property#">
<pdfaExtension:schemas><rdf:Bag><rdf:li rdf:parseType="Resource">
<pdfaSchema:schema>Factur-X PDFA Extension Schema</pdfaSchema:schema>
<pdfaSchema:namespaceURI>{facturx}</pdfaSchema:namespaceURI>
<pdfaSchema:prefix>fx</pdfaSchema:prefix>
<pdfaSchema:property><rdf:Seq>{properties}</rdf:Seq></pdfaSchema:property>
</rdf:li></rdf:Bag></pdfaExtension:schemas>
</rdf:Description>
</rdf:RDF>
</x:xmpmeta>"""
PROPERTY = """<rdf:li rdf:parseType="Resource"><pdfaProperty:name>{name}</pdfaProperty:name>
<pdfaProperty:valueType>Text</pdfaProperty:valueType>
<pdfaProperty:category>external</pdfaProperty:category>
<pdfaProperty:description>{told}</pdfaProperty:description></rdf:li>"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Imprint:
    """What every page of a document says: whose it is, what it is, its number or that it has none.

    `title` is one of the words; `name` is the number, or what a draft is called by; `said` is all
    that it says, for its letters to be known. What is `taxed` is told in other words.
    """

    title: str
    name: str
    numbered: bool
    issued_at: datetime | None
    seller: Seller
    said: str
    taxed: bool = False


class Paper(Typeset):
    """A4 pages with the document's number and the page's at the foot, and its mark across."""

    def __init__(self, imprint: Imprint, lang: str) -> None:
        archived = "PDF/A-3B" if imprint.numbered else None
        super().__init__(unit="mm", format="A4", enforce_compliance=archived)
        self.imprint = imprint
        self.lang = lang
        self.words = (TAXED_WORDS if imprint.taxed else WORDS)[lang]
        letter(self, imprint.said)
        self.set_margins(MARGIN_MM, 16, MARGIN_MM)
        self.set_auto_page_break(True, margin=22)
        self.set_creation_date(self.dated)
        self.set_title(f"{self.words[imprint.title]} {imprint.name}")
        self.set_author(imprint.seller.name)
        self.set_producer(PRODUCER)
        self.set_lang(lang)

    @override
    def header(self) -> None:
        """Mark every page that claims nothing."""
        if self.mark:
            self.ink(8, bold=True, colour=RED)
            self.set_draw_color(*RED)
            self.cell(0, 7, self.mark, border=1, align="C", new_x=XPos.LMARGIN, new_y=YPos.NEXT)
            self.ln(4)

    @override
    def footer(self) -> None:
        """Number the pages."""
        self.set_y(-14)
        self.ink(7, colour=GREY)
        page = self.words["page"].format(page=self.page_no(), pages="{nb}")
        told = f"{self.imprint.seller.name} · {self.imprint.name} · {page}"
        self.cell(0, 4, told, align="C")

    @property
    def dated(self) -> datetime:
        """Return of when the file says that it is."""
        return self.imprint.issued_at or datetime(2000, 1, 1, tzinfo=UTC)

    @property
    def mark(self) -> str:
        """Return what says that nothing is due, or nothing."""
        marks = [] if self.imprint.numbered else [self.words["draft"]]
        if self.imprint.seller.demonstration:
            marks.append(self.words["demonstration"])
        return "  ·  ".join(marks)

    def ink(self, size: int, *, bold: bool = False, colour: tuple[int, int, int] = INK) -> None:
        """Choose how to write."""
        self.set_font(FAMILY, "B" if bold else "", size)
        self.set_text_color(*colour)

    def keep_together(self, height: int) -> None:
        """Begin a new page unless so many millimetres are left."""
        if self.will_page_break(height):
            self.add_page()

    def lines_of(self, text: str, height: int, width: float = 0, x: float = MARGIN_MM) -> None:
        """Write lines from a distance on, and go on below them, at the margin."""
        for line in self.broken(text, width or MARGIN_MM + WIDTH_MM - x):
            self.set_x(x)
            self.say_below(width, height, line)

    def printed(self) -> bytes:
        """Return the paper as PDF; nothing can be written on it any more."""
        return bytes(self.output(output_producer_class=Printer) or b"")

    def carry(self, xml: bytes) -> None:
        """Attach the document's electronic form, and say so where programs look."""
        self.embed_file(
            bytes=xml,
            basename=ATTACHED,
            mime_type="text/xml",
            modification_date=self.dated,
            desc="Factur-X",
            associated_file_relationship="Alternative",
            compress=True,
        )
        told = "".join(PROPERTY.format(name=name, told=text) for name, text in PROPERTIES.items())
        self.set_xmp_metadata(
            METADATA.format(
                title=escape(str(self.title)),
                author=escape(self.imprint.seller.name),
                created=f"{self.dated.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}",
                producer=PRODUCER,
                facturx=FACTURX,
                attached=ATTACHED,
                properties=told,
            )
        )
