#!/usr/bin/env bash
# Builds what changed, starts it, and follows its log until it is healthy. Arguments (--no-cache,
# --pull, …) go to `larder rebuild`.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")"
../bases/ensure debian:12
exec ../../larder rebuild backend "$@"
