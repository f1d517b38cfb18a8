"""What OpenAI-compatible servers say one level down, under `limits` and `capabilities`.

What goes in (`max_input_tokens`, `max_prompt_tokens`) is no context window and is not read.
Source: https://inference-docs.cerebras.ai/api-reference/models/list-models and
https://docs.nano-gpt.com; of `max_context_window_tokens`, https://github.com/charmbracelet/catwalk
"""

import msgspec

from ..domain.capability import Capability


class Limits(msgspec.Struct):
    """Tokens; zero says nothing."""

    max_context_window_tokens: float | None = None
    max_context_length: float | None = None
    max_output_tokens: float | None = None
    max_completion_tokens: float | None = None

    @property
    def context(self) -> float | None:
        return self.max_context_window_tokens or self.max_context_length

    @property
    def output(self) -> float | None:
        return self.max_completion_tokens or self.max_output_tokens


class Able(msgspec.Struct):
    """Flags, each of which may be missing."""

    tool_calls: bool | None = None
    function_calling: bool | None = None
    tools: bool | None = None
    structured_outputs: bool | None = None
    json_mode: bool | None = None
    reasoning: bool | None = None
    vision: bool | None = None
    streaming: bool | None = None

    @property
    def calls_tools(self) -> Capability:
        return first(self.tool_calls, self.function_calling, self.tools)


def first(*said: Capability) -> Capability:
    """The first that says anything: no is an answer, and only unknown is passed over."""
    return next((one for one in said if one is not None), None)
