"""The opponent of `tributary bench l1norm`: PyTorch's batch normalisation of float32, forward and backward."""
import time

from wire import hello, serve, torch_or_error

torch = torch_or_error()


def norm(batch, channels, side, threads, seconds):
    """Repeats until `seconds` are over; batches a second."""
    torch.manual_seed(1)
    torch.set_num_threads(threads)
    layer = torch.nn.BatchNorm2d(channels).train()
    x = torch.randn(batch, channels, side, side, requires_grad=True)
    dy = torch.randn(batch, channels, side, side)
    layer(x).backward(dy)
    times = 0
    begin = time.perf_counter()
    while times == 0 or time.perf_counter() - begin < seconds:
        x.grad = None
        layer.zero_grad(set_to_none=True)
        layer(x).backward(dy)
        times += 1
    return {"rate": times / (time.perf_counter() - begin)}


if __name__ == "__main__":
    serve({"hello": hello, "norm": norm})
