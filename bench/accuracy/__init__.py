"""How right modeldex is: what it says of recorded models, scored against those who know."""

import sys
from pathlib import Path

# kinds.py and bases.py also run as scripts, and so name their neighbours without the package.
sys.path.append(str(Path(__file__).parent))
