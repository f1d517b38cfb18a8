"""Secrets put into every input of a service for many: in the right places, in wrong ones, in errors."""

import json
from collections.abc import Iterator, Mapping
from typing import Any

import httpx2
from fastapi import APIRouter, Request

from .canaries import Canaries, whole
from .many import Many

SETTLED = "typed where it does not belong"
_KINDS = ("application/json", "text/plain", "application/x-www-form-urlencoded")


class Planting:
    """What was planted, and every answer that came."""

    def __init__(self, many: Many) -> None:
        self.many = many
        self.secrets, self.typed = Canaries(), Canaries()
        self.answers: dict[str, bytes] = {}
        self.problems: dict[str, bytes] = {}

    def ask(self, client: httpx2.Client, method: str, path: str, **said: Any) -> httpx2.Response:
        """Ask, and keep what comes."""
        answer = client.request(method, path, **said)
        place = f"{len(self.answers)} {method} {path.partition('?')[0]}"
        self.answers[place] = whole(answer)
        if answer.status_code >= 400:
            self.problems[place] = whole(answer)
        return answer

    def hand_out(self, where: str, answer: httpx2.Response, *fields: str) -> dict[str, Any]:
        """Tokens that an answer rightly gives: secrets everywhere but in this one answer."""
        said: dict[str, Any] = answer.json()
        for field in fields:
            self.secrets.plant(f"{where} {field}", said[field])
        last = next(reversed(self.answers))
        del self.answers[last]
        return said

    def people(self) -> tuple[httpx2.Client, httpx2.Client]:
        """An administrator and a user, made and signed in through the routes; their clients."""
        secrets, stranger = self.secrets, self.many.client()
        code = secrets.plant("the set-up code", _code(self.many))
        names = {"boss": secrets.plant("a password"), "ann": secrets.plant("another password")}
        boss = {"name": "boss", "password": names["boss"]}
        wrong = {**boss, "code": secrets.plant("a wrong set-up code")}
        self.ask(stranger, "POST", "/api/v1/setup", json=wrong)
        assert self.ask(stranger, "POST", "/api/v1/setup", json={**boss, "code": code}).is_success
        admin = self.many.client(self.sign_in(stranger, boss)["access"])
        ann = {"name": "ann", "password": names["ann"]}
        made = self.ask(admin, "POST", "/api/v1/admin/users", json=ann)
        assert made.status_code == 201, made.text
        for name in ("ann", secrets.plant("a password where the name goes")):
            guess = {"name": name, "password": secrets.plant(f"a wrong password for {name[:3]}")}
            assert self.ask(stranger, "POST", "/api/v1/session", json=guess).status_code == 401
        tokens = self.sign_in(stranger, ann)
        body = {"renewal": tokens["renewal"]}
        renewed = self.ask(stranger, "POST", "/api/v1/session/renew", json=body)
        access = self.hand_out("renewed", renewed, "access", "renewal")["access"]
        stranger.close()
        return admin, self.many.client(access)

    def sign_in(self, stranger: httpx2.Client, who: Mapping[str, str]) -> dict[str, Any]:
        answer = self.ask(stranger, "POST", "/api/v1/session", json=who)
        assert answer.status_code == 201, answer.text
        return self.hand_out(f"session of {who['name']}", answer, "access", "renewal")

    def keys(self, client: httpx2.Client, urls: Mapping[str, str]) -> list[str]:
        """A key for each address, whatever it answers, each asked again and replaced; their ids."""
        kept = []
        for name, url in urls.items():
            body = {"provider": "groq", "base_url": url}
            key = self.secrets.plant(f"a key for {name}")
            added = self.ask(client, "POST", "/api/v1/connections", json={**body, "key": key})
            assert added.status_code == 201, added.text
            kept.append(added.json()["id"])
        for path in ("/available-models?force_refresh=true", "/v1/models", "/api/v1/connections"):
            assert self.ask(client, "GET", path).status_code == 200
        place = f"/api/v1/connections/{kept[0]}"
        body = {"base_url": urls[next(iter(urls))]}
        for number in range(2):
            key = self.secrets.plant(f"a replacing key {number}")
            assert self.ask(client, "PUT", place, json={**body, "key": key}).is_success
        assert self.ask(client, "POST", f"{place}/check").is_success
        return kept

    def misplaced(self, client: httpx2.Client) -> None:
        """Keys in addresses, in headers and as tokens: refused, and repeated by nobody."""
        plant = self.secrets.plant
        for number, pattern in enumerate(
            ("https://me:{}@api.example.com/v1", "https://api.example.com/v1?key={}",
             "https://api.example.com/v1#{}", "file:///{}")
        ):  # fmt: skip
            url = pattern.format(plant(f"a key in an address {number}"))
            body = {"provider": "groq", "key": plant(f"a key for {pattern}"), "base_url": url}
            refused = self.ask(client, "POST", "/api/v1/connections", json=body)
            assert refused.status_code == 422, refused.text
        for number, key in enumerate(("with\nbreak ", "with\x00nul ", "ünicode ", " " * 20000)):
            body = {"provider": "groq", "key": key + plant(f"a broken key {number}")}
            assert self.ask(client, "POST", "/api/v1/connections", json=body).status_code == 422
        for name in ("authorization", "x-api-key", "cookie", "x-canary", "user-agent", "referer"):
            headers = {name: plant(f"a key in the header {name}")}
            with self.many.client() as stranger:
                for path in ("/", "/v1/models", "/nowhere", "/api/v1/connections"):
                    self.ask(stranger, "GET", path, headers=headers)
        for path in ("/fails", "/breaks-off"):
            assert self.ask(client, "POST", path, json=plant(f"a key at {path}")).status_code == 500

    def everywhere(self, client: httpx2.Client) -> None:
        """Something that may be a key, typed into every parameter and every body."""
        typed = self.typed.plant(SETTLED)
        document = client.get("/openapi.json").json()
        for path, operations in document["paths"].items():
            for method, operation in operations.items():
                if (method, path) == ("delete", "/api/v1/session"):
                    continue
                named = [(one["in"], one["name"]) for one in operation.get("parameters", [])]
                query = {name: typed for place, name in named if place == "query"}
                filled = path
                for place, name in named:
                    if place == "path":
                        filled = filled.replace(f"{{{name}}}", typed)
                self.ask(client, method.upper(), filled)
                self.ask(client, method.upper(), filled, params=query)
                self.ask(client, method.upper(), filled, params={typed: typed})
                if "requestBody" in operation:
                    for content, kind in _bodies(typed):
                        self.ask(
                            client,
                            method.upper(),
                            filled,
                            content=content,
                            headers={"content-type": kind},
                        )
        for method in ("GET", "POST", "BREW"):
            self.ask(client, method, f"/{typed}")


