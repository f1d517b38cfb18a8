"""All budgets: `python -m bench`, or one of them: `python -m bench.startup --models 5000 1000000`."""

import subprocess
import sys

BENCHES = ("startup", "catalog_read", "build", "refresh", "replay", "memory", "successors", "load")

for bench in BENCHES:
    print(f"== {bench}", flush=True)
    subprocess.run([sys.executable, "-m", f"bench.{bench}"], check=True)
