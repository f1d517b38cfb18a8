"""Changes as a JSON Feed. Source: https://www.jsonfeed.org/version/1.1/"""

from collections.abc import Sequence

import msgspec

from ..domain.change import Change
from ..rules.telling import document, told


def json_feed(changes: Sequence[Change]) -> str:
    """The feed as a JSON document, items in the order of `changes`.

    An item's id is the change's own key, so that a reader shows no change twice.
    """
    items = [
        {
            "id": change.key,
            "title": told(change),
            "content_text": told(change),
            "date_published": change.at,
            "tags": [change.kind],
            "_modeldex": document(change),
        }
        for change in changes
    ]
    feed = {
        "version": "https://jsonfeed.org/version/1.1",
        "title": "modeldex: changes",
        "language": "en",
        "items": items,
    }
    return msgspec.json.format(msgspec.json.encode(feed)).decode() + "\n"
