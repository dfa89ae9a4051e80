"""Says how fast this Python is, for the Makefile to choose among those installed: `seconds path`; nothing where it does not serve.

The same version can differ by a factor of two: a Python built without profile-guided optimisation (pyenv's default) runs the intake at
little more than half the speed of a distribution's.
"""

import sys
import time


def seconds() -> float:
    """The best of five short runs of what the intake does most: dictionaries, tuples, strings."""
    best = 1.0
    for _ in range(5):
        began = time.perf_counter()
        found: dict = {}
        for number in range(10_000):
            key = (number % 100, str(number % 7))
            found[key] = f"{found.get(key, '')[:9]}{number}\t"
        best = min(best, time.perf_counter() - began)
    return best


if __name__ == "__main__":
    if not (3, 11) <= sys.version_info[:2] < (3, 14):
        sys.exit(1)
    import ensurepip  # noqa: F401 - a Python that cannot make a virtual environment does not serve

    print(f"{seconds():.6f} {sys.executable}")
