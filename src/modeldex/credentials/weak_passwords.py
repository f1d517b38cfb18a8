"""Passwords that are tried first: words, runs of keys, dates and repetitions, however they are dressed up.

The words are those of zxcvbn (what leaked most often, names, the commonest words of English), with
ours beside them that stand for this service or may be put together.
"""

import re
from collections.abc import Container
from functools import cache

_WORDS = frozenset(
    """
    password passwort passw pass passcode motdepasse contrasena senha parola wachtwoord haslo
    admin administrator root user test tester guest login master welcome willkommen bienvenue
    default changeme letmein whatever secret private access system server manager internet
    computer network office company service support database backup public temp temporary
    modeldex openai anthropic chatgpt google facebook twitter linkedin amazon apple microsoft
    windows linux ubuntu android iphone samsung github docker kubernetes oracle cisco
    iloveyou loveyou lovely love forever sunshine princess princesa prince angel angels flower
    butterfly rainbow summer winter spring autumn monday friday january february august september
    october november december dragon monkey tiger eagle shadow phoenix falcon panther wolf
    batman superman spiderman starwars pokemon naruto matrix hello hallo bonjour holla
    football baseball basketball soccer hockey golfer liverpool arsenal chelsea barcelona
    yankees cowboys steelers lakers rangers ferrari porsche mercedes corvette mustang harley
    michael jordan jennifer jessica michelle ashley thomas daniel andrew joshua matthew robert
    william charlie george nicole hannah amanda samantha alexander maximilian
    freedom trustno trustnoone killer hunter ranger soldier warrior ninja pirate wizard magic
    cookie cheese chocolate banana orange pepper ginger coffee pizza whisky
    bitch fuckyou fuckoff asshole pussy sexy
    correcthorsebatterystaple example demo sample qwerty azerty qwertz asdf zxcv abcd
    """.split()  # noqa: SIM905  (a list of words reads best as words)
)
_RUNS = (
    "abcdefghijklmnopqrstuvwxyz",
    "01234567890",
    "12345678901234567890",
    "qwertyuiop",
    "qwertzuiop",
    "azertyuiop",
    "asdfghjkl",
    "zxcvbnm",
    "yxcvbnm",
    "1qaz2wsx3edc4rfv5tgb6yhn7ujm8ik",
    "q1w2e3r4t5y6u7i8o9p0",
    "1q2w3e4r5t6y7u8i9o0p",
    "qazwsxedcrfvtgbyhnujm",
    "qwertyuiopasdfghjklzxcvbnm",
    "a1b2c3d4e5f6g7h8",
    "1a2b3c4d5e6f7g8h",
    "147258369",
    "741852963",
    "159357",
)
_DRESSED = str.maketrans("013457@$!8€", "oleastasibe")
_SHIFTED = str.maketrans("!@#$%^&*()", "1234567890")
_EDGES = re.compile(r"^[\W\d_]{1,6}|[\W\d_]{1,6}$")
"""What people put before and after a word; more of it is worth something."""
_DATE = re.compile(r"(?:(?:19|20)\d\d\d{4}|\d{4}(?:19|20)\d\d)")
_SHORTEST_RUN, _SHORTEST_NAME = 3, 4


def is_tried_first(password: str, name: str = "") -> bool:
    """Whether a password is one of those that are tried first, or `name` in such a dress.

    >>> is_tried_first("P@ssw0rd2026!"), is_tried_first("four random words here")
    (True, False)
    """
    plain = re.sub(r"\s+", "", password.casefold())
    own = {name.casefold()} if len(name) >= _SHORTEST_NAME else set()
    undressed = plain.translate(_DRESSED)
    forms = {plain, undressed, _EDGES.sub("", plain), _EDGES.sub("", undressed)}
    forms.add(_EDGES.sub("", plain).translate(_DRESSED))
    forms.add(plain.translate(_SHIFTED))
    return _DATE.fullmatch(plain) is not None or any(
        _is_known(form, _WORDS | own) for form in forms if len(form) >= _SHORTEST_NAME
    )


def _is_known(text: str, words: frozenset[str]) -> bool:
    once = _repeated(text)
    return (
        once in words
        or _is_made_of(text, words)
        or _is_run(once)
        or _is_runs(text)
        or any(once in ranked for ranked in _lists())
    )


@cache
def _lists() -> tuple[Container[str], ...]:
    """Some 94,000 words in small letters, 13 MB: loaded when the first password is chosen.

    Source: https://github.com/dwolfhub/zxcvbn-python
    """
    from zxcvbn.matching import RANKED_DICTIONARIES

    return tuple(RANKED_DICTIONARIES.values())


def _repeated(text: str) -> str:
    """The shortest text of whose repetition this one consists; itself when there is none."""
    for length in range(1, len(text) // 2 + 1):
        if text == (text[:length] * len(text))[: len(text)]:
            return text[:length]
    return text


def _is_run(text: str) -> bool:
    """Whether it is one or two characters, or neighbours on a keyboard, forwards or backwards."""
    return len(set(text)) <= 2 or any(text in run or text[::-1] in run for run in _RUNS)


def _is_runs(text: str) -> bool:
    """Whether two runs, such as `qwerty1234`, are all of it."""
    cuts = range(_SHORTEST_RUN, len(text) - _SHORTEST_RUN + 1)
    return any(_is_run(text[:cut]) and _is_run(text[cut:]) for cut in cuts)


def _is_made_of(text: str, words: frozenset[str]) -> bool:
    """Whether two known words are all of it."""
    return any(text[:cut] in words and text[cut:] in words for cut in range(3, len(text) - 2))
