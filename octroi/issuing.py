"""Whose access tokens does this installation take, besides its own keys?"""

from octroi.settings import InvalidSetting, Settings
from permits.issuers import Issuer


def issuer_of(settings: Settings) -> Issuer | None:
    """Return the configured issuer, if one is; without an audience anybody's token would do."""
    if settings.oidc_issuer is None:
        return None
    if settings.oidc_audience is None:
        msg = "OCTROI_OIDC_ISSUER needs OCTROI_OIDC_AUDIENCE: whom its access tokens are for."
        raise InvalidSetting(msg)
    return Issuer(
        url=settings.oidc_issuer,
        audience=settings.oidc_audience,
        algorithm=settings.oidc_algorithm,
        jwks_url=settings.oidc_jwks_url,
        role_claim=settings.oidc_role_claim,
        operator_claim=settings.oidc_operator_claim,
        roles=settings.oidc_roles,
    )
