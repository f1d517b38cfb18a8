"""Notices through the library apprise, which knows the mail, chats and phones of this world."""

import asyncio
from functools import partial

from ..domain.outcome import Outcome, Verdict
from ..domain.secret import Secret
from . import quiet
from .threads import in_daemon_thread

_LOGGER = "apprise"


async def apprise(address: Secret, title: str, body: str, within_s: float) -> None:
    """Send a notice to an address of apprise, which holds its credential.

    Source: https://github.com/caronc/apprise/wiki. Raises `Verdict` when it was not taken;
    apprise says no more than that.
    """
    quiet.install(_LOGGER)
    try:
        async with asyncio.timeout(within_s):
            with quiet.quietly():
                taken = await in_daemon_thread(partial(_send, address, title, body), (Verdict,))
    except TimeoutError:
        raise Verdict(Outcome.TIMEOUT, f"not taken within {within_s:.1f} s") from None
    except RuntimeError:
        raise Verdict(Outcome.UNREACHABLE, "apprise failed at it") from None
    if not taken:
        raise Verdict(Outcome.UNREACHABLE, "apprise could not send it")


def _send(address: Secret, title: str, body: str) -> bool:
    try:
        from apprise import Apprise
    except ImportError:
        raise Verdict(
            Outcome.UNREACHABLE, "install modeldex[notify] to send notices this way"
        ) from None
    sender = Apprise()
    if not sender.add(address.reveal()):
        raise Verdict(Outcome.UNREACHABLE, "its address is none that apprise knows")
    return bool(sender.notify(body=body, title=title))
