"""In whose name does this installation claim, and where are its claims explained?"""

from dataclasses import replace

from billing.model import Seller
from billing.sellers import PARIS, InvalidSeller, seller_from
from octroi.settings import InvalidSetting, Settings


def seller_of(settings: Settings) -> Seller:
    """Return whom the configured file names; without one the demonstration, to which none owe."""
    return replace(_seller(settings), explained_at=(settings.public_url or "").rstrip("/"))


def _seller(settings: Settings) -> Seller:
    if settings.seller is None:
        return PARIS
    try:
        return seller_from(settings.seller.read_text(encoding="utf-8"))
    except OSError as unreadable:
        msg = f"OCTROI_SELLER: {settings.seller} cannot be read: {unreadable.strerror}."
        raise InvalidSetting(msg) from unreadable
    except (InvalidSeller, UnicodeDecodeError) as invalid:
        msg = f"OCTROI_SELLER: {settings.seller}: {str(invalid).rstrip('.')} (docs/accounts.md)."
        raise InvalidSetting(msg) from invalid
