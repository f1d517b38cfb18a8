from modeldex.domain.binding import Binding
from modeldex.domain.catalog import How
from modeldex.storage.accounts.opening import Accounts
from tests.conftest import NOW
from tests.storage.accounts.builders import people


def test_programs_are_bound_to_models(accounts: Accounts) -> None:
    people(accounts, "ann")
    accounts.bindings.put("ann", "bot", ["acme/two", "acme/one", "acme/two"])
    accounts.bindings.put("ann", "app", ["acme/one"])
    assert accounts.bindings.of("ann") == {"app": ("acme/one",), "bot": ("acme/one", "acme/two")}


def test_a_binding_takes_the_place_of_the_earlier(accounts: Accounts) -> None:
    people(accounts, "ann")
    accounts.bindings.put("ann", "bot", ["acme/one"])
    accounts.bindings.put("ann", "bot", ["acme/two"])
    assert accounts.bindings.of("ann") == {"bot": ("acme/two",)}
    accounts.bindings.put("ann", "bot", [])
    assert accounts.bindings.of("ann") == {}


def test_the_name_by_which_a_model_was_bound_stays_with_it(accounts: Accounts) -> None:
    people(accounts, "ann", "bob")
    said = Binding(program="bot", said="one", id="acme/one", how=How.ALIAS, since=NOW)
    accounts.bindings.put("ann", "bot", ["acme/one", "acme/two"], [said])
    assert accounts.bindings.names("ann") == {("bot", "acme/one"): said}
    assert accounts.bindings.names("bob") == {}
    accounts.bindings.put("ann", "bot", ["acme/one"])
    assert accounts.bindings.names("ann") == {}


def test_a_program_is_forgotten(accounts: Accounts) -> None:
    people(accounts, "ann")
    accounts.bindings.put("ann", "bot", ["acme/one"])
    assert accounts.bindings.remove("ann", "bot")
    assert not accounts.bindings.remove("ann", "bot")


def test_bound_models_are_known_with_who_uses_them(accounts: Accounts) -> None:
    people(accounts, "ann", "bob")
    accounts.bindings.put("bob", "bot", ["acme/one"])
    accounts.bindings.put("ann", "bot", ["acme/one", "acme/two"])
    assert accounts.bindings.models() == {"acme/one", "acme/two"}
    assert accounts.bindings.users_of("acme/one") == (("ann", "bot"), ("bob", "bot"))
