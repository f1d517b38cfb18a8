"""The feeds against what their specifications demand."""

import json
from datetime import datetime
from urllib.parse import urlsplit
from xml.etree import ElementTree

import pytest

from modeldex.domain.change import Change, ChangeKind
from modeldex.exports.atom import atom
from modeldex.exports.json_feed import json_feed
from tests.conftest import NOW

ATOM = "{http://www.w3.org/2005/Atom}"
HOSTILE = 'p/<b>&"\x00\x1b[31m\u2028\ufffe'


def change(id: str = "p/m", kind: ChangeKind = ChangeKind.PRICE) -> Change:
    return Change(
        at=NOW,
        id=id,
        kind=kind,
        field="price.input",
        old="1",
        new="2",
        source=None,
        before="a",
        snapshot="b",
    )


CHANGES = [change(), change(HOSTILE), change(kind=ChangeKind.ADDED)]


@pytest.fixture
def feed() -> ElementTree.Element:
    return ElementTree.fromstring(atom(CHANGES, NOW))


@pytest.mark.parametrize("name", ["id", "title", "updated"])
def test_an_atom_feed_and_each_entry_have_one_of_what_is_required(
    feed: ElementTree.Element, name: str
) -> None:
    assert feed.tag == f"{ATOM}feed"
    for element in (feed, *feed.findall(f"{ATOM}entry")):
        (one,) = element.findall(f"{ATOM}{name}")
        assert (one.text or "").strip()


def test_an_atom_feed_has_an_author(feed: ElementTree.Element) -> None:
    assert feed.findtext(f"{ATOM}author/{ATOM}name")


def test_atom_ids_are_iris_and_differ(feed: ElementTree.Element) -> None:
    ids = [element.text or "" for element in feed.iter(f"{ATOM}id")]
    assert len(set(ids)) == len(ids) == len(CHANGES) + 1
    assert all(urlsplit(one).scheme for one in ids)


def test_atom_times_are_rfc_3339(feed: ElementTree.Element) -> None:
    times = [element.text or "" for element in feed.iter(f"{ATOM}updated")]
    assert all(datetime.fromisoformat(one) == NOW and "T" in one for one in times)


def test_an_entry_without_a_link_has_its_content(feed: ElementTree.Element) -> None:
    for entry in feed.findall(f"{ATOM}entry"):
        (content,) = entry.findall(f"{ATOM}content")
        assert content.get("type") == "text"


def test_an_empty_atom_feed_is_one_too() -> None:
    assert ElementTree.fromstring(atom([], NOW)).tag == f"{ATOM}feed"


def test_a_json_feed_has_what_is_required() -> None:
    feed = json.loads(json_feed(CHANGES))
    assert feed["version"] == "https://jsonfeed.org/version/1.1"
    assert isinstance(feed["title"], str)
    assert len(feed["items"]) == len(CHANGES)


def test_the_items_of_a_json_feed_are_well_formed() -> None:
    for item in json.loads(json_feed(CHANGES))["items"]:
        assert isinstance(item["id"], str)
        assert isinstance(item["content_text"], str)
        assert datetime.fromisoformat(item["date_published"]) == NOW
        assert all(isinstance(tag, str) for tag in item["tags"])


def test_extensions_of_a_json_feed_begin_with_an_underscore() -> None:
    known = {"id", "title", "content_text", "date_published", "tags"}
    for item in json.loads(json_feed(CHANGES))["items"]:
        assert all(name in known or name.startswith("_") for name in item)


def test_an_event_has_the_same_id_in_both_feeds(feed: ElementTree.Element) -> None:
    atoms = [one.findtext(f"{ATOM}id") or "" for one in feed.findall(f"{ATOM}entry")]
    items = [item["id"] for item in json.loads(json_feed(CHANGES))["items"]]
    assert [one.rpartition(":")[2] for one in atoms] == items
