"""Who gets what from which route: one row per operation of the OpenAPI document, and none by default."""

import itertools
from collections.abc import Callable, Mapping
from datetime import timedelta
from typing import Any, NamedTuple

import httpx2

from .hosting import Clock
from .many import PASSWORD, Many, Person

DEAD = ("anonymous", "expired", "revoked", "disabled", "revoked program", "wrong", "both headers")
"""Who is nobody, for one reason or another."""
ALIVE = ("other", "owner", "reader", "admin")
"""Another user, the one whose things are asked for, that one's program which may read, and an
administrator whose things they are not."""
_numbers = itertools.count(1)
NOTHING = "0" * 32
"""An id that nothing has."""


class Row(NamedTuple):
    """The status that each actor gets; `Row(404, 200, 200, 404)` is something of one's own."""

    other: int
    owner: int
    reader: int
    admin: int
    nobody: int = 401
    """Without a token, with one that counts no more, and with several."""
    anonymous: int | None = None
    """Without a token, where that differs."""
    body: Any = None
    query: Mapping[str, object] = {}
    fresh: bool = False
    """It ends the session that asks, so that each asks with a new one."""

    def of(self, actor: str) -> int:
        if actor == "anonymous" and self.anonymous is not None:
            return self.anonymous
        return self.nobody if actor in DEAD else getattr(self, actor)  # type: ignore[no-any-return]


OPEN = Row(200, 200, 200, 200, nobody=200)
"""Says nothing of anybody, to everybody."""
READ = Row(200, 200, 200, 200)
"""Shows the catalog, or what is one's own, to whoever is known."""
ADMIN = Row(403, 403, 403, 200)
"""For administrators alone."""
UNSET = Row(404, 404, 404, 404, anonymous=404)
"""Not there where the operator did not set it up; somebody who has no token is to be let in by it."""
GUEST = ("POST /api/v1/session", "POST /api/v1/session/renew", "POST /api/v1/setup",
         "GET /api/v1/oidc/login", "GET /api/v1/oidc/callback")  # fmt: skip
"""Where people without a token ask to be let in."""
ADDED = {"provider": "vllm", "key": "not-a-key-at-all", "base_url": "http://127.0.0.1:1/v1"}
_CHANGE = {"label": "changed", "base_url": ADDED["base_url"]}
_CALL = {"id": "call-1", "at": "2026-11-20T12:00:00Z", "model": "acme/sonnet-5", "ok": True}
_PRICED = {"model": "acme/sonnet-5", "input": 1000, "output": 10}
_PASSWORDS = {"old": "not that one at all", "new": PASSWORD.format(name="nobody")}

ROWS: dict[str, Row] = {
    "GET /": OPEN,
    "GET /healthz": OPEN,
    "GET /readyz": OPEN,
    "GET /metrics": READ,
    "GET /available-models": READ,
    "GET /v1/models": READ,
    "GET /v1/models/{model}": READ,
    "GET /api/v1/models": READ,
    "GET /api/v1/facets": READ,
    "GET /api/v1/models/{model}": READ,
    "GET /api/v1/bases": READ,
    "GET /api/v1/bases/{base}/endpoints": Row(404, 404, 404, 404),
    "GET /api/v1/bases/{base}": Row(404, 404, 404, 404),
    "GET /api/v1/providers": READ,
    "GET /api/v1/providers/{provider}": READ,
    "GET /api/v1/changes": READ,
    "GET /api/v1/changes.atom": READ,
    "GET /api/v1/changes.json": READ,
    "GET /api/v1/resolve": READ._replace(query={"name": "sonnet"}),
    "GET /api/v1/deprecations": READ,
    "GET /api/v1/compare": READ._replace(query={"id": ["acme/sonnet-5", "acme/sonnet-4"]}),
    "GET /api/v1/cost": READ._replace(query=_PRICED),
    "GET /api/v1/exports": READ,
    "GET /api/v1/exports/{format}": READ,
    "GET /api/v1/catalog": READ,
    "GET /api/v1/catalog.db": READ,
    "GET /api/v1/usage": READ,
    "POST /api/v1/calls": Row(200, 200, 403, 200, body={"calls": [_CALL]}),
    "POST /api/v1/setup": Row(
        403,
        403,
        403,
        403,
        anonymous=403,
        body={"name": "eve", "password": _PASSWORDS["new"], "code": "x"},
    ),
    "POST /api/v1/session": Row(401, 401, 403, 401, body={"name": "eve", "password": "guess"}),
    "POST /api/v1/session/renew": Row(401, 401, 403, 401, body={"renewal": "guess"}),
    "GET /api/v1/oidc/login": UNSET,
    "GET /api/v1/oidc/callback": UNSET,
    "DELETE /api/v1/session": Row(204, 204, 403, 204, fresh=True),
    "PUT /api/v1/password": Row(403, 403, 403, 403, body=_PASSWORDS),
    "GET /api/v1/connections": READ,
    "POST /api/v1/connections": Row(201, 201, 403, 201, body=ADDED),
    "GET /api/v1/connections/{id}": Row(404, 200, 200, 404),
    "PUT /api/v1/connections/{id}": Row(404, 200, 403, 404, body=_CHANGE),
    "DELETE /api/v1/connections/{id}": Row(404, 204, 403, 404),
    "POST /api/v1/connections/{id}/check": Row(404, 200, 403, 404),
    "GET /api/v1/favourites": READ,
    "PUT /api/v1/favourites/{model}": Row(200, 200, 403, 200),
    "DELETE /api/v1/favourites/{model}": Row(404, 204, 403, 404),
    "GET /api/v1/preferences": READ,
    "PUT /api/v1/preferences": Row(200, 200, 403, 200, body={"last_model": "acme/sonnet-5"}),
    "GET /api/v1/bindings": READ,
    "PUT /api/v1/bindings/{program}": Row(200, 200, 403, 200, body={"models": []}),
    "DELETE /api/v1/bindings/{program}": Row(404, 204, 403, 404),
    "GET /api/v1/tokens": READ,
    "POST /api/v1/tokens": Row(201, 201, 403, 201, body={"name": "another program"}),
    "DELETE /api/v1/tokens/{id}": Row(404, 204, 403, 404),
    "GET /api/v1/sessions": READ,
    "DELETE /api/v1/sessions/{id}": Row(404, 204, 403, 404),
    "GET /api/v1/picks": READ,
    "GET /api/v1/aliases": READ,
    "GET /api/v1/admin/status": ADMIN,
    "POST /api/v1/admin/refresh": ADMIN._replace(admin=202, body={}),
    "GET /api/v1/admin/users": ADMIN,
    "POST /api/v1/admin/users": ADMIN._replace(admin=422, body={"name": "owner"}),
    "PATCH /api/v1/admin/users/{id}": ADMIN._replace(body={"disabled": False}),
    "GET /api/v1/admin/audit": ADMIN,
    "GET /api/v1/admin/audit/verify": ADMIN,
}
"""`METHOD /path` → what comes of it."""


