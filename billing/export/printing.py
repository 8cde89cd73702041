"""How are many papers printed? On processes side by side, each printing one after the other."""

from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from functools import partial
from multiprocessing import get_context

from billing.export import credit_pdf, pdf
from billing.judging.court import take_seat
from billing.model import CreditNote, Invoice

Printable = Invoice | CreditNote
# For fewer, beginning the processes takes longer than they save.
FEW, PROCESSES, AT_A_TIME = 40, 2, 8


def printed(documents: Sequence[Printable], lang: str = "fr", few: int = FEW) -> Iterator[bytes]:
    """Print documents, in the order given; `few` of them without processes of their own."""
    print_one = partial(_printed, lang=lang)
    if len(documents) <= few:
        yield from map(print_one, documents)
        return
    with ProcessPoolExecutor(
        PROCESSES, mp_context=get_context("spawn"), initializer=take_seat
    ) as pool:
        yield from pool.map(print_one, documents, chunksize=AT_A_TIME)


def _printed(document: Printable, lang: str) -> bytes:
    if isinstance(document, Invoice):
        return pdf.write(document, lang)
    return credit_pdf.write(document, lang)
