#!/usr/bin/env bash
# Starts dispatch_contracts.yml in $CONSUMER for $CORE_REF and ends as that run ends.
# Needs gh, and GH_TOKEN with actions: write in the consumer's repository (docs/dispatch-token.md).
set -euo pipefail
workflow=${WORKFLOW:-dispatch_contracts.yml}
# What this run is found again by, among others that somebody may start at the same time.
mark="asked-$(date +%s)-$$-$RANDOM"

gh workflow run "$workflow" --repo "$CONSUMER" -f "core_ref=$CORE_REF" -f "asked_by=$mark"
run=""
for _ in $(seq "${TRIES:-30}"); do
  sleep "${PAUSE:-10}"
  run=$(MARK="$mark" gh run list --repo "$CONSUMER" --workflow "$workflow" --event workflow_dispatch \
    --limit 50 --json databaseId,displayTitle \
    --jq '.[] | select(.displayTitle | contains(env.MARK)) | .databaseId')
  if [ -n "$run" ]; then break; fi
done
if [ -z "$run" ]; then
  echo "the run in $CONSUMER did not appear: look at its Actions page, and at the token's rights" >&2
  exit 3
fi
echo "waiting for run $run of $CONSUMER"
gh run watch "$run" --repo "$CONSUMER" --exit-status --interval "${PAUSE:-10}"
