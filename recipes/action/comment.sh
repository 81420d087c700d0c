#!/usr/bin/env bash
# Writes the Markdown report as a comment on the pull request; the one of the last run is updated.
# Needs gh, GH_TOKEN with pull-requests: write, and a REPORT (the JSON file; report.md beside it).
set -euo pipefail
body="${REPORT%.json}.md"
marker=$(head -n 1 "$body")
comments="repos/$GITHUB_REPOSITORY/issues/$PULL_REQUEST/comments"

MARKER="$marker" gh api "$comments" --paginate \
  --jq '.[] | select(.user.type == "Bot" and (.body | startswith(env.MARKER))) | .id' >"$body.ids"
id=$(head -n 1 "$body.ids")
if [ -n "$id" ]; then
  gh api --silent --method PATCH "repos/$GITHUB_REPOSITORY/issues/comments/$id" -F body=@"$body"
else
  gh api --silent --method POST "$comments" -F body=@"$body"
fi
