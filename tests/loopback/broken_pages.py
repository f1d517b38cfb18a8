"""Faults of paging: lists that never end, go round, break off or hide their next page."""

from itertools import count

from .exchange import Exchange
from .wire import json_reply

_numbers = count(1)


async def endless_pages(exchange: Exchange) -> None:
    """Always another page, with a model and a cursor never seen before."""
    if exchange.feed is None:
        await exchange.send(exchange.usual())
        return
    fresh = f"endless-{next(_numbers)}"
    record = exchange.feed.renamed(fresh)
    await exchange.send(exchange.claiming_more(fresh, [record]))


async def looping_pages(exchange: Exchange) -> None:
    """Always the same page, and always the same cursor."""
    await exchange.send(exchange.claiming_more(exchange.feed.ids[0] if exchange.feed else None))


async def second_page_fails(exchange: Exchange) -> None:
    """A good first page, and nothing but 500 after it."""
    if exchange.on_first_page:
        most = max(len(exchange.feed.ids) // 2, 1) if exchange.feed else None
        await exchange.send(exchange.usual(most=most))
    else:
        await exchange.send(json_reply(500, {"error": {"message": "Internal server error"}}))


async def more_without_cursor(exchange: Exchange) -> None:
    """It says that there is more, and not where."""
    await exchange.send(exchange.claiming_more(None))
