#!/bin/bash
# A container's health check: 0 when the process in it says that it is ready, with what it says otherwise.
# Not in Python: starting an interpreter for each question cost more than the mall itself while nobody works.
port=${MPP_OPS_PORT:-${PORT:-8000}} # the internal port; where none is set, the gateway's own
trap "" PIPE # who hangs up early has said what there is to hear
exec 3<>"/dev/tcp/127.0.0.1/$port" || exit 1
printf 'GET /readyz HTTP/1.0\r\nHost: localhost\r\n\r\n' >&3
IFS= read -r -t 5 status <&3 || { echo "no answer from port $port" >&2; exit 1; }
[[ $status == HTTP/1.[01]\ 200\ * ]] && exit 0
IFS= read -r -d '' -t 5 rest <&3
printf '%s\n%s\n' "$status" "${rest:0:500}" >&2
exit 1
