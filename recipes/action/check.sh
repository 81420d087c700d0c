#!/usr/bin/env bash
# The action's one step of work: installs contract-check, runs it, says what came out of it.
# Reads its inputs from the environment, so that no ref is ever part of a program's text.
set -euo pipefail
home="$RUNNER_TEMP/contract-check"
reports="$RUNNER_TEMP/contract-check-report"
tool="$home/bin/contract-check"

if [ ! -x "$tool" ]; then
  python3 -m venv "$home"
  "$home/bin/python" -m pip install --quiet --disable-pip-version-check -- "$GITHUB_ACTION_PATH"
fi
mkdir -p "$reports"
rm -f "$reports/report.json" "$reports/report.md"

options=(--core-ref="$CORE_REF" --format terminal --format github)
options+=(--format json="$reports/report.json" --format markdown="$reports/report.md")
if [ -n "${STORE_REF:-}" ]; then options+=(--store-ref="$STORE_REF"); fi
if [ -n "${PROVIDER:-}" ]; then options+=(--provider="$PROVIDER"); fi
if [ -n "${CONSUMER:-}" ]; then options+=(--consumer="$CONSUMER"); fi
if [ -n "${BASELINE:-}" ]; then options+=(--baseline="$BASELINE"); fi
if [ -n "${COMPATIBILITY:-}" ]; then options+=(--compatibility="$COMPATIBILITY"); fi
if [ -n "${FAIL_ON:-}" ]; then options+=(--fail-on="$FAIL_ON"); fi
while IFS= read -r format; do
  format="${format#"${format%%[![:space:]]*}"}"
  format="${format%"${format##*[![:space:]]}"}"
  if [ -n "$format" ]; then options+=(--format="$format"); fi
done <<<"${FORMATS:-}"

code=0
"$tool" "${options[@]}" || code=$?

"$home/bin/python" -I - "$reports/report.json" >>"$GITHUB_OUTPUT" <<'PYTHON'
import json, pathlib, sys

file = pathlib.Path(sys.argv[1])
verdict, breaks = "error", 0
if file.exists():
    told = json.loads(file.read_text(encoding="utf-8"))
    verdict = told["verdict"]
    findings = [item for one in told.get("reports", [told]) for item in one["findings"]]
    breaks = sum(item["severity"] == "break" and not item["suppressed"] for item in findings)
    print(f"report={file}")
print(f"verdict={verdict}\nbreaks={breaks}")
PYTHON
exit "$code"
