#!/usr/bin/env bash
# Records what both generations of Docker Compose print of each case: record.sh PATH-OF-COMPOSE-2 PATH-OF-COMPOSE-1. A case that one of them
# does not take has no recording of it.
set -uo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")"
for folder in */; do
  (
    cd "$folder" || exit 1
    arguments=(); [[ $folder == defaults/ ]] || arguments=(--project-name "${folder%/}")
    for file in [0-9].yml; do arguments+=(-f "$file"); done
    [[ ! -f profiles ]] || arguments+=(--profile "$(cat profiles)")
    "$1" "${arguments[@]}" config >config-2.yml 2>/dev/null || rm config-2.yml
    "$2" "${arguments[@]}" config >config-1.yml 2>/dev/null || rm config-1.yml
  )
done
