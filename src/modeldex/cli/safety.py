"""Text of strangers, made harmless: what could steer a terminal is shown, not obeyed."""

import re

_STEERING = (
    "\x7f-\x9f"  # DEL, C1
    "\xad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f"  # soft hyphen, joiners, fillers
    "\u200b-\u200f\u2028-\u202e\u2060-\u206f"  # zero width, bidi, line separators
    "\u3164\ufe00-\ufe0f\ufeff\uffa0\ufff0-\ufffb"
    "\ud800-\udfff"
    "\U000e0000-\U000e0fff"  # tags and more variation selectors
)
_FLOOD = "[\u0300-\u036f\u0483-\u0489\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20ff\ufe20-\ufe2f]{4,}"
_UNSAFE = f"[\x00-\x1f{_STEERING}]|{_FLOOD}"
_JSON_UNSAFE = f"[{_STEERING}]"
# Compiled (and kept by re) when first needed: most names need neither.


def safe(text: str) -> str:
    r"""`text` with every control, bidi, zero-width and tag character written out.

    >>> safe("a\x1b[31mb\u202ec")
    'a\\x1b[31mb\\u202ec'
    """
    if text.isprintable() and text.isascii():
        return text
    return re.sub(_UNSAFE, _written, text)


def safe_json(document: str) -> str:
    r"""A JSON text that means the same and holds no character that could steer a terminal.

    >>> safe_json('"a\u202eb"')
    '"a\\u202eb"'
    """
    if document.isascii() and "\x7f" not in document:
        return document
    return re.sub(_JSON_UNSAFE, _in_json, document)


def _written(found: re.Match[str]) -> str:
    return "".join(_escape(ord(char)) for char in found[0])


def _escape(code: int) -> str:
    if code < 0x100:
        return f"\\x{code:02x}"
    return f"\\u{code:04x}" if code < 0x10000 else f"\\U{code:08x}"


def _in_json(found: re.Match[str]) -> str:
    units = found[0].encode("utf-16-be", "surrogatepass").hex()
    return "".join(f"\\u{units[at : at + 4]}" for at in range(0, len(units), 4))
