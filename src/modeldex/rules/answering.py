"""Whether a model answers while its caller waits."""

from ..domain.model import Model

_LATER = ":batch"


def answers_later(model: Model) -> bool:
    """Whether all that is offered under this id is a batch that is answered hours later.

    That a model can be called in batches too says nothing: only OpenRouter's variant `:batch`,
    which its list tells apart, is batch alone.
    Source: https://openrouter.ai/docs/guides/features/batch-api
    """
    return model.batch is True and model.native_id.endswith(_LATER)
