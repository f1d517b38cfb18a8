"""Commands that need more than the plain package: say which extra brings it."""

from importlib.util import find_spec

from ..domain.errors import UserMistake


class NotInstalled(UserMistake):
    """A command needs an extra of the package."""


def ask_for(command: str, needed: tuple[str, ...], extra: str = "server") -> None:
    """Raise `NotInstalled` unless every library that `command` needs can be imported."""
    missing = [name for name in needed if find_spec(name) is None]
    if missing:
        raise NotInstalled(
            f"{command} needs what is not installed ({', '.join(missing)})",
            hint=f"pip install 'modeldex[{extra}]'",
        )
