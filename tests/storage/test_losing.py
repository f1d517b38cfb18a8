from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path

import msgspec

from modeldex.domain.price import Price
from modeldex.domain.source import Evidence, Losing, Source
from modeldex.storage.catalog_file import CatalogFile
from modeldex.storage.writing import write
from tests.storage.builders import a_model, content

DATASET = Evidence(
    source=Source.KNOWLEDGE, evidence="a dataset", observed_at=datetime(2026, 6, 13, tzinfo=UTC)
)


def lost(field: str, value: object) -> Losing:
    return Losing(field=field, value=value, evidence=DATASET, reason="api over knowledge")


def catalog(folder: Path, *claims: Losing) -> CatalogFile:
    models = content(a_model("acme/one"), a_model("acme/two"))
    path = folder / "catalog.db"
    write(path, msgspec.structs.replace(models, losing={"acme/one": claims}))
    return CatalogFile(path)


def test_a_claim_that_lost_is_read_back_with_its_witness(tmp_path: Path) -> None:
    claim = lost("context_window", 1000)
    assert catalog(tmp_path, claim).losing("acme/one") == (claim,)


def test_a_price_that_lost_is_read_back_in_its_promised_shape(tmp_path: Path) -> None:
    (claim,) = catalog(tmp_path, lost("price", Price(input=Decimal("0.10")))).losing("acme/one")
    assert claim.value == {"input": "0.1", "output": None, "cache_read": None, "cache_write": None}


def test_a_model_about_which_nobody_lost_has_no_losing_claims(tmp_path: Path) -> None:
    assert catalog(tmp_path, lost("tools", False)).losing("acme/two") == ()


def test_a_witness_is_stored_once(tmp_path: Path) -> None:
    found = catalog(tmp_path, lost("tools", False), lost("vision", True))
    assert len({id(claim.evidence) for claim in found.losing("acme/one")}) == 1
