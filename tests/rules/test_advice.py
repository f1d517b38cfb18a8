import re

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from modeldex.domain.outcome import THE_PROXY, Outcome
from modeldex.domain.provider import Provider
from modeldex.rules.advice import LONGEST, sentence

GROQ = Provider(
    id="groq",
    name="Groq",
    base_url="https://api.groq.com/openai/v1",
    dialect="openai",
    key_env=("GROQ_API_KEY",),
    key_url="https://console.groq.com/keys",
)
LOCAL = Provider(
    id="ollama", name="Ollama", base_url="http://localhost:11434", dialect="ollama", local=True
)
LONG = msgspec.structs.replace(
    GROQ, name="N" * 200, key_env=("K" * 200,), key_url="https://x.example/" + "u" * 80
)
STRANGE = msgspec.structs.replace(
    GROQ, name="Gr\x1b[2Joq\r\nInc. {id}\u202e", key_url="https://x.example/\x1b]0;"
)


@pytest.mark.parametrize(
    ("outcome", "said", "expected"),
    [
        (
            Outcome.KEY_REJECTED,
            {"secret_from": "env:GROQ_API_KEY"},
            "Groq refused the key from env:GROQ_API_KEY; replace it: https://console.groq.com/keys",
        ),
        (
            Outcome.NO_KEY,
            {},
            "Groq wants a key; set GROQ_API_KEY (get one at https://console.groq.com/keys)",
        ),
        (
            Outcome.TIMEOUT,
            {"earlier_age_s": 3 * 3600 + 100},
            "Groq did not answer in time; the list of 3 h ago is shown; refresh again later",
        ),
        (
            Outcome.RATE_LIMITED,
            {"retry_in_s": 119.6, "detail": "HTTP 429"},
            "Groq got too many requests (HTTP 429); refresh again in 2 min",
        ),
        (
            Outcome.CACHED,
            {"earlier_age_s": 60, "detail": "offline", "skipped": True},
            "Groq was not asked (offline); what it sent before still stands",
        ),
        (
            Outcome.CACHED,
            {"detail": "offline", "skipped": True},
            "Groq was not asked (offline); modeldex refresh groq asks it",
        ),
        (
            Outcome.TLS,
            {"detail": "a key is only sent over https, or to this machine"},
            "there is no safe connection to Groq (a key is only sent over https, or to this machine);",
        ),
        (Outcome.RETIRED, {}, "enabled = false under [providers.groq]"),
    ],
)
def test_a_sentence_says_what_happened_and_what_to_do(
    outcome: Outcome, said: dict[str, object], expected: str
) -> None:
    assert expected in sentence(outcome, GROQ, **said)  # type: ignore[arg-type]


def test_a_provider_without_a_variable_names_its_place_in_the_configuration() -> None:
    said = sentence(Outcome.NO_KEY, msgspec.structs.replace(GROQ, key_env=(), key_url=None))
    assert said.endswith("set api_key under [providers.groq] in the configuration")


@pytest.mark.parametrize("outcome", [Outcome.DNS, Outcome.UNREACHABLE])
def test_a_proxy_that_fails_is_no_fault_of_the_provider(outcome: Outcome) -> None:
    said = sentence(outcome, GROQ, detail=f"{THE_PROXY} refused the connection")
    assert said.startswith("Groq cannot be reached (the proxy of this machine refused")
    assert "check HTTPS_PROXY" in said
    assert "base_url" not in said


def test_a_provider_without_a_list_is_never_said_to_have_a_fresh_one() -> None:
    said = sentence(Outcome.CACHED, msgspec.structs.replace(GROQ, listed=False), skipped=True)
    assert said == "Groq has no list to ask for; its models are the packaged ones"


def test_a_server_of_this_machine_that_is_not_there_is_to_be_started() -> None:
    assert "start it" in sentence(Outcome.UNREACHABLE, LOCAL)


def test_a_refusal_without_a_key_says_nothing_of_a_key() -> None:
    assert "key" not in sentence(Outcome.FORBIDDEN, GROQ)


@pytest.mark.parametrize("outcome", [one for one in Outcome if one.fresh])
def test_a_fresh_list_mentions_no_earlier_one(outcome: Outcome) -> None:
    assert "ago" not in sentence(outcome, GROQ, earlier_age_s=60)


@pytest.mark.parametrize("provider", [GROQ, LOCAL, LONG, STRANGE], ids=lambda row: row.name[:5])
@pytest.mark.parametrize("outcome", Outcome)
def test_each_outcome_is_one_short_printable_sentence(outcome: Outcome, provider: Provider) -> None:
    said = sentence(
        outcome,
        provider,
        detail="One. Two!\x1b[2J Three? " + "x" * 300,
        secret_from="file:/" + "p" * 300,
        earlier_age_s=10**9,
        retry_in_s=1e9,
    )
    assert len(said) <= LONGEST
    assert said.isprintable()
    assert not re.search(r"[.!?](?: |\Z)", said)
    assert "; " in said


@pytest.mark.parametrize("outcome", Outcome)
def test_outcomes_are_told_apart(outcome: Outcome) -> None:
    others = {sentence(other, GROQ) for other in Outcome if other is not outcome}
    assert sentence(outcome, GROQ) not in others


def test_a_text_too_long_loses_its_detail_before_its_link() -> None:
    said = sentence(
        Outcome.FORBIDDEN, GROQ, secret_from="env:GROQ_API_KEY", detail="x" * 100, earlier_age_s=60
    )
    assert said.endswith("https://console.groq.com/keys")


@given(
    st.sampled_from(Outcome),
    st.text(),
    st.text(),
    st.none() | st.text(),
    st.none() | st.integers(-(10**6), 10**12),
    st.none() | st.floats(0, 1e9),
)
def test_no_text_breaks_the_line_or_the_length(
    outcome: Outcome,
    name: str,
    detail: str,
    place: str | None,
    age: int | None,
    wait: float | None,
) -> None:
    said = sentence(
        outcome,
        msgspec.structs.replace(GROQ, name=name),
        detail=detail,
        secret_from=place,
        earlier_age_s=age,
        retry_in_s=wait,
    )
    assert said.isprintable()
    assert len(said) <= LONGEST
