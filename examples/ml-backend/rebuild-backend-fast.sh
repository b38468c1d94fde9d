#!/usr/bin/env bash
# Builds what changed, starts it, and follows its log until it is healthy. Arguments (--no-cache,
# --pull, …) go to `larder rebuild`.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")"
../bases/ensure debian:12
command=(../../larder rebuild backend "$@")
# This machine's configuration of pip holds for the build too.
if python3 -m pip --version >/dev/null 2>&1; then
  command=(./serve-index backend/requirements.txt "${command[@]}")
fi
exec "${command[@]}"
