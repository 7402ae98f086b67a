"""A look at a model that changes nothing of it, and in which attention is counted."""

from __future__ import annotations

import contextlib
from typing import Any, Iterator

_HOOKS = ("_forward_hooks", "_forward_pre_hooks", "_forward_hooks_with_kwargs", "_forward_pre_hooks_with_kwargs",
          "_forward_hooks_always_called")  # fmt: skip
_GLOBAL_HOOKS = ("_global_forward_hooks", "_global_forward_pre_hooks", "_global_forward_hooks_always_called",
                 "_global_forward_hooks_with_kwargs")  # fmt: skip


@contextlib.contextmanager
def unchanged(model: Any) -> Iterator[None]:
    """Puts back each module's training flag, hooks and buffers, and the random state."""
    import torch
    import torch.nn.modules.module as module_globals

    modules = list(model.modules())
    flags = [module.training for module in modules]
    hook_dicts = [
        hooks
        for owner, names in [(module, _HOOKS) for module in modules] + [(module_globals, _GLOBAL_HOOKS)]
        for hooks in [getattr(owner, name, None) for name in names]
        if isinstance(hooks, dict)
    ]
    hooks_before = [dict(hooks) for hooks in hook_dicts]
    # Those of a scripted module are no dict, and cannot be exchanged.
    buffers = [(module, dict(module._buffers)) for module in modules if isinstance(module._buffers, dict)]
    values = [
        (buffer, buffer.clone())
        for _, found in buffers
        for buffer in found.values()
        if buffer is not None and not buffer.is_meta
    ]
    devices = list(range(torch.cuda.device_count())) if torch.cuda.is_initialized() else []
    try:
        for hooks in hook_dicts:
            hooks.clear()
        for module in modules:
            module.training = False
        with torch.random.fork_rng(devices=devices), no_fast_path(), plain_attention():
            yield
    finally:
        for module, flag in zip(modules, flags):
            module.training = flag
        for hooks, before in zip(hook_dicts, hooks_before):
            hooks.clear()
            hooks.update(before)
        for module, found in buffers:
            module._buffers.clear()
            module._buffers.update(found)
        with torch.no_grad():
            for buffer, value in values:
                if not torch.equal(buffer, value):
                    # Observers of quantisation get their size by the first pass.
                    buffer.resize_(value.shape).copy_(value)


@contextlib.contextmanager
def no_fast_path() -> Iterator[None]:
    """Keeps encoders from their fused path, which cannot be counted."""
    import torch

    if not hasattr(torch.backends, "mha"):
        # torch 2.1 and 2.2 have no switch, but do not take it within a mode.
        with torch.overrides.BaseTorchFunctionMode():
            yield
        return
    is_fast = torch.backends.mha.get_fastpath_enabled()
    torch.backends.mha.set_fastpath_enabled(False)
    try:
        yield
    finally:
        torch.backends.mha.set_fastpath_enabled(is_fast)


def plain_attention() -> Any:
    """Attention by products of matrices, which can be counted."""
    try:
        from torch.nn.attention import SDPBackend, sdpa_kernel

        return sdpa_kernel(SDPBackend.MATH)
    except ImportError:
        import torch

        return torch.backends.cuda.sdp_kernel(enable_flash=False, enable_mem_efficient=False)
