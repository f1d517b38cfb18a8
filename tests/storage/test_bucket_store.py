import subprocess
import sys

import pytest

from modeldex.domain.errors import StorageError
from modeldex.storage.bucket_store import condition, is_remote, opened, tag_of
from tests import buckets


@pytest.mark.parametrize(
    ("address", "remote"), [("/srv/x", False), ("file:///srv/x", False), ("s3://b", True)]
)
def test_only_buckets_take_the_network(address: str, remote: bool) -> None:
    assert is_remote(address) is remote


@pytest.mark.parametrize(
    ("version", "said"), [(None, {"e_tag": '"x"'}), ("7", {"e_tag": '"x"', "version": "7"})]
)
def test_a_tag_names_etag_and_generation_as_a_bucket_compares_one_of_them(
    version: str | None, said: dict[str, str]
) -> None:
    assert condition(tag_of({"e_tag": '"x"', "version": version})) == said


def test_without_the_extra_it_is_said_how_to_get_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "obstore.store", None)
    with pytest.raises(StorageError, match=r"pip install 'modeldex\[store\]'"):
        opened("s3://bucket", {})


def test_a_bucket_that_cannot_be_reached_is_a_sentence_without_credentials(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    environ = {**buckets.KEYS, "AWS_ENDPOINT_URL": "http://user:pass@127.0.0.1:9"}
    for name, value in environ.items():
        monkeypatch.setenv(name, value)
    with pytest.raises(StorageError) as refused:
        opened("s3://bucket/place", environ).get("x")
    told = f"{refused.value!r} {refused.value.__cause__!r}"
    assert "s3://bucket/place cannot be used" in told
    assert not [word for word in (*buckets.KEYS.values(), "pass") if word in told]
    assert refused.value.__suppress_context__


def test_a_bucket_that_is_not_there_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    with buckets.s3("one") as environ:
        for name, value in environ.items():
            monkeypatch.setenv(name, value)
        with pytest.raises(StorageError, match="s3://another cannot be used"):
            opened("s3://another", environ).put("x", b"")


def test_opening_a_bucket_asks_nobody() -> None:
    assert opened("s3://bucket", {}).address == "s3://bucket"


def test_a_folder_needs_no_extra() -> None:
    code = (
        "import sys; from modeldex.storage.bucket_store import opened;"
        "opened('/nowhere', {}).get('x'); sys.exit('obstore' in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", code]).returncode == 0


def test_reading_a_catalog_loads_nothing_of_a_store(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MODELDEX_STORE", "s3://bucket/place")
    made = "import modeldex; modeldex.refresh(offline=True)"
    assert subprocess.run([sys.executable, "-c", made]).returncode == 0
    read = (
        "import sys, modeldex; modeldex.list_models(limit=1);"
        "sys.exit(bool({'obstore', 'modeldex.service.shared'} & set(sys.modules)))"
    )
    assert subprocess.run([sys.executable, "-c", read]).returncode == 0
