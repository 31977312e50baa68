"""The opponent of `tributary bench step`: plain eager PyTorch, steps of SGD on examples in memory."""
import time

from wire import hello, serve, torch_or_error

torch = torch_or_error()
import torch.nn.functional as F  # noqa: E402  (only once torch is known to be there)

from models import build  # noqa: E402

EXAMPLES = 640
LAYOUTS = {"plain": torch.contiguous_format, "channels-last": torch.channels_last}
_prepared = {}


def prepare(model, shape, classes, parameters, layout):
    """Model, optimiser and data, kept from one request to the next."""
    key = (model, tuple(shape), layout)
    if key not in _prepared:
        torch.manual_seed(1)
        net = build(model, classes, parameters, tuple(shape)).to(memory_format=LAYOUTS[layout]).train()
        x = torch.randn(EXAMPLES, *shape).contiguous(memory_format=LAYOUTS[layout])
        y = torch.randint(0, classes, (EXAMPLES,))
        _prepared[key] = net, torch.optim.SGD(net.parameters(), lr=0.01), x, y
    return _prepared[key]


def step(model, shape, classes, parameters, batch, threads, layout, seconds):
    """Trains whole epochs until `seconds` are over; the milliseconds of a step."""
    net, optimizer, x, y = prepare(model, shape, classes, parameters, layout)
    torch.set_num_threads(threads)
    steps = 0
    begin = time.perf_counter()
    while steps == 0 or time.perf_counter() - begin < seconds:
        order = torch.randperm(EXAMPLES)
        for first in range(0, EXAMPLES, batch):
            chosen = order[first:first + batch]
            inputs = x[chosen].contiguous(memory_format=LAYOUTS[layout])
            optimizer.zero_grad(set_to_none=True)
            F.cross_entropy(net(inputs), y[chosen]).backward()
            optimizer.step()
            steps += 1
    taken = time.perf_counter() - begin
    return {"milliseconds": 1000 * taken / steps, "steps": steps,
            "parameters": sum(p.numel() for p in net.parameters())}


if __name__ == "__main__":
    serve({"hello": hello, "step": step})
