"""How is text set on a page? Broken once into lines that fit, and written as it is.

`FPDF.cell` and `multi_cell` look at every letter, its style and its direction anew; here all
letters of a line are of one font. What is written is the same to the byte.
"""

from collections.abc import Iterable, Iterator
from functools import lru_cache
from pathlib import Path

from fpdf import FPDF
from fpdf.fonts import TTFFont

from billing.export import lettering

MICROMETRES_AN_INCH, POINTS_AN_INCH, MILLI = 25_400, 72, 1000
TENTH = 10**-1
Box = tuple[float, float, float, float]


class Typeset(FPDF):
    """A document whose text is written in the letters that it was given."""

    def say(
        self, width: float, height: float, text: str, align: str = "L", *, fill: bool = False
    ) -> None:
        """Write a text beside what was written last, at the left or right of so much room."""
        face = lettering.face_of(self.face)
        if face is None or not lettering.is_ordinary(text):
            self.cell(width, height, text, align=align, fill=fill)
            return
        self._perform_page_break_if_need_be(height)
        width = width or self.w - self.r_margin - self.x
        operators = [self._filled(width, height)] if fill else []
        if text:
            reach = lettering.reach_of(self.face, text) * self.font_size * TENTH**3
            indent = self.c_margin if align == "L" else width - self.c_margin - reach
            operators += self._shown(face.written(text), indent, height)
            if self.text_color is not None and self.text_color != self.fill_color:
                operators = ["q", *operators, "Q"]
        if operators:
            self._out(" ".join(operators))
        self.x += width

    def say_below(self, width: float, height: float, text: str, align: str = "L") -> None:
        """Write a text, and go on below it at the margin."""
        self.say(width, height, text, align)
        self.set_xy(self.l_margin, self.y + height)

    def fill_boxes(self, boxes: Iterable[Box]) -> None:
        """Fill boxes, each told by its left, its top, its width and its height."""
        k, floor = self.k, self.h
        self._out(
            "\n".join(
                f"{x * k:.2f} {(floor - y) * k:.2f} {width * k:.2f} {-height * k:.2f} re f"
                for x, y, width, height in boxes
            )
        )

    def broken(self, text: str, width: float) -> tuple[str, ...]:
        """Break a text into lines that fit."""
        room = round(MILLI * (width - 2 * self.c_margin))
        return broken(self.face.ttffile, round(self.font_size_pt), text, room)

    @property
    def face(self) -> TTFFont:
        """Return the font that is written in."""
        font = self.current_font
        if not isinstance(font, TTFFont):
            msg = "no font was chosen to write in"
            raise TypeError(msg)
        return font

    def _filled(self, width: float, height: float) -> str:
        k = self.k
        left, right = self.x * k, (self.x + width) * k
        top, bottom = (self.h - self.y) * k, (self.h - (self.y + height)) * k
        return f"{left:.2f} {top:.2f} {right - left:.2f} {bottom - top:.2f} re f"

    def _shown(self, letters: str, indent: float, height: float) -> list[str]:
        """Return what shows letters on their base line, in their colour where it is another."""
        if not self.current_font_is_set_on_page:
            self._out(self._set_font_for_page(self.face, self.font_size_pt))
        line = self.h - self.y - 5 * TENTH * height - 3 * TENTH * self.font_size
        begun = f"BT {(self.x + indent) * self.k:.2f} {line * self.k:.2f} Td"
        shown = f"({letters}) Tj ET"
        if self.text_color is None or self.text_color == self.fill_color:
            return [begun, shown]
        return [begun, self.text_color.serialize().lower(), shown]


@lru_cache(maxsize=4096)
def broken(font: Path, size: int, text: str, room: int) -> tuple[str, ...]:
    """Break a text of a size in points into lines of no more than so many micrometres."""
    return tuple(line for each in text.split("\n") for line in _Lines(font, size, room).of(each))


class _Lines:
    """Breaks paragraphs."""

    def __init__(self, font: Path, size: int, room: int) -> None:
        self._reaches = lettering.reaches(font)
        self._size = size
        self._room = room

    def of(self, paragraph: str) -> Iterator[str]:
        space, line, used = self._width(" "), "", 0
        for word in (part for each in paragraph.split(" ") for part in self._fitting(each)):
            length = self._width(word)
            if line and used + space + length > self._room:
                yield line
                line, used = word, length
            else:
                line, used = (f"{line} {word}", used + space + length) if line else (word, length)
        yield line

    def _fitting(self, word: str) -> Iterator[str]:
        """Take a word that is longer than a line apart."""
        while self._width(word) > self._room and len(word) > 1:
            fits = len(word) - 1
            while fits > 1 and self._width(word[:fits]) > self._room:
                fits -= 1
            yield word[:fits]
            word = word[fits:]
        yield word

    def _width(self, text: str) -> int:
        """Return how wide a text is, in micrometres."""
        reach = lettering.reach(self._reaches, text)
        return reach * self._size * MICROMETRES_AN_INCH // (MILLI * POINTS_AN_INCH)
