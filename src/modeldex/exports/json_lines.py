"""Models as JSON Lines: one document per line. Source: https://jsonlines.org"""

from .material import Export, Material


def json_lines(material: Material) -> Export:
    """The documents of `modeldex list --json`, each on a line of its own."""
    lines = [f"{document}\n" for document in material.documents]
    return Export("".join(lines), len(lines))
