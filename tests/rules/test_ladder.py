import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from statistics import median
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from modeldex.domain.catalog import How, Resolution
from modeldex.domain.resolution import Ground, StandIn, Standing
from modeldex.rules.base_names import key
from modeldex.rules.ladder import lead
from modeldex.rules.litellm_names import Prefix, litellm_ids

PREFIXES = {
    "together_ai": Prefix(providers=("together",), link="x", checked="x"),
    "ollama_chat": Prefix(providers=("ollama", "ollama-cloud"), link="x", checked="x"),
    "bedrock": Prefix(
        providers=("bedrock",), skip=r"converse|[a-z]{2}-[a-z]+-\d", link="x", checked="x"
    ),
    "huggingface": Prefix(providers=("huggingface",), last=2, link="x", checked="x"),
    "fireworks_ai": Prefix(
        providers=("fireworks",), within="accounts/fireworks/models/", link="x", checked="x"
    ),
}


@dataclass
class Shelf:
    """Names of a few models, and what was looked up."""

    listed: tuple[str, ...] = ()
    ending: tuple[str, ...] = ()
    closed: tuple[str, ...] = ()
    gone: dict[str, str | None] = field(default_factory=dict)
    new: dict[str, str] = field(default_factory=dict)
    ends: dict[str, str] = field(default_factory=dict)
    hidden: tuple[str, ...] = ()
    keys: tuple[str, ...] = ()
    aliases: dict[str, str] = field(default_factory=dict)
    old: dict[str, str] = field(default_factory=dict)
    bases: dict[tuple[str, str], tuple[str, ...]] = field(default_factory=dict)
    proposals: dict[str, tuple[str, ...]] = field(default_factory=dict)
    mine: tuple[str, ...] = ()
    own: tuple[str, ...] = ()
    asked: list[str] = field(default_factory=list)

    def standing(self, id: str) -> Standing:
        if id in self.listed:
            return Standing.LISTED
        if id in self.ending:
            return Standing.ENDING
        if id in self.closed:
            return Standing.CLOSED
        gone = id in self.gone and id not in self.listed
        return Standing.GONE if gone or id in self.new else Standing.UNKNOWN

    def alias(self, name: str) -> str | None:
        return self.aliases.get(name)

    def old_alias(self, name: str) -> str | None:
        return self.old.get(name)

    def native(self, name: str) -> Sequence[str]:
        return [one for one in self.listed + self.ending if one.partition("/")[2] == name]

    def retired(self, name: str) -> Sequence[str]:
        return [one for one in self.gone if one.partition("/")[2] == name]

    def spelled(self, name: str) -> Sequence[str]:
        self.asked.append("spelled")
        written = key(name)
        whole = [one for one in self.listed if key(one.partition("/")[2]) == written]
        return whole or [one for one in self.listed if key(one.rpartition("/")[2]) == written]

    def base(self, name: str, provider: str) -> Sequence[str]:
        self.asked.append("base")
        return self.bases.get((name, provider), ())

    def renamed(self, id: str) -> str | None:
        return self.new.get(id)

    def next(self, id: str) -> str | None:
        return self.gone.get(id)

    def end(self, id: str) -> str:
        return self.ends.get(id, "")

    def stand_ins(self, id: str) -> Sequence[StandIn]:
        self.asked.append("stand-ins")
        ids = self.proposals.get(id, ())
        return [StandIn(id=one, ground=Ground.FAMILY, reasons=("of the same lab",)) for one in ids]

    def suggest(self, name: str) -> Sequence[str]:
        self.asked.append("suggest")
        return [one for one in self.listed if one[:3] == name[:3]]

    def can_propose(self, id: str) -> bool:
        return id in self.listed + self.ending and id not in self.hidden

    def can_call(self, id: str) -> bool:
        return id in self.mine

    def has_key(self, provider: str) -> bool:
        return provider in self.keys

    def owned(self, id: str) -> bool:
        return id in self.own

    def is_provider(self, name: str) -> bool:
        return name in ("p", "q", "openai")


def led(name: str, shelf: Shelf) -> tuple[str, How]:
    found = lead(name, shelf, PREFIXES)
    return found.id, found.how


