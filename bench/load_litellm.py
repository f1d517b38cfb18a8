"""LiteLLM's proxy over as many models, beside ours, where somebody has it installed.

Source: https://docs.litellm.ai/docs/proxy/configs
"""

import argparse
import asyncio
import json
import os
import subprocess
import time
from itertools import repeat
from pathlib import Path

from .load_lines import HOST, TOKEN, asking, closed, fetched
from .synthetic import invented

_PATIENCE_S = 240


def litellm(folder: Path, chosen: argparse.Namespace) -> None:
    """Start it with the same models, and ask it for all of them."""
    port, config = chosen.port + 2, folder / "config.yaml"
    models = [
        {
            "model_name": model.id,
            "litellm_params": {"model": f"openai/{model.native_id}", "api_key": "of-nobody"},
        }
        for model in invented(chosen.models)
    ]
    settings = {"master_key": TOKEN}
    config.write_text(json.dumps({"model_list": models, "general_settings": settings}))
    command = (chosen.litellm.parent / "litellm", "--config", config, "--port", str(port))
    environ = {"LITELLM_LOCAL_MODEL_COST_MAP": "True", "LITELLM_TELEMETRY": "False"}
    began = time.perf_counter()
    with (
        (folder / "log").open("wb") as log,
        subprocess.Popen(
            [*command, "--host", HOST, "--num_workers", "1"],
            env={**os.environ, **environ},
            cwd=folder,
            stdout=log,
            stderr=log,
        ) as process,
    ):
        try:
            _wait(port, process, folder / "log")
            ready_s = time.perf_counter() - began
            _measure(port, ready_s, chosen)
        finally:
            process.terminate()
            process.wait(30)


def _wait(port: int, process: "subprocess.Popen[bytes]", log: Path) -> None:
    until = time.perf_counter() + _PATIENCE_S
    while time.perf_counter() < until and process.poll() is None:
        try:
            if fetched(port, "/health/liveliness")[0] == 200:
                return
        except (OSError, asyncio.IncompleteReadError):
            time.sleep(0.25)
    raise SystemExit(f"LiteLLM's proxy did not start:\n{log.read_text()[-2000:]}")


def _measure(port: int, ready_s: float, chosen: argparse.Namespace) -> None:
    status, _, body = fetched(port, "/v1/models")
    if status != 200:
        raise SystemExit(f"LiteLLM's proxy answered with {status}")
    listed = len(json.loads(body)["data"])
    requests = repeat(asking(port, "/v1/models"))
    found = [
        asyncio.run(closed(port, requests, 200, chosen.seconds * 2, 4))
        for _ in range(chosen.rounds)
    ]
    best = max(found, key=lambda one: one.per_second)
    print(
        f"\nLiteLLM's proxy, /v1/models of {listed:,} models, {len(body):,} bytes:"
        f" best of {len(found)} {best.per_second:.1f}/s, p99 {best.p99_ms:.0f} ms;"
        f" start to ready {ready_s:.1f} s"
    )
