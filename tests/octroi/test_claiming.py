"""Who claims is known before anything starts."""

from pathlib import Path

import pytest

from octroi.claiming import seller_of
from octroi.settings import InvalidSetting, load
from tests.billing.test_sellers import CITY, LYON


def test_the_file_of_the_setting_says_who_claims_and_the_address_where(tmp_path: Path) -> None:
    file = tmp_path / "seller.toml"
    file.write_text(CITY, encoding="utf-8")

    claims = seller_of(load(seller=file, public_url="https://octroi.example/"))

    assert (claims.name, claims.explained_at) == (LYON.name, "https://octroi.example")
    assert seller_of(load()).demonstration


def test_a_file_that_says_nobody_is_refused_by_the_setting_and_the_field(tmp_path: Path) -> None:
    file = tmp_path / "seller.toml"
    file.write_text(CITY.replace("7890 185", "7890 186"), encoding="utf-8")

    with pytest.raises(InvalidSetting, match=r"^OCTROI_SELLER: .*seller.toml: iban: FR76"):
        seller_of(load(seller=file))
    with pytest.raises(InvalidSetting, match="cannot be read"):
        seller_of(load(seller=tmp_path / "none.toml"))


@pytest.mark.parametrize("address", ["octroi.example", "ftp://octroi.example", "https://a/b", ""])
def test_an_address_that_no_page_is_at_is_refused(address: str) -> None:
    with pytest.raises(InvalidSetting, match="address that this site is reached at"):
        load(public_url=address)