def test_an_id_is_itself_and_nothing_else_is_looked_up() -> None:
    shelf = Shelf(listed=("p/m",), aliases={"p/m": "q/other"})
    assert lead("p/m", shelf, PREFIXES) == Resolution(id="p/m", how=How.EXACT, chain=("p/m",))
    assert shelf.asked == []


def test_an_id_that_is_ending_is_itself_with_stand_ins_beside_it() -> None:
    found = lead("p/m", Shelf(ending=("p/m",), proposals={"p/m": ("p/n",)}), PREFIXES)
    assert (found.id, found.how, found.alternatives) == ("p/m", How.EXACT, ("p/n",))


@pytest.mark.parametrize(
    ("name", "shelf", "leads"),
    [
        ("m", Shelf(listed=("p/x",), aliases={"m": "p/x"}), ("p/x", How.ALIAS)),
        ("m", Shelf(listed=("p/x",), old={"m": "p/x"}), ("p/x", How.REDIRECT)),
        ("lab/m", Shelf(listed=("p/lab/m",)), ("p/lab/m", How.ALIAS)),
        ("together_ai/lab/m", Shelf(listed=("together/lab/m",)), ("together/lab/m", How.ALIAS)),
        (
            "ollama_chat/m:4b",
            Shelf(listed=("ollama-cloud/m:4b",)),
            ("ollama-cloud/m:4b", How.ALIAS),
        ),
        ("GPT 5.4", Shelf(listed=("p/gpt-5.4",)), ("p/gpt-5.4", How.ALIAS)),
        ("gpt5", Shelf(listed=("openai/gpt-5",)), ("openai/gpt-5", How.ALIAS)),
        ("GPT 5", Shelf(listed=("p/x",), aliases={"gpt-5": "p/x"}), ("p/x", How.ALIAS)),
        ("Q/GPT-5", Shelf(listed=("p/gpt-5", "q/gpt-5")), ("q/gpt-5", How.ALIAS)),
        ("lab's m", Shelf(listed=("p/x",), bases={("lab's m", ""): ("p/x",)}), ("p/x", How.ALIAS)),
        ("p/old", Shelf(listed=("p/m",), gone={"p/old": "p/m"}), ("p/m", How.REDIRECT)),
        ("p/old", Shelf(gone={"p/old": None}), ("p/old", How.PASSED_THROUGH)),
        ("gpt-6-typo", Shelf(listed=("gpt/x",)), ("gpt-6-typo", How.PASSED_THROUGH)),
        ("", Shelf(listed=("p/m",)), ("", How.PASSED_THROUGH)),
    ],
)
def test_each_rung_leads_where_it_should(name: str, shelf: Shelf, leads: tuple[str, How]) -> None:
    assert led(name, shelf) == leads


def test_a_typo_is_a_suggestion_and_never_chosen() -> None:
    found = lead("openai/gpt-5x", Shelf(listed=("openai/gpt-5",)), PREFIXES)
    assert (found.id, found.how) == ("openai/gpt-5x", How.PASSED_THROUGH)
    assert found.alternatives == ("openai/gpt-5",)


def test_spellings_are_looked_for_only_when_nothing_says_it_exactly() -> None:
    shelf = Shelf(listed=("p/x",), aliases={"m": "p/x"})
    lead("m", shelf, PREFIXES)
    assert shelf.asked == []


@pytest.mark.parametrize(
    ("shelf", "leads"),
    [
        (Shelf(listed=("p/m", "q/m")), ("m", How.PASSED_THROUGH)),
        (Shelf(listed=("p/m", "q/m"), mine=("q/m",)), ("q/m", How.ALIAS)),
        (Shelf(listed=("p/m", "q/m"), own=("p/m",)), ("p/m", How.ALIAS)),
        (Shelf(listed=("p/m", "q/m"), own=("p/m",), mine=("q/m",)), ("q/m", How.ALIAS)),
        (Shelf(listed=("p/m", "q/m"), mine=("p/m", "q/m")), ("m", How.PASSED_THROUGH)),
    ],
)
def test_a_name_of_several_models_chooses_no_vendor(shelf: Shelf, leads: tuple[str, How]) -> None:
    assert led("m", shelf) == leads


