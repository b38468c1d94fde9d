#!/usr/bin/env bash
# Builds what changed, starts it, and follows its log until it is healthy. Arguments go to `larder rebuild`
# (--no-cache, --pull, …).
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")"
../bases/ensure debian:12
exec ../../larder rebuild backend "$@"
