#!/usr/bin/env bash
# Gradescope runs this once, when it builds the container of the assignment.
set -euo pipefail

apt-get update
apt-get install -y --no-install-recommends git python3 python3-venv
python3 -m venv /opt/grader
/opt/grader/bin/pip install --quiet "cnn-grader @ git+https://github.com/YOUR-ORGANISATION/cnn-grader@COMMIT"