def test_the_models_of_an_unsure_name_are_the_alternatives() -> None:
    found = lead("m", Shelf(listed=("p/m", "q/m")), PREFIXES)
    assert found.alternatives == ("p/m", "q/m")
    assert found.reasons == ("the models of that name are several, or another provider's",)


def test_every_step_to_a_replacement_is_in_the_chain() -> None:
    gone: dict[str, str | None] = {"p/1": "p/2", "p/2": "p/3"}
    found = lead("m", Shelf(listed=("p/3",), gone=gone, aliases={"m": "p/1"}), PREFIXES)
    assert (found.how, found.chain) == (How.REDIRECT, ("m", "p/1", "p/2", "p/3"))
    assert len(found.reasons) == 3


def test_replacements_that_lead_in_a_circle_end_at_a_stand_in() -> None:
    gone: dict[str, str | None] = {"p/1": "p/2", "p/2": "p/1"}
    shelf = Shelf(listed=("p/n", "p/o"), gone=gone, proposals={"p/1": ("p/n", "p/o")})
    found = lead("p/1", shelf, PREFIXES)
    assert (found.id, found.how, found.alternatives) == ("p/n", How.STAND_IN, ("p/o",))
    assert found.chain == ("p/1", "p/2", "p/n")


@pytest.mark.parametrize("name", ["q/m-9", "together_ai/m-9"])
def test_who_names_a_provider_is_not_sent_to_another(name: str) -> None:
    found = lead(name, Shelf(listed=("p/m-9",), mine=("p/m-9",)), PREFIXES)
    assert (found.id, found.how, found.alternatives) == (name, How.PASSED_THROUGH, ("p/m-9",))


def test_an_alias_that_is_spelled_like_an_id_is_no_way_to_another_provider() -> None:
    shelf = Shelf(listed=("p/openai-o1",), aliases={"openai-o1": "p/openai-o1"})
    found = lead("openai/o1", shelf, PREFIXES)
    assert (found.id, found.how) == ("openai/o1", How.PASSED_THROUGH)
    assert found.alternatives == ("p/openai-o1",)


def test_an_alias_that_is_spelled_like_an_id_leads_to_the_provider_it_names() -> None:
    shelf = Shelf(listed=("openai/x",), aliases={"openai-o1": "openai/x"})
    assert led("openai/o1", shelf) == ("openai/x", How.ALIAS)


@pytest.mark.parametrize(
    ("keys", "mine", "leads"),
    [
        ((), (), ("openai/m", How.PASSED_THROUGH)),
        (("p",), ("p/openai/m",), ("p/openai/m", How.ALIAS)),
        (("openai", "p"), ("p/openai/m",), ("openai/m", How.PASSED_THROUGH)),
        (("p", "q"), ("p/openai/m", "q/openai/m"), ("openai/m", How.PASSED_THROUGH)),
    ],
)
def test_a_name_to_the_letter_leads_elsewhere_only_where_the_named_provider_is_closed_to_the_user(
    keys: tuple[str, ...], mine: tuple[str, ...], leads: tuple[str, How]
) -> None:
    assert (
        led("openai/m", Shelf(listed=("p/openai/m", "q/openai/m"), keys=keys, mine=mine)) == leads
    )


def test_the_named_providers_own_word_for_a_model_comes_first() -> None:
    shelf = Shelf(listed=("openai/openai/m", "p/openai/m"), keys=("p",), mine=("p/openai/m",))
    assert led("openai/m", shelf) == ("openai/openai/m", How.ALIAS)


def test_what_is_not_to_be_proposed_is_no_alternative_and_no_reason_to_doubt() -> None:
    shelf = Shelf(listed=("p/m", "q/m", "q/n"), hidden=("q/m",))
    found = lead("m", shelf, PREFIXES)
    assert (found.id, found.alternatives) == ("p/m", ())
    assert lead("openai/m", shelf, PREFIXES).alternatives == ("p/m",)


