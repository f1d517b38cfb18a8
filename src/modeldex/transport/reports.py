"""Batches of reported calls on their way to a service of modeldex, from an ordinary thread."""

import httpx2

from .._version import __version__
from ..domain.outcome import Outcome, Verdict
from ..domain.secret import Secret
from . import quiet
from .failure import EXPECTED, verdict_of
from .guard import is_loopback, origin
from .limits import Limits


class Courier:
    """Sends bodies to one address with one token; follows no redirect and reads no answer."""

    def __init__(self, url: str, token: Secret, limits: Limits, *, plain: bool = False) -> None:
        """`plain` sends the token over http too, to other machines than this one.

        Raises `Verdict` for an address that cannot be used, or that it may not be sent to.
        """
        target = origin(url)
        if target.scheme != "https" and not (plain or is_loopback(target.host)):
            raise Verdict(Outcome.TLS, "a token is only sent over https, or to this machine")
        self._url, self._token, self._limits = url, token, limits
        self._client: httpx2.Client | None = None

    def send(self, body: bytes) -> int:
        """The status of the answer; raises `Verdict` when none came. Blocks."""
        try:
            with quiet.quietly(), self._opened().stream("POST", self._url, content=body) as answer:
                return answer.status_code
        except EXPECTED as error:
            verdict = verdict_of(error, self._limits)
        # Raised out here so that no traceback leads back to the request and its token.
        raise verdict

    def _opened(self) -> httpx2.Client:
        if self._client is None:
            quiet.install()
            self._client = httpx2.Client(
                headers={
                    "authorization": f"Bearer {self._token.reveal()}",
                    "content-type": "application/json",
                    "user-agent": f"modeldex/{__version__}",
                },
                follow_redirects=False,
                timeout=httpx2.Timeout(self._limits.read_s, connect=self._limits.connect_s),
            )
        return self._client

    def close(self) -> None:
        """Let go of the connection; a later `send` opens another."""
        client, self._client = self._client, None
        if client is not None:
            client.close()
