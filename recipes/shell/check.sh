#!/usr/bin/env sh
# Any other pipeline: sh check.sh REF [further options]. Leaves report.json, report.xml, report.html.
set -eu
ref=${1:?usage: check.sh REF [OPTIONS]}
shift
home=${CONTRACT_CHECK_HOME:-.contract-check}
if [ ! -x "$home/bin/contract-check" ]; then
  python3 -m venv "$home"
  "$home/bin/python" -m pip install --quiet "${CONTRACT_CHECK_INSTALL:-market-data-contract-check}"
fi
# In one word, so that no ref can be taken for an option.
exec "$home/bin/contract-check" --core-ref="$ref" --format terminal \
  --format json=report.json --format junit=report.xml --format html=report.html "$@"
