#!/usr/bin/env bash
# The requests by curl: forms.
set -euo pipefail
v1=$1/genesys/1/service/callback/sales
v3=$1/engagement/v3/callbacks
ten=2026-03-02T10:00:00Z
outcomes=()

# send ARGUMENTS...: sends a request, and sets `answer` to the body of its answer.
send() {
  local file wait status
  file=$(mktemp)
  read -r status wait < <(curl --silent --max-time 10 --output "$file" \
    --write-out '%{http_code} %header{retry-after}\n' "$@")
  answer=$(<"$file")
  rm "$file"
  outcomes+=("{\"status\": $status, \"wait\": $(if [ -n "$wait" ]; then echo "\"$wait\""; else echo null; fi), \"body\": $answer}")
}

send --get "$v1/availability" -d "start=$ten" -d maxTimeSlots=2
send "$v1" --data-urlencode _customer_number=+14155550100 -d "_desired_time=$ten" --data-urlencode 'name=Zoë 😀'
id=$(sed -E 's/.*"_id": ?"([^"]*)".*/\1/' <<<"$answer")
send "$v3/create" -d serviceName=sales --data-urlencode phoneNumber=+14155550101 -d "desiredTime=$ten"
send "$v3/create" -H 'Content-Type: application/json' -d '{"serviceName": "sales", "phoneNumber": "+14155550429"}'
send "$v1" -F _customer_number=+14155550500
send -X DELETE "$v1/$id"
(
  IFS=,
  echo "[${outcomes[*]}]"
)
