"""LoRA adapters of the bi-encoder: a small file that changes what the encoder makes of queries.

Low-rank adaptation (Hu et al. 2022, arXiv 2106.09685) adds to a weight matrix the product of two
thin ones. Files are those of peft: `adapter_config.json` and `adapter_model.safetensors`.
"""

import hashlib
import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from ..errors import ToolError
from .subject import LEARNED

Array = npt.NDArray[np.float32]

_CONFIG = "adapter_config.json"
_WEIGHTS = "adapter_model.safetensors"
_PREFIX = "base_model.model."


@dataclass(frozen=True)
class Adapter:
    """A folder with an adapter, and the hash of its weights."""

    folder: Path
    identity: str

    def merged(self, weights: dict[str, Array]) -> dict[str, Array]:
        """Return the weights of a model with the adapter added.

        Raises:
            ToolError: the adapter is made for another model.
        """
        from safetensors.numpy import load_file

        config = json.loads((self.folder / _CONFIG).read_text(encoding="utf-8"))
        scale = float(config["lora_alpha"]) / float(config["r"])
        thin = load_file(self.folder / _WEIGHTS)
        merged = dict(weights)
        for name in [name for name in thin if name.endswith("lora_A.weight")]:
            target = name.removeprefix(_PREFIX).replace("lora_A.", "")
            down, up = thin[name], thin[name.replace("lora_A", "lora_B")]
            if target not in merged or merged[target].shape != (up.shape[0], down.shape[1]):
                raise ToolError(f"The adapter in {self.folder} is made for another model.")
            delta = up.astype(np.float32) @ down.astype(np.float32)
            merged[target] = (merged[target] + np.float32(scale) * delta).astype(np.float32)
        return merged


def read_adapter(folder: Path) -> Adapter:
    """Return the adapter of a folder.

    Raises:
        ToolError: there is none.
    """
    try:
        weights = (folder / _WEIGHTS).read_bytes()
        (folder / _CONFIG).read_bytes()
    except OSError as error:
        raise ToolError(f"No adapter in {folder}: {_CONFIG} and {_WEIGHTS} are needed.") from error
    return Adapter(folder, hashlib.sha256(weights).hexdigest()[:12])


def find_adapter(name: str, default_model: bool) -> Adapter | None:
    """Find the adapter of a setting: a folder, "none", or "shipped" with the package.

    Args:
        name: the setting.
        default_model: whether the encoder is the default one, for which the shipped adapter is.

    Raises:
        ToolError: the folder holds no adapter.
    """
    ships = default_model and (LEARNED / _WEIGHTS).is_file()
    if name == "none" or (name == "shipped" and not ships):
        return None
    return read_adapter(LEARNED if name == "shipped" else Path(name))


def write_adapter(model: Any, out: Path) -> None:
    """Write the LoRA matrices of a model that peft changed, in half precision.

    Args:
        model: a transformers model with an adapter.
        out: the folder to write to.
    """
    from safetensors.numpy import save_file

    model.save_pretrained(out)
    kept = {_CONFIG, _WEIGHTS}
    from safetensors.numpy import load_file

    thin = {name: values.astype(np.float16) for name, values in load_file(out / _WEIGHTS).items()}
    save_file(thin, out / _WEIGHTS)
    for file in out.iterdir():
        if file.is_file() and file.name not in kept:
            file.unlink()
