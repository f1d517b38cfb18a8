"""What there is to know of a provider before it is asked, in words: the same for terminal and documentation."""

from collections.abc import Iterator, Sequence

from ..dialects import spoken
from ..domain.connection import Connection
from ..domain.model import Tier
from ..domain.provider import Auth, KeyNeed, Provider
from ..knowledge.pack import load
from ..providers import given, packaged
from ..rules.keys import in_doubt, proves

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


def described(
    row: Provider, asked: Connection | None = None, gave: Sequence[str] | None = None
) -> Iterator[tuple[str, str]]:
    """Label and text, line by line; lines that would say nothing are left out.

    With `asked`, the connection made of the row here, the addresses are those that are asked.
    `gave` are the fields of its last list; `None` where none came from there.
    """
    base_url = addressed(asked.base_url if asked else row.base_url)
    packed_url = addressed(row.base_url)
    public_url = asked.public_url if asked else row.public_url
    for label, text in (
        ("closed on", row.retired),
        ("to know", row.note),
        ("base URL", base_url),
        ("its row says", packed_url if base_url != packed_url.rstrip("/") and asked else None),
        ("public lists", addressed(public_url) if public_url else None),
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
        ("its list gives", _gives(row, asked, gave)),
        ("rests on", EVIDENCE.get(row.evidence or "")),
        ("checked on", row.checked),
        ("get a key", row.key_url),
        ("documentation", row.docs_url),
    ):
        if text:
            yield label, text


def addressed(url: str) -> str:
    """An address without what may be secret in it: user name, password and query."""
    scheme, found, rest = url.partition("://")
    host, slash, path = (rest if found else url).partition("/")
    path = path.partition("?")[0].partition("#")[0]
    host = host.rpartition("@")[2].partition("?")[0]
    return f"{scheme}{found}{host}{slash}{path}" if found else f"{host}{slash}{path}"


def _gives(row: Provider, asked: Connection | None, gave: Sequence[str] | None) -> str:
    """The fields of its list: as it came, else as its answers were recorded."""
    recorded = given().get(row.id)
    packed = packaged().get(row.id)
    own = packed is None or (row.base_url, row.dialect) != (packed.base_url, packed.dialect)
    if not own and not is_moved(row, asked):
        return ", ".join(recorded or ()) or "ids"
    if gave is not None:
        return ", ".join(gave) or "ids"
    if asked is None:
        return "what its dialect can read"
    return "not known before it is asked"


def is_moved(row: Provider, asked: Connection | None) -> bool:
    """Whether another address is asked than the row says; a gap that is filled moves nothing."""
    return (
        asked is not None
        and "{" not in row.base_url
        and asked.base_url.rstrip("/") != row.base_url.rstrip("/")
    )


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
    proven = proves(row, spoken(row).routes)
    if in_doubt(row, packaged().get(row.id)) and (proven or row.key is KeyNeed.NEVER):
        return "by asking with it and once without it"
    if proven:
        return "by its answer to a refresh"
    return "no: it answers with and without a key alike"
