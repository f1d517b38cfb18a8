"""What the tests of dialects share: a page of a recorded body, and the recordings by folder."""

from modeldex.dialects import dialect
from modeldex.domain.claims import Claims
from modeldex.domain.listing import Ask, Page, Reading
from tests.conftest import SHARED


def page(dialect_name: str, body: bytes, route: str) -> Page:
    """The body as the answer to the first ask of that route."""
    found = next(one for one in dialect(dialect_name).routes if one.name == route)
    ask = Ask(route=route, path=found.path, params=found.params, role=found.role, sends_key=False)
    return Page(ask=ask, body=body)


def read(dialect_name: str, body: bytes, route: str) -> Reading:
    return dialect(dialect_name).read(page(dialect_name, body, route))


def by_id(reading: Reading) -> dict[str, Claims]:
    return {claim.native_id: claim for claim in reading.claims}


def recorded(*folders: str) -> list[str]:
    """The bodies in these folders of the recordings; none where the recordings are missing."""
    return [
        f"{folder}/{file.name.removesuffix('.json.gz')}"
        for folder in folders
        for file in sorted((SHARED / folder).glob("*.json.gz"))
    ]
