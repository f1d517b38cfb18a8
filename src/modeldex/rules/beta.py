"""The Beta distribution's tail and bounds, for whole numbers of successes and failures.

Before any call every share from 0 to 1 counts as equally likely: Beta(1, 1). Source for the
continued fraction: https://dlmf.nist.gov/8.17#v
"""

from functools import lru_cache
from math import exp, lgamma, log, log1p

_TINY = 1e-300
_EXACT = 1e-15
_STEPS = 10_000
_HALVINGS = 50


@lru_cache(maxsize=65_536)
def below(share: float, ok: int, failed: int) -> float:
    """How probable it is that the true share is at most `share`, after so many calls."""
    if share <= 0 or share >= 1:
        return 0.0 if share <= 0 else 1.0
    a, b = ok + 1, failed + 1
    if share < (a + 1) / (a + b + 2):
        return _tail(share, a, b)
    return 1 - _tail(1 - share, b, a)


def bound(probability: float, ok: int, failed: int) -> float:
    """The share that the true one is below with this probability."""
    low, high = 0.0, 1.0
    for _ in range(_HALVINGS):
        middle = (low + high) / 2
        if below(middle, ok, failed) < probability:
            low = middle
        else:
            high = middle
    return high


def mean(ok: int, failed: int) -> float:
    """The share to expect."""
    return (ok + 1) / (ok + failed + 2)


def _tail(x: float, a: int, b: int) -> float:
    """The regularized incomplete beta function, where its continued fraction converges fast."""
    scale = lgamma(a + b) - lgamma(a) - lgamma(b) + a * log(x) + b * log1p(-x)
    return min(1.0, exp(scale) * _fraction(x, a, b) / a)


def _fraction(x: float, a: int, b: int) -> float:
    """By Lentz's method."""
    c, d = 1.0, 1 / _away(1 - (a + b) * x / (a + 1))
    found = d
    for step in range(1, _STEPS):
        even = step * (b - step) * x / ((a + 2 * step - 1) * (a + 2 * step))
        odd = -(a + step) * (a + b + step) * x / ((a + 2 * step) * (a + 2 * step + 1))
        for part in (even, odd):
            d = 1 / _away(1 + part * d)
            c = _away(1 + part / c)
            found *= c * d
        if abs(c * d - 1) < _EXACT:
            break
    return found


def _away(value: float) -> float:
    """A divisor that is not zero."""
    return value if abs(value) > _TINY else _TINY
