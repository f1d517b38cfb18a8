"""Progress of a refresh on stderr: a live line for a person, plain lines for a log."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from ..domain.report import ProviderReport
from . import output
from .context import Progress
from .safety import safe

_Sentence = Callable[[ProviderReport], str]


@contextmanager
def plain(sentence: _Sentence) -> Iterator[Progress]:
    """A line for each provider that is done."""

    yield lambda one: output.note(sentence(one))


@contextmanager
def live(sentence: _Sentence) -> Iterator[Progress]:
    """Lines of those that are done, and below them how many there are."""
    from rich.console import Console
    from rich.live import Live
    from rich.text import Text

    colour = output.coloured(output.stderr())
    console = Console(stderr=True, markup=False, highlight=False, emoji=False, no_color=not colour)
    done = 0

    def status() -> Text:
        return Text(f"asking the providers at once, {done} done …", style="dim")

    with Live(status(), console=console, transient=True, refresh_per_second=8) as view:

        def progress(one: ProviderReport) -> None:
            nonlocal done
            done += 1
            console.print(Text(safe(sentence(one)), style="red" if one.failed else ""))
            view.update(status())

        yield progress
