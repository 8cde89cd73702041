#!/bin/sh
# Run Mosquitto, and let it read its accounts again whenever Octroi has written them.
# broker.sh CONFIGURATION ACCOUNTS
set -eu
configuration=$1
accounts=$2

known() { cat "$accounts/rules" "$accounts/passwords" 2>/dev/null | sha256sum; }

until [ -s "$accounts/passwords" ] && [ -s "$accounts/rules" ]; do sleep 1; done
before=$(known)
mosquitto -c "$configuration" &
broker=$!
trap 'kill -TERM "$broker"; wait "$broker"; exit 0' TERM INT

while kill -0 "$broker" 2>/dev/null; do
    sleep 1
    now=$(known)
    if [ "$now" != "$before" ]; then
        before=$now
        kill -HUP "$broker"
    fi
done
wait "$broker"