def test_a_model_of_a_closed_service_is_itself_and_says_so() -> None:
    shelf = Shelf(closed=("p/m",), ends={"p/m": "P was closed"}, proposals={"p/m": ("q/m",)})
    found = lead("p/m", shelf, PREFIXES)
    assert (found.id, found.how, found.alternatives) == ("p/m", How.EXACT, ("q/m",))
    assert found.reasons == ("P was closed",)


def test_no_other_name_leads_to_a_closed_service() -> None:
    shelf = Shelf(closed=("p/m",), aliases={"m": "p/m"}, proposals={"p/m": ("p/n",)})
    found = lead("m", shelf, PREFIXES)
    assert (found.id, found.how, found.chain) == ("p/n", How.STAND_IN, ("m", "p/m", "p/n"))


def test_a_name_of_a_closed_service_alone_passes_through_with_what_is_elsewhere() -> None:
    shelf = Shelf(closed=("p/m",), aliases={"m": "p/m"}, proposals={"p/m": ("q/m",)})
    found = lead("m", shelf, PREFIXES)
    assert (found.id, found.how, found.alternatives) == ("m", How.PASSED_THROUGH, ("q/m",))


def test_an_alias_of_what_is_gone_has_what_is_elsewhere_beside_it() -> None:
    shelf = Shelf(gone={"p/m": None}, old={"x": "p/m"}, proposals={"p/m": ("q/m",)})
    found = lead("x", shelf, PREFIXES)
    assert (found.id, found.how, found.alternatives) == ("x", How.PASSED_THROUGH, ("q/m",))
    assert found.reasons == (
        "x was an alias of p/m",
        "p/m is gone, and nothing is known to take its place",
    )


def test_a_dead_id_is_no_answer_and_what_was_said_of_its_end_is_told() -> None:
    found = lead("m", Shelf(gone={"p/m": None}, ends={"p/m": "p announced it"}), PREFIXES)
    assert (found.id, found.how, found.chain) == ("m", How.PASSED_THROUGH, ("m",))
    assert found.reasons == ("m was what its provider called it", "p announced it")


@pytest.mark.parametrize("ended", [{"gone": {"ollama/foo": None}}, {"closed": ("ollama/foo",)}])
def test_a_rung_that_ends_at_a_dead_id_gives_way_to_the_next(ended: dict[str, Any]) -> None:
    shelf = Shelf(listed=("ollama-cloud/foo",), **ended)
    assert led("ollama_chat/foo", shelf) == ("ollama-cloud/foo", How.ALIAS)


def test_the_end_of_a_model_is_no_reason_to_choose_a_vendor_that_cannot_be_called() -> None:
    shelf = Shelf(listed=("q/m",), gone={"p/m": None}, old={"m": "p/m"})
    found = lead("m", shelf, PREFIXES)
    assert (found.id, found.how, found.alternatives) == ("m", How.PASSED_THROUGH, ("q/m",))


@pytest.mark.parametrize("name", ["gpt-4", "GPT 4", "lab's"])
def test_a_bare_name_of_former_days_leads_to_no_other_vendor_without_a_key(name: str) -> None:
    shelf = Shelf(
        listed=("p/n", "q/gpt-4"),
        gone={"p/gpt-4": "p/n", "p/lab's": "p/n"},
        bases={("lab's", ""): ("q/gpt-4",)},
    )
    found = lead(name, shelf, PREFIXES)
    assert (found.id, found.how, found.alternatives) == ("p/n", How.REDIRECT, ("q/gpt-4",))


def test_an_alias_leads_to_no_other_vendor_without_a_key_either() -> None:
    shelf = Shelf(listed=("p/n", "q/x"), gone={"p/m": "p/n"}, aliases={"m": "q/x"})
    assert led("m", shelf) == ("p/n", How.REDIRECT)


def test_a_bare_name_of_former_days_leads_to_who_has_it_where_that_one_can_be_called() -> None:
    shelf = Shelf(listed=("p/n", "q/m"), gone={"p/m": "p/n"}, mine=("q/m",))
    assert led("m", shelf) == ("q/m", How.ALIAS)


