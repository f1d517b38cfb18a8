"""Changes as an Atom feed. Source: https://www.rfc-editor.org/rfc/rfc4287"""

from collections.abc import Sequence
from datetime import datetime
from xml.etree.ElementTree import Element, SubElement, tostring

from ..domain.change import Change
from ..rules.telling import told

_NAMESPACE = "http://www.w3.org/2005/Atom"
_ID = "tag:modeldex,2026:"


def atom(changes: Sequence[Change], updated: datetime) -> str:
    """The feed as an XML document, entries in the order of `changes`.

    `updated` (aware) is the time of the catalog. An entry's id is the change's own key, so that a
    reader shows no change twice.
    """
    feed = Element("feed", xmlns=_NAMESPACE)
    _text(feed, "id", f"{_ID}changes")
    _text(feed, "title", "modeldex: changes")
    _text(feed, "updated", _time(updated))
    _text(SubElement(feed, "author"), "name", "modeldex")
    for change in changes:
        entry = SubElement(feed, "entry")
        _text(entry, "id", f"{_ID}{change.key}")
        _text(entry, "title", _printable(told(change)))
        _text(entry, "updated", _time(change.at))
        SubElement(entry, "category", term=change.kind)
        content = _text(entry, "content", _printable(told(change)))
        content.set("type", "text")
    return '<?xml version="1.0" encoding="utf-8"?>\n' + tostring(feed, encoding="unicode") + "\n"


def _text(parent: Element, name: str, text: str) -> Element:
    element = SubElement(parent, name)
    element.text = text
    return element


def _time(at: datetime) -> str:
    return at.isoformat().replace("+00:00", "Z")


def _printable(text: str) -> str:
    """Text without the control characters that no XML document may hold."""
    return "".join(char if char.isprintable() else " " for char in text)
