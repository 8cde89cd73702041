"""Which letters does a paper carry? The ordinary ones, made ready once for all papers.

To take a font apart for the letters of one paper takes longer than all else about it. So a paper
whose letters are ordinary carries all of those; one with others is given what it says, as ever.
"""

from collections import defaultdict
from collections.abc import Iterator, Mapping
from copy import copy, deepcopy
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from fpdf import FPDF
from fpdf.fonts import SubsetMap, TTFFont
from fpdf.output import OutputProducer
from typing_extensions import override

FONTS = Path(__file__).parents[1] / "data" / "fonts"
FAMILY = "DejaVu"
WHOLE = {"": FONTS / "DejaVuSansCondensed.ttf", "B": FONTS / "DejaVuSansCondensed-Bold.ttf"}
LATIN = {style: path.with_stem(f"{path.stem}-Latin") for style, path in WHOLE.items()}
ASCII = "".join(map(chr, range(ord("!"), ord("~") + 1)))
ORDINARY = f"{ASCII}ÀÂÄÆÇÈÉÊËÎÏÔÖÙÛÜŒŸàâäæçèéêëîïôöùûüœÿ«»°·×²³–—‘’“”…€−\u00a0\u202f"  # noqa: RUF001 - what is printed
CARRIED = frozenset(f" {ORDINARY}")
Part = Any  # a piece of a PDF, of whatever class


@dataclass(frozen=True, slots=True, kw_only=True)
class Face:
    """A font whose ordinary letters are taken out, and the pieces of a PDF that hold them."""

    font: TTFFont
    letters: int
    parts: tuple[Part, ...]
    codes: Mapping[int, str]

    def written(self, text: str) -> str:
        """Write ordinary text as the PDF has it."""
        return text.translate(self.codes)


def letter(paper: FPDF, said: str) -> None:
    """Give a paper its fonts: those with all letters of what it says."""
    if fonts_for(said) is LATIN:
        for face in _faces().values():
            paper.fonts[face.font.fontkey] = _another(face.font)
        return
    for style, path in WHOLE.items():
        paper.add_font(FAMILY, style, path)
    for font in _fonts(paper):
        _leave_measured(font)


def fonts_for(said: str) -> Mapping[str, Path]:
    """Return the fonts with all letters of a text: those of Latin alone are read in no time."""
    return LATIN if set(map(ord, said)) <= set(_faces()[""].font.cmap) else WHOLE


def face_of(font: TTFFont) -> Face | None:
    """Return the letters that were made ready of a font, if they were."""
    return _by_file().get(font.ttffile)


def is_ordinary(text: str) -> bool:
    """Tell whether a text needs no letters but those that were made ready."""
    return CARRIED.issuperset(text)


def reach_of(font: TTFFont, text: str) -> int:
    """Return how wide a text is, in thousandths of its size."""
    return reach(reaches(font.ttffile), text)


def reach(reaches: Mapping[int, int], text: str) -> int:
    """Return how wide a text is whose letters are so wide each, in thousandths of its size."""
    return sum(map(reaches.__getitem__, map(ord, text)))


@cache
def reaches(path: Path) -> Mapping[int, int]:
    """Return how wide each letter of a font is, in thousandths of its size."""
    face = _by_file().get(path)
    font = face.font if face else _probed("", path)[1]
    font.close()
    missing = round(font.desc.missing_width)
    return defaultdict(lambda: missing, {each: round(width) for each, width in font.cw.items()})


class Printer(OutputProducer):
    """Writes a paper down, with the letters that were made ready where it needs no others."""

    @override
    def _add_fonts(self, *beside: Part) -> Part:
        faces = {face.font.fontkey: face for face in _faces().values()}
        fonts = list(_fonts(self.fpdf))
        if all(_is_ready(font, faces[font.fontkey]) for font in fonts):
            for font in fonts:
                font.subset.pick.cache_clear()
                font.subset.get_glyph.cache_clear()
            return {font.i: self._add_face(faces[font.fontkey]) for font in fonts}
        for font in fonts:
            if font.ttfont.reader is None:
                font.ttfont = _probed("", font.ttffile)[1].ttfont
                _leave_measured(font)
        return super()._add_fonts(*beside)

    def _add_face(self, face: Face) -> Part:
        parts = deepcopy(face.parts)
        for each in parts:
            self._add_pdf_obj(each, "fonts")
        return parts[0]


class _Workshop(OutputProducer):
    """Makes the pieces of a PDF that hold the letters of a font."""

    def parts(self) -> tuple[Part, ...]:
        """Return the pieces: the first stands for the font, the others hang on it."""
        self._add_fonts({}, {}, {})
        return tuple(self.pdf_objs)


@cache
def _faces() -> Mapping[str, Face]:
    return {style: _made(style, number) for number, style in enumerate(LATIN, start=1)}


@cache
def _by_file() -> Mapping[Path, Face]:
    return {each.font.ttffile: each for each in _faces().values()}


def _made(style: str, number: int) -> Face:
    probe, font = _probed(style, LATIN[style])
    _leave_measured(font)
    _pick(font)
    codes = {ord(each): font.escape_text(chr(font.subset.pick(ord(each)) or 0)) for each in CARRIED}
    letters, parts = len(font.subset), _Workshop(probe).parts()
    font.i = number
    return Face(font=font, letters=letters, parts=parts, codes=codes)


def _probed(style: str, path: Path) -> tuple[FPDF, TTFFont]:
    probe = FPDF()
    probe.add_font(FAMILY, style, path)
    (font,) = _fonts(probe)
    return probe, font


def _another(font: TTFFont) -> TTFFont:
    """Return a font of which a paper may take other letters, too."""
    another = copy(font)
    another.subset = SubsetMap(another)
    another.desc, another.missing_glyphs = copy(font.desc), []
    _pick(another)
    return another


def _pick(font: TTFFont) -> None:
    for each in ORDINARY:
        font.subset.pick(ord(each))


def _is_ready(font: TTFFont, face: Face) -> bool:
    """Tell whether a font has the ordinary letters, and a paper took no others of it."""
    return font.ttffile == face.font.ttffile and len(font.subset) == face.letters


def _fonts(paper: FPDF) -> Iterator[TTFFont]:
    return (each for each in paper.fonts.values() if isinstance(each, TTFFont))


def _leave_measured(font: TTFFont) -> None:
    """Keep outlines as they are in the file: nothing is to be measured again."""
    font.ttfont.recalcBBoxes = False
