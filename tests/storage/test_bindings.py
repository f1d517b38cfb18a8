import threading
from datetime import timedelta
from pathlib import Path

from modeldex.domain.binding import Binding
from modeldex.domain.catalog import How
from modeldex.storage.bindings import Bindings
from tests.conftest import NOW


def binding(program: str, said: str, id: str | None = None) -> Binding:
    return Binding(program=program, said=said, id=id or said, how=How.EXACT, since=NOW)


def test_nothing_is_bound_at_first_and_asking_makes_no_file(tmp_path: Path) -> None:
    assert Bindings(tmp_path / "new").all() == ()
    assert not (tmp_path / "new").exists()


def test_bindings_are_kept(tmp_path: Path) -> None:
    made = (binding("bot", "a/b"), binding("site", "short", "a/b"))
    Bindings(tmp_path).add(made)
    assert Bindings(tmp_path).all() == made


def test_ids_are_those_that_were_led_to_and_the_names_said(tmp_path: Path) -> None:
    kept = Bindings(tmp_path)
    kept.add([binding("site", "short", "a/b")])
    assert kept.ids() == {"short", "a/b"}


def test_binding_again_leads_anew_and_keeps_the_day(tmp_path: Path) -> None:
    kept = Bindings(tmp_path)
    kept.add([binding("bot", "short", "a/b")])
    later = Binding(
        program="bot", said="short", id="a/c", how=How.ALIAS, since=NOW + timedelta(days=1)
    )
    kept.add([later])
    assert [(one.id, one.how, one.since) for one in kept.all()] == [("a/c", How.ALIAS, NOW)]


def test_what_is_removed_is_gone_and_the_rest_stays(tmp_path: Path) -> None:
    kept, one, other = Bindings(tmp_path), binding("bot", "a/b"), binding("site", "a/b")
    kept.add([one, other])
    kept.remove([one])
    assert kept.all() == (other,)


def test_many_may_bind_at_once(tmp_path: Path) -> None:
    def bind(number: int) -> None:
        Bindings(tmp_path).add([binding(f"bot-{number}", "a/b")])

    threads = [threading.Thread(target=bind, args=(number,)) for number in range(16)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(Bindings(tmp_path).all()) == 16


def test_a_damaged_file_is_set_aside(tmp_path: Path) -> None:
    kept = Bindings(tmp_path)
    kept.add([binding("bot", "a/b")])
    kept.file.path.write_bytes(b"damaged" * 1000)
    assert kept.all() == ()
    assert kept.file.set_aside == tmp_path / "bindings.db.corrupt"
