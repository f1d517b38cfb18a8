from datetime import timedelta
from decimal import Decimal
from pathlib import Path

import pytest

from modeldex.domain.errors import BadConfig
from modeldex.domain.hold import Plausibility
from modeldex.domain.memory import Thresholds
from modeldex.settings.config import load
from modeldex.settings.telling import HoldConfig, NoticesConfig, Telling, WebhookConfig, telling

HOOK = '[[webhook]]\nurl = "https://ops.example/hook"\nsecret = "env:HOOK"\n'


def read(tmp_path: Path, text: str) -> Telling:
    place = tmp_path / "config.toml"
    place.write_text(text)
    found = load(place).telling
    assert found is not None
    return found


def test_a_file_that_says_nothing_of_it_is_not_read_for_it(tmp_path: Path) -> None:
    assert load(tmp_path / "none.toml").telling is None


def test_what_the_file_leaves_out_is_as_the_rules_have_it() -> None:
    assert telling({}, "") == Telling(Thresholds(), Plausibility(), NoticesConfig(), ())


def test_days_and_percent_become_thresholds(tmp_path: Path) -> None:
    text = "[lifecycle]\ndeprecated_days = 7\nremoved_days = 10.5\n[changes]\nprice_rise = 12.5\n"
    found = read(tmp_path, text).thresholds
    assert found == Thresholds(
        deprecated_after=timedelta(days=7),
        removed_after=timedelta(days=10.5),
        price_rise=Decimal("0.125"),
    )


def test_every_threshold_of_a_hold_can_be_set(tmp_path: Path) -> None:
    said = {key: value + 1 for key, value in HoldConfig()._asdict().items()}
    text = "[hold]\n" + "".join(f"{key} = {value}\n" for key, value in said.items())
    found = read(tmp_path, text).plausibility
    after_s = said.pop("accepted_after_s")
    assert found == Plausibility(accepted_after=timedelta(seconds=after_s), **said)


def test_every_price_rise_may_be_an_event(tmp_path: Path) -> None:
    assert read(tmp_path, "[changes]\nprice_rise = 0\n").thresholds.price_rise == 0


def test_a_receiver_is_called_by_its_host_unless_it_has_a_name(tmp_path: Path) -> None:
    other = '[[webhook]]\nurl = "http://127.0.0.1:80/"\nsecret = "file:/x"\nname = "me"\n'
    found = read(tmp_path, HOOK + other).webhooks
    assert found == (
        WebhookConfig("https://ops.example/hook", "env:HOOK", "ops.example"),
        WebhookConfig("http://127.0.0.1:80/", "file:/x", "me"),
    )


def test_a_receiver_may_want_only_some(tmp_path: Path) -> None:
    more = 'what = "changes"\nkinds = ["price-rise"]\nproviders = ["groq"]\n'
    found = read(tmp_path, HOOK + more).webhooks[0]
    assert (found.what, found.kinds, found.providers) == ("changes", ("price-rise",), ("groq",))


def test_addresses_of_apprise_are_references(tmp_path: Path) -> None:
    text = '[notices]\nstderr = false\napprise = ["env:A", "keyring:b", "env:A"]\n'
    assert read(tmp_path, text).notices == NoticesConfig(False, ("env:A", "keyring:b"))


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("[lifecycle]\nremoved = 3\n", "did you mean 'removed_days'?"),
        ("[lifecycle]\nremoved_days = 0\n", "number of days above 0"),
        ("[lifecycle]\nremoved_days = inf\n", "number of days"),
        ("[lifecycle]\nremoved_days = true\n", "number of days"),
        ("[lifecycle]\nremoved_days = 3\n", "no less than deprecated_days"),
        ("lifecycle = 3\n", "is to be a table"),
        ("[hold]\nshrinks = -1\n", "is to be a number"),
        ("[hold]\nshrinks = 1.5\n", "a whole number"),
        ("[hold]\nshrink = 1\n", "did you mean 'shrinks'?"),
        ("[changes]\nprice_rise = 'x'\n", "number of percent"),
        ("[notices]\nstderr = 3\n", "stderr is to be true or false"),
        ('[notices]\napprise = ["mailto://canary"]\n', "env:NAME, file:PATH or keyring:NAME"),
        ("notices = 3\n", "is to be a table"),
        ("[webhook]\nurl = 'x'\n", "write [[webhook]]"),
        ("[[webhook]]\nsecret = 'env:A'\n", "[[webhook]] 1: url is missing"),
        (HOOK + "[[webhook]]\nurl = 'https://x.example'\n", "[[webhook]] 2: secret is missing"),
        (HOOK.replace("env:HOOK", "whsec_canary"), "secret is to be env:NAME"),
        (HOOK.replace("https://ops", "https://u:canary@ops"), "url is to be https://"),
        (HOOK.replace("https", "ftp"), "url is to be https://"),
        (HOOK.replace("ops.example", "ops:x"), "url is to be https://"),
        (HOOK + "what = 'all'\n", "what is to be one of"),
        (HOOK + "kinds = ['price-rises']\n", "did you mean 'price-rise'?"),
        (HOOK + "kinds = 'price'\n", "kinds is to be a list"),
        (HOOK + "providers = [3]\n", "providers is to be a list"),
        (HOOK + "name = 3\n", "name is to be text"),
        (HOOK + "urls = 3\n", "did you mean 'url'?"),
        (HOOK + HOOK, "[[webhook]] 2: another one is called 'ops.example'"),
    ],
)
def test_a_mistake_names_the_row_and_what_to_mend(tmp_path: Path, text: str, said: str) -> None:
    with pytest.raises(BadConfig) as error:
        read(tmp_path, text)
    assert said in str(error.value)
    assert "config.toml" in str(error.value)
    assert "canary" not in str(error.value)
