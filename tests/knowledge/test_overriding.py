from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path

import pytest

from modeldex.domain.capability import Kind
from modeldex.domain.errors import BadReferenceData
from modeldex.domain.source import Source
from modeldex.knowledge.overriding import Own, authorities, of_user, packaged, read

ROW = """
[[override]]
provider = "groq"
id = "m"
kind = "chat"
tools = false
price = { input = "0.15" }
retires_on = 2027-01-31
link = "https://example.com"
date = 2026-11-19
"""


def test_a_row_decides_the_fields_it_names() -> None:
    ((model, (evidence, claims)),) = read("f.toml", ROW)
    assert model == ("groq", "m")
    assert (claims.kind, claims.tools, claims.retires_on) == (Kind.CHAT, False, date(2027, 1, 31))
    assert claims.price is not None
    assert claims.price.input == Decimal("0.15")
    assert (evidence.source, evidence.observed_at.date()) == (Source.OVERRIDE, date(2026, 11, 19))


def test_the_evidence_names_file_row_and_link() -> None:
    ((_, (evidence, _)),) = read("f.toml", ROW)
    assert evidence.evidence == "f.toml, row 1: https://example.com"


def test_a_file_may_count_as_knowledge() -> None:
    ((_, (evidence, _)),) = read("f.toml", 'source = "knowledge"\n' + ROW)
    assert evidence.source is Source.KNOWLEDGE


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ('kind = "chat"', 'kind = "chatty"', "row 1 (m)"),
        ("tools = false", "tool = false", "did you mean 'tools'"),
        ('"0.15"', "0.15", "write amounts as text"),
        ("input =", "inptu =", "there is no field 'inptu' in price; did you mean 'input'?"),
        ('input = "0.15"', "", "its price has no amount"),
        ('"0.15"', '"NaN"', "input is NaN, which is no price"),
        ('"0.15"', '"-1"', "input is -1, which is no price"),
        ('"0.15"', '"1e999999"', "input at $1E+999999 per million tokens"),
        ("tools = false", "context_window = -5", "-5 tokens cannot be"),
        ('"0.15"', '"0.15", tiers = [{ outptu = "1", when = {} }]', "did you mean 'output'?"),
        ('"0.15"', '"0.15", tiers = [{ when = { bach = true } }]', "did you mean 'batch'?"),
        ('"0.15"', '"0.15", tiers = [{ output = 1.5, when = {} }]', "write amounts as text"),
        ("tools = false", 'endpoints = [{ name = "e", tool = true }]', "did you mean 'tools'?"),
        ("tools = false", 'endpoints = [{ name = "e", max_output = 0 }]', "0 tokens cannot be"),
        ('link = "https://example.com"', "", "it needs 'link'"),
        ("date = 2026-11-19", "", "it needs 'date'"),
        ("date = 2026-11-19", 'date = "soon"', "is to be a day"),
        ('provider = "groq"', "", "it needs 'provider'"),
        ("[[override]]", "[override]", "written [[override]]"),
        ("[[override]]", "[[overrule]]", "there is no key 'overrule'"),
    ],
)
def test_a_mistake_names_file_and_row(old: str, new: str, said: str) -> None:
    with pytest.raises(BadReferenceData) as error:
        read("f.toml", ROW.replace(old, new))
    assert "f.toml" in str(error.value)
    assert said in str(error.value)


def test_a_row_without_a_field_decides_nothing_and_is_told() -> None:
    with pytest.raises(BadReferenceData, match="decides nothing"):
        read("f.toml", '[[override]]\nprovider = "a"\nid = "b"\nlink = "l"\ndate = 2026-11-19\n')


def test_a_user_need_not_give_link_and_date(tmp_path: Path) -> None:
    (tmp_path / "mine.toml").write_text('[[override]]\nprovider = "a"\nid = "b"\ntools = true\n')
    ((_, claims),) = of_user(tmp_path).decided["a", "b"]
    assert claims.tools is True


def test_a_row_with_a_mistake_is_left_out_and_the_others_are_taken(tmp_path: Path) -> None:
    good = '[[override]]\nprovider = "a"\nid = "b"\ntools = true\n'
    (tmp_path / "mine.toml").write_text(good + good.replace("tools", "tool") + good)
    own = of_user(tmp_path)
    assert len(own.decided["a", "b"]) == 2
    [problem] = own.problems
    assert "mine.toml, row 2 (b)" in problem
    assert "did you mean 'tools'" in problem


def test_a_slip_in_a_price_is_told_and_erases_no_price(tmp_path: Path) -> None:
    row = '[[override]]\nprovider = "a"\nid = "b"\nprice = { inptu = "1" }\n'
    (tmp_path / "mine.toml").write_text(row)
    own = of_user(tmp_path)
    assert own.decided == {}
    [problem] = own.problems
    assert "mine.toml, row 1 (b): there is no field 'inptu' in price" in problem


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (b"[[override\n", "is no TOML"),
        (b"\xff", "cannot be read"),
        (b"x = " + b"[" * 100_000, "cannot be read"),
        (b"[[overrule]]\n", "there is no key 'overrule'"),
        (b'[[override]]\nprovider = "a"\nid = "b"\nprice = "3"\n', "row 1 (b)"),
    ],
)
def test_a_file_with_a_mistake_leaves_the_other_files_in_force(
    tmp_path: Path, text: bytes, said: str
) -> None:
    (tmp_path / "bad.toml").write_bytes(text)
    (tmp_path / "good.toml").write_text('[[override]]\nprovider = "a"\nid = "b"\ntools = true\n')
    own = of_user(tmp_path)
    assert own.decided.keys() == {("a", "b")}
    [problem] = own.problems
    assert "bad.toml" in problem
    assert said in problem


def test_without_a_folder_the_user_decided_nothing(tmp_path: Path) -> None:
    assert of_user(tmp_path / "none") == Own({}, ())


def test_every_packaged_row_has_a_link_and_a_past_day() -> None:
    witnesses = [said for rows in packaged().values() for said in rows]
    assert witnesses
    assert all("https://" in evidence.evidence for evidence, _ in witnesses)
    assert all(evidence.observed_at <= datetime.now(UTC) for evidence, _ in witnesses)


def test_the_packaged_exceptions_can_be_read() -> None:
    assert all(exception.reason for exception in authorities().values())


def test_an_exception_of_named_models_holds_for_no_others() -> None:
    poe = authorities()["poe", "input_modalities"]
    assert poe.about("qwen3-vl-235b-a22b-i")
    assert not poe.about("claude-sonnet-4.5")


@pytest.mark.parametrize(
    ("native_id", "kind"),
    [
        ("veo-2-video", Kind.VIDEO),
        ("flux-fill", Kind.IMAGE),
        ("flux-inpaint", Kind.IMAGE),
        ("cartesia-ink-whisper", Kind.TRANSCRIPTION),
    ],
)
def test_bots_that_poe_declares_as_text_are_what_they_make(native_id: str, kind: Kind) -> None:
    [(_, claims)] = packaged()["poe", native_id]
    assert claims.kind is kind
