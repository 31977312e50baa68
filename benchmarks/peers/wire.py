"""How a peer talks: a JSON object per line on the standard input, one per line on the standard output."""
import json
import sys


def serve(operations):
    """Answers requests until the input ends. `operations` maps the request's "op" to a function of the request."""
    answers = sys.stdout
    # What libraries print must not get between the answers.
    sys.stdout = sys.stderr
    for line in sys.stdin:
        request = json.loads(line)
        try:
            answer = operations[request.pop("op")](**request)
        except Exception as fault:
            answer = {"error": f"{type(fault).__name__}: {fault}"}
        answers.write(json.dumps(answer) + "\n")
        answers.flush()


def torch_or_error(waits=True):
    """Imports torch; or says what is wrong, to the first request if the program waits for any, and ends."""
    try:
        import torch
        return torch
    except Exception as fault:
        if waits:
            sys.stdin.readline()
        print(json.dumps({"missing": f"{sys.executable} cannot import torch: {fault}"}), flush=True)
        sys.exit(1)


def hello():
    """Who answers."""
    import torch
    return {"torch": torch.__version__, "python": sys.version.split()[0]}
