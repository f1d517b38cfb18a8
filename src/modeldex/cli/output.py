"""Where output goes: data to stdout, words to stderr, colour to terminals only."""

import os
import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import chain, islice, repeat
from typing import Any, TextIO

import click
import msgspec

from .safety import safe, safe_json
from .table import Column, fit, joined

BOLD, DIM, GREEN, YELLOW, RED = "1", "2", "32", "33", "31"
"""SGR codes of the only styles there are."""

_UNSEEN_WIDTH = 80
_SAID = f"{__name__}.said"
_BLOCK = 100


def _unstyled(_column: int, _cell: str) -> str:
    return ""


def _painted(text: str, style: str) -> str:
    return f"\x1b[{style}m{text}\x1b[0m" if text and style else text


def coloured(stream: TextIO) -> bool:
    """Whether `stream` shows colour and the user did not ask for none."""
    context = click.get_current_context(silent=True)
    refused = context is not None and context.find_root().color is False
    dumb = os.environ.get("NO_COLOR") or os.environ.get("TERM") == "dumb"
    return not refused and not dumb and stream.isatty()


def styled(text: str, style: str, stream: TextIO) -> str:
    """`text` in a style where `stream` shows colour."""
    return _painted(text, style) if coloured(stream) else text


def on_terminal() -> bool:
    """Whether a person looks at stdout."""
    return sys.stdout.isatty()


def terminal_width() -> int:
    """Columns of the terminal; `COLUMNS` wins, 80 where nothing says."""
    asked = os.environ.get("COLUMNS", "")
    if asked.isdecimal() and int(asked) > 0:
        return int(asked)
    try:
        return os.get_terminal_size(sys.stdout.fileno()).columns or _UNSEEN_WIDTH
    except (OSError, ValueError):
        return _UNSEEN_WIDTH


def watched() -> bool:
    """Whether a person looks at stderr and it can be drawn on."""
    return sys.stderr.isatty() and os.environ.get("TERM") != "dumb"


def stderr() -> TextIO:
    """The stream for words."""
    return sys.stderr


def shown(text: str, style: str) -> str:
    """`text` in a style, as stdout can show it."""
    return styled(text, style, sys.stdout)


def say(line: str = "", style: str = "") -> None:
    """One line of data; the caller has made strangers' text safe."""
    sys.stdout.write(styled(line, style, sys.stdout) + "\n")


def note(line: str, style: str = "") -> None:
    """One line of words, on stderr; made safe here. Where nobody reads them, nothing fails."""
    sys.stdout.flush()
    try:
        sys.stderr.write(styled(safe(line), style, sys.stderr) + "\n")
    except OSError:
        lead_nowhere(sys.stderr)


def note_once(line: str) -> None:
    """Something to know, on stderr; the same line is said once per command."""
    context = click.get_current_context(silent=True)
    said = set[str]() if context is None else context.find_root().meta.setdefault(_SAID, set())
    if line not in said:
        said.add(line)
        note(line, YELLOW)


def note_parts(parts: Iterable[str], style: str = "") -> None:
    """Words apart by middle dots: one line in a log, as many as are needed for a person."""
    width = terminal_width() if sys.stderr.isatty() else sys.maxsize
    line = ""
    for part in parts:
        longer = f"{line} · {part}" if line else part
        if line and len(longer) > width:
            note(line, style)
            longer = part
        line = longer
    note(line, style)


def lead_nowhere(stream: TextIO) -> None:
    """Nobody reads any more; what is left in the buffer must not fail at exit."""
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, stream.fileno())
    os.close(nowhere)


def tsv(rows: Iterable[Sequence[object]]) -> int:
    """Rows, tab-separated, without header; unknown is an empty cell. Returns their number."""
    return _write(map(_line, rows))


def _line(row: Sequence[object]) -> str:
    texts = ["" if cell is None else str(cell) for cell in row]
    line = "\t".join(texts)
    # One look at the whole line finds most lines harmless, in half the time of a look per cell.
    harmless = line.isascii() and line.replace("\t", "").isprintable()
    if harmless and line.count("\t") == len(texts) - 1:
        return line + "\n"
    return "\t".join(map(safe, texts)) + "\n"


def table(
    columns: Sequence[Column],
    rows: Sequence[Sequence[str]],
    style: Callable[[int, str], str] = _unstyled,
) -> None:
    """A table as wide as the terminal; `style` names the style of a column's cell."""
    fitted = fit(columns, rows, terminal_width())
    paint = coloured(sys.stdout)
    say(fitted.header, BOLD)
    for line in fitted.lines:
        if paint:
            line = tuple(
                _painted(cell, style(at, cell))
                for at, cell in zip(fitted.columns, line, strict=True)
            )
        say(joined(line))


def json_text(value: Any) -> str:
    """Any value of the domain as JSON text.

    What a command line says in bytes that are no text is in Python's strings as lone surrogates,
    which only the slow writer takes: it writes them out.
    """
    try:
        return msgspec.json.encode(value).decode()
    except UnicodeEncodeError:
        import json

        return json.dumps(msgspec.to_builtins(value))


def json_document(value: Any) -> None:
    """One JSON document, indented where a person looks at it."""
    json_raw(json_text(value))


def json_raw(document: str) -> None:
    """One document that is JSON already."""
    if on_terminal():
        document = msgspec.json.format(document, indent=2)
    sys.stdout.write(safe_json(document) + "\n")


def text(document: str) -> None:
    """A whole document of another format on stdout."""
    _write([document])


def json_array(documents: Iterator[str]) -> None:
    """One JSON array of documents that are JSON already, written as they come."""
    before = chain("[", repeat(",\n"))
    written = _write(next(before) + safe_json(document) for document in documents)
    sys.stdout.write("]\n" if written else "[]\n")


def _write(lines: Iterable[str]) -> int:
    """Write in blocks, as an unbuffered stdout takes each write for a system call."""
    number, waiting = 0, iter(lines)
    while block := list(islice(waiting, _BLOCK)):
        sys.stdout.write("".join(block))
        number += len(block)
    return number
