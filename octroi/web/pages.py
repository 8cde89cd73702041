"""How do a template, a language and a few values become a page a browser may trust?"""

import re
from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType

from fastapi.responses import HTMLResponse
from jinja2 import Environment, FileSystemLoader, StrictUndefined

from octroi.web.language import LANGUAGES, Language, texts

TEMPLATES = Path(__file__).parent / "templates"

CONTENT_SECURITY_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; "
    "connect-src 'self'; font-src 'self'; form-action 'self'; base-uri 'none'; "
    "frame-ancestors 'none'"
)

# Pages below one of the menu, by that one.
SECTIONS: Mapping[str, str] = MappingProxyType(
    {
        "decision": "register",
        "missing": "register",
        "rules": "register",
        "rule": "register",
        "invoice": "invoices",
        "line": "invoices",
    }
)

MARKED = re.compile(r" (?=[:;?!»])|(?<=«) ")
HEADERS: Mapping[str, str] = MappingProxyType(
    {
        "Content-Security-Policy": CONTENT_SECURITY_POLICY,
        "X-Content-Type-Options": "nosniff",
        "Referrer-Policy": "same-origin",
        "Cache-Control": "no-store",
        "Vary": "Accept-Language, Cookie",
    }
)


class Pages:
    """The templates, ready to be filled."""

    def __init__(self) -> None:
        """Load the templates; every value is escaped, and a missing one is an error."""
        self._templates = Environment(
            loader=FileSystemLoader(TEMPLATES),
            autoescape=True,
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
            finalize=_unbroken,
        )

    def show(
        self, name: str, language: Language, *, status: int = 200, **values: object
    ) -> HTMLResponse:
        """Return one page in one language, under the content security policy."""
        html = self._templates.get_template(f"{name}.html").render(
            t=texts(language),
            language=language,
            languages=LANGUAGES,
            page=name,
            section=SECTIONS.get(name, name),
            **values,
        )
        headers = {**HEADERS, "Content-Language": language}
        return HTMLResponse(html, status_code=status, headers=headers)


def _unbroken(value: object) -> object:
    """Keep what French sets apart by a space, and English does not, on the line of its word."""
    return MARKED.sub("\u00a0", value) if type(value) is str else value
