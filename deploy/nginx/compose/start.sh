#!/bin/sh
# Runs nginx in its container, and tells it where the gateways are: nginx looks a name up once, and a gateway that is made
# anew has another address. A gateway that is gone for now is left out, so that one is enough to start.
# `start.sh known` runs nothing: 0 when nginx was told of the gateways that are there now.
set -u
list=/etc/nginx/mpp/gateways

where() {
  getent ahostsv4 gateway gateway2 | while read -r address kind _; do
    [ "$kind" = STREAM ] && echo "server $address:8000 max_fails=0;"
  done | sort -u
}

if [ "${1:-}" = known ]; then
  [ "$(where)" = "$(cat "$list")" ]
  exit
fi

until [ -s "$list" ]; do
  sleep 1
  where >"$list"
done
nginx -g 'daemon off;' &
nginx=$!
trap 'kill -QUIT $nginx' TERM QUIT INT
while kill -0 $nginx 2>/dev/null; do
  sleep 2 &
  wait $!
  now=$(where)
  if [ -n "$now" ] && [ "$now" != "$(cat "$list")" ]; then
    echo "$now" >"$list"
    nginx -s reload
  fi
done
wait $nginx
