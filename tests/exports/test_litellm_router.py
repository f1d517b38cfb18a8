"""The configuration in LiteLLM itself, where it is installed."""

import json
import os
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path

import pytest

from modeldex.exports.litellm import litellm
from modeldex.providers import packaged

from .shapes import document, material

pytestmark = [
    pytest.mark.once,
    pytest.mark.slow,
    pytest.mark.skipif(find_spec("litellm") is None, reason="LiteLLM is not installed"),
]
LOAD = """
import json, sys, yaml
from litellm import Router, get_llm_provider
models = yaml.safe_load(open(sys.argv[1]))["model_list"]
router = Router(model_list=models)
known = {one["model_name"]: get_llm_provider(one["litellm_params"]["model"])[1] for one in models}
costs = {one["model_name"]: one["model_info"].get("input_cost_per_token") for one in router.get_model_list()}
print(json.dumps([known, costs]))
"""


def test_litellm_takes_a_deployment_of_every_provider(tmp_path: Path) -> None:
    rows = packaged()
    price = {"input": "0.15", "output": "0.6"}
    made = litellm(
        material(*(document(f"{name}/m", kind="chat", price=price) for name in rows), rows=rows)
    )
    path = tmp_path / "config.yaml"
    path.write_text(made.text)
    keys = {name: "k" for row in rows.values() for name in row.key_env}
    environ = {
        **os.environ,
        **keys,
        "LITELLM_LOCAL_MODEL_COST_MAP": "True",
        "AWS_REGION": "eu-west-1",
    }
    environ["AZURE_OPENAI_ENDPOINT"] = "https://acme.openai.azure.com"
    done = subprocess.run(
        [sys.executable, "-c", LOAD, str(path)], capture_output=True, text=True, env=environ
    )
    assert done.returncode == 0, done.stderr[-2000:]
    known, costs = json.loads(done.stdout.splitlines()[-1])
    assert len(known) == made.models
    assert known["together/m"] == "together_ai"
    assert set(costs.values()) == {0.00000015}
