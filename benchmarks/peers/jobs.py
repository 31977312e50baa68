"""The opponent of `tributary bench jobs`: a federated job as a plain PyTorch loop, without a framework around it.

usage: jobs.py '{"model": ..., "shape": [...], ...}'      see Job.java for the keys
Prints one line of JSON: the seconds and the mean training loss of each round. Clients have noise, or real images where
the job names "files". "layout" says how images lie in memory; a job with "trial" is not run: a client is trained in
each layout, and the line says in which it was faster.
"""
import json
import random
import sys
import time

from wire import answer, torch_or_error

if len(sys.argv) < 2:
    sys.exit(__doc__)

torch = torch_or_error(waits=False)
import torch.nn.functional as F  # noqa: E402  (only once torch is known to be there)

from models import build  # noqa: E402

PLACES = 1 << 20
LAYOUTS = {"plain": torch.contiguous_format, "channels-last": torch.channels_last}


class Noise:
    """Clients whose examples lie in one pool of random numbers, each client's at a place of its own: no time to draw."""

    def __init__(self, shape, classes, samples):
        size = samples
        for axis in shape:
            size *= axis
        self.shape, self.samples, self.size, self.classes = shape, samples, size, classes
        self.pool = torch.randn(PLACES + size, generator=torch.Generator().manual_seed(1))

    def client(self, index):
        labels = torch.randint(0, self.classes, (self.samples,), generator=torch.Generator().manual_seed(index))
        first = (index * 40503) % PLACES
        return self.pool[first:first + self.size].view(self.samples, *self.shape), labels


def train(net, data, batch, epochs, lr, layout):
    """One client's local training; the mean loss over the examples it took, before each step."""
    x, y = data
    x = x.contiguous(memory_format=LAYOUTS[layout])
    optimizer = torch.optim.SGD(net.parameters(), lr=lr)
    net.train()
    total = 0.0
    for _ in range(epochs):
        order = torch.randperm(len(y))
        for first in range(0, len(y), batch):
            chosen = order[first:first + batch]
            optimizer.zero_grad(set_to_none=True)
            loss = F.cross_entropy(net(x[chosen].contiguous(memory_format=LAYOUTS[layout])), y[chosen])
            loss.backward()
            optimizer.step()
            total += loss.item() * len(chosen)
    return total / (len(y) * epochs)


def mean(states):
    """The mean of state dictionaries, added up in double precision as they come."""
    total, count = None, 0
    for state in states:
        count += 1
        if total is None:
            total = {name: value.double() for name, value in state.items()}
        else:
            for name, value in state.items():
                total[name] += value
    return {name: (value / count) for name, value in total.items()}


def network(job, layout, seed):
    """The job's model with its initial weights."""
    torch.manual_seed(seed)
    net = build(job["model"], job["classes"], job["parameters"], tuple(job["shape"]))
    return net.to(memory_format=LAYOUTS[layout])


def faster_layout(job, clients, seed):
    """The layout in which an epoch of a client takes less time, the better of two turns each."""
    if len(job["shape"]) != 3:
        return "plain"
    x, y = clients(0)
    nets = {layout: network(job, layout, seed) for layout in LAYOUTS}
    for layout, net in nets.items():
        # Kernels are made and memory is touched at the first step.
        train(net, (x[:job["batch"]], y[:job["batch"]]), job["batch"], 1, job["lr"], layout)
    taken = {layout: [] for layout in LAYOUTS}
    for _ in range(2):
        for layout, net in nets.items():
            begin = time.perf_counter()
            train(net, (x, y), job["batch"], 1, job["lr"], layout)
            taken[layout].append(time.perf_counter() - begin)
    return min(taken, key=lambda layout: min(taken[layout]))


def federate(job, clients, seed):
    """Rounds of federated averaging over whole models; yields seconds and mean loss of each round."""
    draw = random.Random(seed)
    layout = job.get("layout", "plain")
    net = network(job, layout, seed)
    shared = {name: value.clone() for name, value in net.state_dict().items()}
    kinds = {name: value.dtype for name, value in shared.items()}
    for _ in range(job["rounds"]):
        begin = time.perf_counter()
        losses = []

        def trained():
            for index in draw.sample(range(job["clients"]), job["cohort"]):
                net.load_state_dict(shared)
                losses.append(train(net, clients(index), job["batch"], job["epochs"], job["lr"], layout))
                yield net.state_dict()

        shared = {name: value.to(kinds[name]) for name, value in mean(trained()).items()}
        yield time.perf_counter() - begin, sum(losses) / len(losses)


def main():
    job = json.loads(sys.argv[1])
    torch.set_num_threads(job["threads"])
    seed = job.get("seed", 1)
    if "files" in job:
        from data import RealClients
        clients = RealClients(job["form"], job["files"], job["shape"], job["samples"], seed)
    else:
        clients = Noise(job["shape"], job["classes"], job["samples"])
    versions = {"torch": torch.__version__, "python": sys.version.split()[0]}
    if job.get("trial"):
        answer({**versions, "layout": faster_layout(job, clients.client, seed)})
        return
    rounds = list(federate(job, clients.client, seed))
    answer({**versions, "seconds": [s for s, _ in rounds], "losses": [loss for _, loss in rounds]})


if __name__ == "__main__":
    main()
