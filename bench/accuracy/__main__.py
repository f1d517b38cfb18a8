"""Score modeldex and its rivals: `python -m bench.accuracy [--write | --check]`.

Without an option the report is printed; `--write` puts it into the documentation, and `--check`
says whether the one there is up to date. It reads what stands beside the project in `../shared`.
"""

import sys
from pathlib import Path

from .recorded import SHARED
from .report import COMMAND, report

PAGE = Path(__file__).parents[2] / "docs" / "reference" / "accuracy.md"


def main(arguments: list[str]) -> int:
    if arguments not in ([], ["--write"], ["--check"]):
        sys.stderr.write(f"{__doc__}\n")
        return 2
    if not all((SHARED / folder).is_dir() for folder in ("recordings", "truth")):
        sys.stdout.write("the recordings and datasets are not beside the project: nothing scored\n")
        return 0
    text = report()
    if not arguments:
        sys.stdout.write(text)
    elif arguments == ["--write"]:
        PAGE.write_text(text, "utf-8")
    elif not PAGE.exists() or PAGE.read_text("utf-8") != text:
        sys.stderr.write(f"docs/reference/{PAGE.name} is stale: run `{COMMAND}`\n")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