def test_a_bare_name_of_former_days_stays_with_a_model_of_the_same_provider() -> None:
    shelf = Shelf(listed=("p/n", "p/m-1"), gone={"p/m": "p/n"}, bases={("m", ""): ("p/m-1",)})
    assert led("m", shelf) == ("p/m-1", How.ALIAS)


def test_an_only_model_that_is_not_to_be_proposed_is_an_alternative_and_no_answer() -> None:
    found = lead("Foo", Shelf(listed=("a/foo",), hidden=("a/foo",)), PREFIXES)
    assert (found.id, found.how, found.alternatives) == ("Foo", How.PASSED_THROUGH, ("a/foo",))
    assert found.reasons == ("what has that name is out of reach, or answers hours later",)


@pytest.mark.parametrize("name", ["x/old", "old"])
@pytest.mark.parametrize("standing", ["listed", "ending"])
def test_a_successor_that_is_not_to_be_proposed_is_an_alternative_of_a_stand_in(
    name: str, standing: str
) -> None:
    ids: dict[str, Any] = {standing: ("x/new", "x/ok")}
    proposals = {"x/old": ("x/ok",)}
    shelf = Shelf(gone={"x/old": "x/new"}, hidden=("x/new",), proposals=proposals, **ids)
    found = lead(name, shelf, PREFIXES)
    assert (found.id, found.how, found.alternatives) == ("x/ok", How.STAND_IN, ("x/new",))
    assert found.reasons[-1].startswith("x/new is out of reach, or answers hours later; ")


def test_a_successor_that_is_not_to_be_proposed_is_followed_to_its_own() -> None:
    gone: dict[str, str | None] = {"x/old": "x/new", "x/new": "x/ok"}
    shelf = Shelf(listed=("x/new", "x/ok"), gone=gone, hidden=("x/new",))
    found = lead("x/old", shelf, PREFIXES)
    assert (found.id, found.how, found.alternatives) == ("x/ok", How.REDIRECT, ("x/new",))


@pytest.mark.parametrize("name", ["x/old", "old"])
def test_an_only_successor_that_is_not_to_be_proposed_is_an_alternative(name: str) -> None:
    shelf = Shelf(listed=("x/new",), gone={"x/old": "x/new"}, hidden=("x/new",))
    found = lead(name, shelf, PREFIXES)
    assert (found.id, found.how, found.alternatives) == (name, How.PASSED_THROUGH, ("x/new",))
    assert "nothing within reach is known to take its place" in found.reasons[-1]


def test_a_new_name_of_a_model_that_is_not_to_be_proposed_is_the_model() -> None:
    shelf = Shelf(listed=("p/2",), new={"p/1": "p/2"}, hidden=("p/2",))
    assert led("p/1", shelf) == ("p/2", How.REDIRECT)


def test_what_was_said_of_an_end_is_a_reason() -> None:
    shelf = Shelf(listed=("p/n",), gone={"p/m": "p/n"}, ends={"p/m": "p announced it"})
    assert lead("p/m", shelf, PREFIXES).reasons == ("p announced it", "p/m was replaced by p/n")


def test_a_name_whose_end_is_still_to_come_passes_through_with_what_comes_after_it() -> None:
    shelf = Shelf(ends={"p/m": "p announced it for 2027"}, proposals={"p/m": ("p/n",)})
    found = lead("p/m", shelf, PREFIXES)
    assert (found.id, found.how, found.alternatives) == ("p/m", How.PASSED_THROUGH, ("p/n",))
    assert found.reasons == ("p announced it for 2027",)


def test_a_bare_name_of_former_days_leads_to_its_successor() -> None:
    found = lead("m", Shelf(listed=("p/n",), gone={"p/m": "p/n"}), PREFIXES)
    assert (found.id, found.how, found.chain) == ("p/n", How.REDIRECT, ("m", "p/m", "p/n"))


def test_a_successor_that_is_ending_itself_is_followed_to_its_own() -> None:
    gone: dict[str, str | None] = {"p/1": "p/2", "p/2": "p/3"}
    found = lead("p/1", Shelf(listed=("p/3",), ending=("p/2",), gone=gone), PREFIXES)
    assert (found.id, found.how, found.chain) == ("p/3", How.REDIRECT, ("p/1", "p/2", "p/3"))


