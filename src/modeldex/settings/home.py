"""The folders: one for everything with `MODELDEX_HOME`, else the platform's own."""

from collections.abc import Mapping
from pathlib import Path
from typing import NamedTuple

from ..domain.errors import BadConfig

SCHEMES = ("s3", "gs", "az")
"""The buckets there are: Amazon's and what speaks its protocol, Google's, Azure's."""


class Home(NamedTuple):
    """The places of one user's files; nothing is created by naming them."""

    config: Path
    """The TOML configuration file; it need not exist."""
    rows: Path
    """The folder of the user's own provider rows; it need not exist."""
    overrides: Path
    """The folder of the user's override files; it need not exist."""
    data: Path
    """The local catalogs, which readers use, their raw listings, and state that can be made anew."""
    store: str | None = None
    """The address of the store where catalogs are published for others too: a folder, `s3://…`,
    `gs://…` or `az://…`; `None` when there is none."""

    @property
    def kept(self) -> Path:
        """The file that says where `modeldex keys set` kept each key."""
        return self.config.parent / "keys.json"

    @property
    def keys(self) -> Path:
        """The folder of the keys that no keyring took."""
        return self.config.parent / "keys"

    @property
    def catalogs(self) -> Path:
        """The folder of the catalogs that were published or taken over here."""
        return self.data / "catalog"

    @property
    def raw(self) -> Path:
        """The folder of the raw listings behind them."""
        return self.data / "raw"

    @property
    def knowledge(self) -> Path:
        """The folder of the knowledge compiled from newer public datasets."""
        return self.data / "knowledge"

    @property
    def state(self) -> Path:
        """The folder of what is remembered between refreshes: attempts, breakers, the lock."""
        return self.data / "state"

    @property
    def telling(self) -> Path:
        """The folder of what programs have bound, and of what is to be told to whom."""
        return self.data / "telling"


def home(environ: Mapping[str, str]) -> Home:
    """The folders that `environ` asks for; raises `BadConfig` for a store that is none."""
    if everything := environ.get("MODELDEX_HOME"):
        config_folder = data = Path(everything).expanduser().absolute()
    else:
        import platformdirs

        config_folder = platformdirs.user_config_path("modeldex", appauthor=False)
        data = platformdirs.user_data_path("modeldex", appauthor=False)
    config = environ.get("MODELDEX_CONFIG")
    return Home(
        config=Path(config).expanduser().absolute() if config else config_folder / "config.toml",
        rows=config_folder / "providers",
        overrides=config_folder / "overrides",
        data=data,
        store=_store(environ.get("MODELDEX_STORE")),
    )


def _store(named: str | None) -> str | None:
    """The address in its one spelling; what it says is not repeated, as it may hold a key."""
    if not named:
        return None
    scheme, is_url, rest = named.partition("://")
    if not is_url or scheme == "file":
        return str(Path(rest if is_url else named).expanduser().absolute())
    place = rest.partition("/")[0]
    if scheme not in SCHEMES or not place or any(mark in rest for mark in "@?#"):
        raise BadConfig(
            "MODELDEX_STORE is to be a folder, or s3://BUCKET/PATH, gs://BUCKET/PATH or"
            " az://CONTAINER/PATH, with the credentials in the environment and not in the address"
        )
    return named.rstrip("/")
