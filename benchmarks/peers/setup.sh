#!/usr/bin/env bash
# Makes the Python environment of the benchmarks' opponents in benchmarks/peers/.venv, where ./tributary bench finds it.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")"
"${PYTHON:-python3}" -m venv .venv
.venv/bin/pip install --quiet torch==2.13.0 numpy
.venv/bin/python -c 'import torch; print("PyTorch", torch.__version__)'