def test_a_successor_that_is_ending_itself_gives_way_to_a_stand_in_that_stays() -> None:
    shelf = Shelf(ending=("p/2",), gone={"p/1": "p/2"}, proposals={"p/1": ("p/n",)})
    assert led("p/1", shelf) == ("p/n", How.STAND_IN)


@pytest.mark.parametrize("proposals", [{}, {"p/1": ("p/2",)}])
def test_a_successor_that_is_ending_itself_is_taken_where_nothing_stays(
    proposals: dict[str, tuple[str, ...]],
) -> None:
    found = lead("p/1", Shelf(ending=("p/2",), gone={"p/1": "p/2"}, proposals=proposals), PREFIXES)
    assert (found.id, found.how, found.chain) == ("p/2", How.REDIRECT, ("p/1", "p/2"))


def test_a_new_name_of_a_model_that_is_ending_is_the_model() -> None:
    shelf = Shelf(ending=("p/2",), new={"p/1": "p/2"}, proposals={"p/1": ("p/n",)})
    assert led("p/1", shelf) == ("p/2", How.REDIRECT)


def test_a_stand_in_at_the_same_provider_is_followed_before_one_elsewhere() -> None:
    shelf = Shelf(gone={"p/m": None}, proposals={"p/m": ("q/m", "p/n")}, mine=("q/m", "p/n"))
    found = lead("p/m", shelf, PREFIXES)
    assert (found.id, found.alternatives) == ("p/n", ("q/m",))


def test_a_stand_in_of_another_vendor_is_followed_only_by_who_can_call_it() -> None:
    gone: dict[str, str | None] = {"p/m": None}
    proposals = {"p/m": ("q/m", "r/m")}
    found = lead("p/m", Shelf(gone=gone, proposals=proposals), PREFIXES)
    assert (found.id, found.alternatives) == ("p/m", ("q/m", "r/m"))
    assert led("p/m", Shelf(gone=gone, proposals=proposals, mine=("r/m",)))[0] == "r/m"


def test_a_name_in_the_words_of_one_provider_is_read_in_them() -> None:
    prefixes = {"bedrock": Prefix(providers=("b",), bare=r"[a-z]+\..+-v1", link="x", checked="x")}
    shelf = Shelf(listed=("p/m",), bases={("lab.m-v1", "b"): ("p/m",)})
    assert lead("lab.m-v1", shelf, prefixes).id == "p/m"


@pytest.mark.parametrize(
    ("name", "ids"),
    [
        ("together_ai/lab/m", ["together/lab/m"]),
        (
            "bedrock/us-east-1/converse/x.m-v1:0",
            ["bedrock/us-east-1/converse/x.m-v1:0", "bedrock/x.m-v1:0"],
        ),
        ("huggingface/nscale/lab/m", ["huggingface/nscale/lab/m", "huggingface/lab/m"]),
        ("fireworks_ai/m", ["fireworks/m", "fireworks/accounts/fireworks/models/m"]),
        ("unheard/m", []),
        ("bedrock", []),
    ],
)
def test_a_name_of_litellm_becomes_ids(name: str, ids: list[str]) -> None:
    assert list(litellm_ids(name, PREFIXES)) == [one for one in ids if one != name]


@given(st.text(max_size=40), st.lists(st.text(max_size=12), max_size=5))
def test_any_string_leads_somewhere_and_an_id_to_itself(name: str, listed: list[str]) -> None:
    found = lead(name, Shelf(listed=tuple(listed)), PREFIXES)
    assert found.chain[0] == name
    assert found.id == (name if name in listed or found.how is How.PASSED_THROUGH else found.id)
    assert found.id == found.chain[-1]


def test_a_warm_look_up_of_an_id_or_an_alias_costs_microseconds() -> None:
    shelf = Shelf(listed=("p/m",), aliases={"m": "p/m"})
    took = []
    for name in ("p/m", "m") * 300:
        began = time.perf_counter()
        lead(name, shelf, PREFIXES)
        took.append(time.perf_counter() - began)
    assert median(took) < 20e-6
