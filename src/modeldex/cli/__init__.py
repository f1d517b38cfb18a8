"""The terminal face: commands that read and refresh the catalog."""


def main() -> int:
    """Run `modeldex` with the arguments of this process; returns the exit code."""
    import gc
    import sys

    # A short-lived process gains nothing from looking for cycles while it loads, nor from
    # taking itself apart at its end: a sixth of the time of a list.
    gc.set_threshold(100_000)
    try:
        from .running import run

        code = run(sys.argv[1:])
    except KeyboardInterrupt:  # before anything had begun
        return 130
    gc.freeze()
    return code
