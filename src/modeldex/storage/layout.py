"""What readers and writers of a catalog file agree on, beside its tables."""

FORMAT = 4
"""The number of the file's format (its `user_version`); a reader refuses any other."""

JOINED = "\ue000"
"""Stands before a native id's joined words in the word index, where no other word begins so."""

COLUMNS: tuple[str, ...] = (
    *("place", "id", "provider", "native_id", "name", "base", "lab", "family", "kind"),
    *("context_window", "max_output", "input_modalities", "output_modalities"),
    *("tools", "structured_output", "json_mode", "vision", "streaming"),
    *("prompt_caching", "batch", "reasoning", "open_weights", "knowledge_cutoff"),
    *("released", "created", "price", "price_tier"),
    *("price_input", "price_output", "price_cache_read", "endpoints", "aliases"),
    *("lifecycle", "retires_on", "successor", "quantization"),
    *("access", "access_note", "hugging_face_id"),
    *("first_seen", "last_seen", "tier", "recommended"),
    *("newest", "maybe_chat", "callable", "provenance"),
)
"""The columns of `model`, in their order."""

FACTS: tuple[str, ...] = tuple(
    column
    for column in COLUMNS[COLUMNS.index("name") : COLUMNS.index("hugging_face_id") + 1]
    if column not in ("price_input", "price_output", "price_cache_read")
)
"""The columns that say something of a model, leaving out when and how it was seen."""