def _bodies(typed: str) -> Iterator[tuple[bytes, str]]:
    names = ("name", "password", "code", "renewal", "old", "new", "key", "provider", "scopes",
             "model", "models", "role", "calls", "preferences", "only", "accept")  # fmt: skip
    values: tuple[Any, ...] = (
        typed,
        [typed],
        {typed: typed},
        {typed: {typed: [typed]}},
        dict.fromkeys(names, typed),
        {key: [typed] for key in names},
        {key: {typed: typed} for key in names},
        None,
    )
    for value in values:
        yield json.dumps(value).encode(), _KINDS[0]
    yield f'{{"key": "{typed}'.encode(), _KINDS[0]
    yield f'{{"key": "{typed}\xff"}}'.encode("latin-1"), _KINDS[0]
    yield f'{{"key": {"[" * 5000} "{typed}"'.encode(), _KINDS[0]
    yield f"key={typed}".encode(), _KINDS[1]
    yield f"key={typed}".encode(), _KINDS[2]


def _code(many: Many) -> str:
    from modeldex.web.opening_many import setup_code

    code = setup_code(many.house)
    assert code is not None
    return code


def failing() -> APIRouter:
    """Routes with mistakes that have what was sent in their words."""
    router = APIRouter()

    @router.post("/fails")
    async def fails(request: Request) -> None:
        raise RuntimeError((await request.body()).decode())

    @router.post("/breaks-off")
    async def breaks_off(request: Request) -> None:
        try:
            raise ValueError((await request.body()).decode())
        except ValueError as error:
            raise LookupError(repr(error)) from error

    return router


async def parrot(head: bytes, writer: Any) -> None:
    """A host that repeats the key that it was sent, in the way that the path asks for."""
    from tests.transport.servers import reply

    lines = head.decode().split("\r\n")
    path = lines[0].split(" ")[1]
    key = next(
        (line.split(" ", 2)[2] for line in lines if line.lower().startswith("authorization:")), ""
    )
    message = json.dumps({"error": {"message": f"Incorrect API key provided: {key}"}}).encode()
    listed = json.dumps({"data": [{"id": "one", "object": "model"}]}).encode()
    repeated = json.dumps({"data": [{"id": key, "object": "model"}]}).encode()
    match path.split("/")[1]:
        case "200":
            writer.write(reply(message))
        case "list":
            writer.write(reply(repeated))
        case "broken":
            writer.write(reply(repeated[:-3]))
        case "html":
            writer.write(reply(f"<p>{key}</p>".encode(), content_type="text/html"))
        case "header":
            writer.write(reply(listed, etag=f'"{key}"', last_modified=key, x_request_id=key))
        case "kind":
            writer.write(reply(listed, content_type=f"application/{key}"))
        case "reason":
            writer.write(reply(message, f"401 {key}"))
        case "redirect":
            writer.write(reply(b"", "302 Found", location=f"https://{key}.example.com/{key}"))
        case status:
            writer.write(reply(message, f"{status} Refused"))


PARROTS = ("200", "list", "broken", "html", "header", "kind", "reason", "redirect", "400", "401",
           "403", "404", "410", "429")  # fmt: skip
