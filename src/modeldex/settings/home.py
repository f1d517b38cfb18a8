"""The folders: one for everything with `MODELDEX_HOME`, else the platform's own."""

from collections.abc import Mapping
from pathlib import Path
from typing import NamedTuple

from ..domain.errors import BadConfig


class Home(NamedTuple):
    """The places of one user's files; nothing is created by naming them."""

    config: Path
    """The TOML configuration file; it need not exist."""
    rows: Path
    """The folder of the user's own provider rows; it need not exist."""
    overrides: Path
    """The folder of the user's override files; it need not exist."""
    data: Path
    """State that can be made anew, and the default place of the store."""
    store: Path
    """Where catalogs and raw listings are published."""

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
        """The folder of the published catalogs."""
        return self.store / "catalog"

    @property
    def raw(self) -> Path:
        """The folder of the raw listings."""
        return self.store / "raw"

    @property
    def knowledge(self) -> Path:
        """The folder of the knowledge compiled from newer public datasets."""
        return self.store / "knowledge"

    @property
    def state(self) -> Path:
        """The folder of what is remembered between refreshes: attempts, breakers, the lock."""
        return self.data / "state"


def home(environ: Mapping[str, str]) -> Home:
    """The folders that `environ` asks for; raises `BadConfig` for a store that is no folder."""
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
        store=_store(environ.get("MODELDEX_STORE"), data),
    )


def _store(named: str | None, data: Path) -> Path:
    if not named:
        return data
    if "://" in named and not named.startswith("file://"):
        raise BadConfig(
            f"MODELDEX_STORE names a {named.split('://')[0]} store; this version publishes"
            " to folders only: name a folder, or unset it"
        )
    return Path(named.removeprefix("file://")).expanduser().absolute()
