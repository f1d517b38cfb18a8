"""What must work right after an installation: import, first catalog, list, show, without a network."""

import json
import subprocess
import sys
from pathlib import Path

import modeldex

command = Path(sys.executable).parent / "modeldex"


def said(*arguments: str) -> str:
    done = subprocess.run([command, *arguments], capture_output=True, text=True, check=True)
    return done.stdout


assert "site-packages" in (modeldex.__file__ or ""), "the installed package is to be tested"
assert said("--version").split()[-1] == modeldex.__version__
models = json.loads(said("list", "--all", "--json", "--limit", "5"))
assert len(models) == 5, models
shown = json.loads(said("show", models[0]["id"], "--json"))
assert shown["id"] == models[0]["id"]
assert modeldex.get(models[0]["id"]) is not None
assert modeldex.resolve("no-such-model").how == "passed-through"
assert not (Path(modeldex.__file__).parent.parent / "tests").exists(), "tests are not shipped"
print("the installed wheel works")
