"""Hold on to a catalog: under a name of one's own it stays, whatever happens to the folder it came from."""

import os
import shutil
import tempfile
import weakref
from pathlib import Path


def pinned(path: Path, holder: object) -> Path:
    """The same file in a folder that goes when `holder` does; `path` itself where that cannot be had.

    It is a link where both are on one disk, and a copy elsewhere.
    """
    try:
        folder = Path(tempfile.mkdtemp(prefix="modeldex-held-"))
    except OSError:
        return path
    weakref.finalize(holder, shutil.rmtree, folder, True)
    held = folder / path.name
    try:
        os.link(path, held)
    except OSError:
        try:
            shutil.copyfile(path, held)
        except OSError:
            return path
    return held
