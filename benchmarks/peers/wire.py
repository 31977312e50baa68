"""How a peer talks: a JSON object per line on the standard input, one per line on the standard output."""
import json
import math
import os
import sys

# Only answers may go out there. Libraries print too, those written in C past Python: all that goes to the standard
# error, from before the first of them is imported.
_answers = os.fdopen(os.dup(1), "w", encoding="utf-8")
os.dup2(2, 1)


def finite(value):
    """The same with null for numbers that are not finite, which JSON does not know."""
    if isinstance(value, dict):
        return {key: finite(each) for key, each in value.items()}
    if isinstance(value, (list, tuple)):
        return [finite(each) for each in value]
    return None if isinstance(value, float) and not math.isfinite(value) else value


def answer(fields):
    """Writes one answer."""
    _answers.write(json.dumps(finite(fields), allow_nan=False) + "\n")
    _answers.flush()


def serve(operations):
    """Answers requests until the input ends. `operations` maps the request's "op" to a function of the request."""
    for line in sys.stdin:
        request = json.loads(line)
        try:
            result = operations[request.pop("op")](**request)
        except Exception as fault:
            result = {"error": f"{type(fault).__name__}: {fault}"}
        answer(result)


def torch_or_error(waits=True):
    """Imports torch; or says what is wrong, to the first request if the program waits for any, and ends."""
    try:
        import torch
        return torch
    except Exception as fault:
        if waits:
            sys.stdin.readline()
        answer({"missing": f"{sys.executable} cannot import torch: {fault}"})
        # The answer says all; another status would say that there is none.
        sys.exit(0)


def hello():
    """Who answers."""
    import torch
    return {"torch": torch.__version__, "python": sys.version.split()[0]}
