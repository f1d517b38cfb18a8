"""What there is to know of a provider before it is asked, in words: the same for terminal and documentation."""

from collections.abc import Iterator

from ..dialects import spoken
from ..domain.model import Tier
from ..domain.provider import Auth, KeyNeed, Provider
from ..knowledge.pack import load
from ..providers import given
from ..rules.keys import proves

EVIDENCE = {
    "live": "answers that were recorded",
    "docs": "the provider's documentation",
    "sdk": "the provider's own software",
    "client": "programs of others that ask it",
    "route": "an address that answers; what stands in its list is assumed",
    "unverified": "nothing that could be confirmed: treat it with care",
}
"""What a row can rest on, and what that means."""
DOUBTFUL = frozenset({"route", "unverified"})
"""The evidence of rows of which the user is warned."""
_WANTS = {
    KeyNeed.LISTING: "for the list and for calls",
    KeyNeed.CALLING: "for calls; the list is public",
    KeyNeed.NEVER: "by nobody, unless the server is set up so",
}
_HEADERS = {
    Auth.BEARER: "Authorization: Bearer",
    Auth.X_API_KEY: "x-api-key",
    Auth.X_GOOG_API_KEY: "x-goog-api-key",
    Auth.API_KEY: "api-key",
    Auth.GITHUB_COPILOT: "Authorization: Bearer, of a short-lived token made with it",
    Auth.NONE: "none",
}
_CHAINS = {
    Auth.AWS: "AWS variables, profiles and roles; pip install 'modeldex[aws]'",
    Auth.GOOGLE: "application default credentials; of service accounts pip install 'modeldex[google]'",
    Auth.ENTRA: "the variables of a Microsoft Entra application",
    Auth.DATABRICKS: "the variables of a Databricks service principal",
}


def described(row: Provider) -> Iterator[tuple[str, str]]:
    """Label and text, line by line; lines that would say nothing are left out."""
    for label, text in (
        ("closed on", row.retired),
        ("to know", row.note),
        ("base URL", row.base_url),
        ("public lists", row.public_url),
        ("dialect", row.dialect),
        ("tiers", ", ".join(tiers(row))),
        ("a key is wanted", _WANTS[row.key]),
        ("sent as", _HEADERS.get(row.auth, row.auth.value) if row.key_env else None),
        ("variables", ", ".join(row.key_env)),
        ("or without a key", _CHAINS.get(row.chain) if row.chain else None),
        ("address from", ", ".join((*row.base_url_env, *_gaps(row)))),
        ("key checked", _checked(row)),
        ("ports", ", ".join(map(str, row.ports))),
        ("prices in", row.price_unit),
        ("its list gives", ", ".join(given().get(row.id, ())) or "ids"),
        ("rests on", EVIDENCE.get(row.evidence or "")),
        ("checked on", row.checked),
        ("get a key", row.key_url),
        ("documentation", row.docs_url),
    ):
        if text:
            yield label, text


def tiers(row: Provider) -> tuple[Tier, ...]:
    """The ways in which a list of the provider can be come by, best first."""
    found = []
    if row.listed and not row.retired:
        if row.key is not KeyNeed.NEVER:
            found.append(Tier.LIVE_WITH_KEY)
        if row.key is not KeyNeed.LISTING:
            found.append(Tier.LIVE)
    if load().manifest(row.id):
        found.append(Tier.MANIFEST)
    return tuple(found)


def _gaps(row: Provider) -> Iterator[str]:
    for gap, names in row.variables.items():
        yield f"{gap} from {' or '.join(names)}"


def _checked(row: Provider) -> str | None:
    if not row.key_env or row.retired or not row.listed:
        return None
    if proves(row, spoken(row).routes):
        return "by its answer to a refresh"
    return "no: it answers with and without a key alike"