class Cast(NamedTuple):
    """Somebody of each kind, by the headers that they send."""

    many: Many
    owner: Person
    headers: Mapping[str, Mapping[str, str]]

    def asks(self, actor: str, route: str, path: str) -> httpx2.Response:
        """What an actor gets from a route at a path."""
        row, method = ROWS[route], route.partition(" ")[0]
        headers = self.headers[actor]
        if row.fresh and actor in ("other", "owner", "admin"):
            headers = _bearer(self.many.sign_in(actor).access)
        with self.many.client() as client:
            return client.request(
                method,
                path,
                headers=headers,
                params=row.query,
                json=row.body if method in ("POST", "PUT", "PATCH") else None,
            )

    def path(self, route: str) -> str:
        """Where the route leads to something that is the owner's."""
        path = route.partition(" ")[2]
        for gap, fill in FILLS.items():
            if gap in path:
                path = path.replace(gap, fill(self) if callable(fill) else fill)
        assert "{" not in path, f"say in FILLS what stands in {path}"
        return path


def _connection(cast: Cast) -> str:
    with cast.many.client(cast.owner) as client:
        return client.post("/api/v1/connections", json=ADDED).json()["id"]  # type: ignore[no-any-return]


def _put(path: str, body: Any = None) -> Callable[[Cast], str]:
    """Something that the owner puts at a path, which is all its name; each time another."""

    def put(cast: Cast) -> str:
        place = f"{path}-{next(_numbers)}"
        with cast.many.client(cast.owner) as client:
            assert client.put(f"/api/v1/{place}", json=body).status_code == 200
        return place

    return put


FILLS: dict[str, str | Callable[[Cast], str]] = {
    "connections/{id}": lambda cast: f"connections/{_connection(cast)}",
    "tokens/{id}": lambda cast: f"tokens/{_token(cast.many, cast.owner)[0]}",
    "sessions/{id}": lambda cast: f"sessions/{cast.many.sign_in('owner').session}",
    "users/{id}": lambda cast: f"users/{cast.owner.id}",
    "favourites/{model}": _put("favourites/acme/sonnet-5"),
    "bindings/{program}": _put("bindings/hers", {"models": ["acme/sonnet-5"]}),
    "{model}": "acme/sonnet-5",
    "{base}": "nobody/nothing",
    "{provider}": "acme",
    "{format}": "csv",
}
"""What stands in the gaps of paths."""


def cast(many: Many, admin: Person) -> Cast:
    """Everybody, as they are at this moment."""
    owner, other = many.join("owner"), many.join("other")
    gone, out = many.join("gone"), many.join("out")
    with many.client(admin) as client:
        answer = client.patch(f"/api/v1/admin/users/{out.id}", json={"disabled": True})
        assert answer.status_code == 200
    with many.client(gone) as client:
        assert client.delete("/api/v1/session").status_code == 204
    return Cast(
        many,
        owner,
        {
            "anonymous": {},
            "wrong": _bearer("mdx_wrong"),
            "expired": _bearer(_expired(many, owner)),
            "revoked": _bearer(gone.access),
            "disabled": _bearer(out.access),
            "revoked program": _bearer(_program(many, owner, revoked=True)),
            "both headers": {**_bearer(owner.access), "x-api-key": owner.access},
            "other": _bearer(other.access),
            "owner": _bearer(owner.access),
            "reader": {"x-api-key": _program(many, owner)},
            "admin": _bearer(admin.access),
        },
    )


def _bearer(token: str) -> dict[str, str]:
    return {"authorization": f"Bearer {token}"}


def _expired(many: Many, who: Person) -> str:
    clock = many.clock
    earlier = Clock()
    earlier.now = clock.now - timedelta(minutes=16)
    tokens = many.tenancy.signing_in._tokens
    return tokens.issue(who.id, who.session, "0" * 32, earlier.now)


def _program(many: Many, who: Person, *, revoked: bool = False) -> str:
    name, text = _token(many, who)
    if revoked:
        with many.client(who) as client:
            assert client.delete(f"/api/v1/tokens/{name}").status_code == 204
    return text


def _token(many: Many, who: Person) -> tuple[str, str]:
    wanted = {"name": "a program", "scopes": ["read"]}
    with many.client(who) as client:
        said = client.post("/api/v1/tokens", json=wanted).json()
    return said["token"]["id"], said["text"]
