"""Models as the configuration of a LiteLLM proxy: who is called, how, and what it costs.

Source: https://docs.litellm.ai/docs/proxy/configs
"""

from collections import Counter
from collections.abc import Iterable, Mapping

from .litellm_deployment import Directory, reached
from .litellm_facts import facts
from .material import Export, Material
from .yaml_text import Value, lines, scalar

_HEAD = (
    "A LiteLLM proxy's configuration, written by `modeldex export`; keys are read from variables"
)
_VARIABLE = "os.environ/"


def litellm(material: Material) -> Export:
    """A `model_list` with a deployment per model, named by our id; no key is in it, only the names
    of variables. A model that LiteLLM cannot call is left out and counted."""
    from ..knowledge.prefixes import packaged as prefixes
    from ..providers import packaged

    directory = Directory(material, prefixes(), packaged())
    deployments: list[dict[str, Value]] = []
    left_out: Counter[str] = Counter()
    variables: dict[str, None] = {}
    for model in material.models():
        params = reached(model, directory)
        if params is None:
            left_out[f"LiteLLM cannot be set up to call {model['provider']}"] += 1
            continue
        variables.update(dict.fromkeys(_variables(params)))
        deployments.append(
            {"model_name": model["id"], "litellm_params": params, "model_info": facts(model)}
        )
    body = [*_comments(sorted(variables), left_out), *lines({"model_list": deployments})]
    return Export("".join(f"{line}\n" for line in body), len(deployments), left_out)


def _variables(params: Mapping[str, str]) -> Iterable[str]:
    for value in params.values():
        if value.startswith(_VARIABLE):
            yield value.removeprefix(_VARIABLE)


def _comments(variables: Iterable[str], left_out: Mapping[str, int]) -> Iterable[str]:
    yield f"# {_HEAD}"
    for name in variables:
        yield f"#   {scalar(name)[1:-1]}"
    for why, count in sorted(left_out.items()):
        yield f"# left out: {count}, as {scalar(why)[1:-1]}"
