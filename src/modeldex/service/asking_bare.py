"""Ask a provider once without the key: does what came with it come to anybody?"""

from msgspec.structs import replace

from ..dialects import spoken
from ..domain.listing import OPENING, Page, Role, Route, When
from ..domain.outcome import Outcome, Unreadable, Verdict
from ..rules.verdict import judge
from ..transport.client import Transport
from .discover import Asked, applicable, first_ask

_TELLS_NOTHING = frozenset(
    {Outcome.RATE_LIMITED, Outcome.TIMEOUT, Outcome.UNREACHABLE, Outcome.DNS, Outcome.TLS}
)


async def wants_key(asked: Asked, transport: Transport) -> bool | None:
    """Whether what the key brought comes only with a key; `None` when that cannot be told.

    `asked` is what came with it. The request goes to the same address and carries no credential.
    A list that comes empty without the key and with models to it wants one.
    """
    keyed = asked.connection
    route = _telling(applicable(spoken(keyed.provider).routes, keyed))
    if route is None:
        return None
    ask = replace(first_ask(route, keyed), sends_key=False)
    try:
        answer = await transport.fetch(replace(keyed, secret=None, proof=None), ask)
        if met := judge(answer, keyed=False):
            raise met
        if route.role is Role.CHECKS:
            return False
        listed = spoken(keyed.provider).read(Page(ask=ask, body=answer.body)).claims
        return not listed and any(reading.claims for _, reading in asked.read)
    except Unreadable:
        return True
    except Verdict as verdict:
        return None if verdict.outcome in _TELLS_NOTHING else True


def _telling(routes: list[Route]) -> Route | None:
    """The route whose answer shows most of a key: the one that checks it, else the list itself."""
    checks = [route for route in routes if route.role is Role.CHECKS]
    lists = [route for route in routes if route.role in OPENING and route.sends_key]
    keyed = [route for route in lists if route.when is When.WITH_KEY]
    return next(iter(checks or keyed or lists), None)
