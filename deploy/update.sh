#!/bin/sh
# Brings a running mall of docker-compose.yml to the version of this folder, one process after the other. With the front
# (COMPOSE_PROFILES=front in .env) no visitor sees it: whoever is asked meanwhile, one of two copies is there.
#
#   sh deploy/update.sh
#
# Never `--no-deps` here: some versions of compose note what a container depends on, and would make everything anew at the
# next `docker compose up -d`. So `prepare` runs before each step; it changes nothing the second time.
#
# It stops at the first step that fails and leaves the rest as it was: mend it, and start it again. Words after it go to
# each `docker compose`, such as `--env-file /elsewhere/.env`.
set -eu
cd "$(dirname "$0")/.."

known=/etc/nginx/conf.d/compose/start.sh
compose() { docker compose "$@"; }
say() { printf '\n== %s | %s\n' "$1" "$2"; }

# patiently NAME COMMAND...: the command, again each second until it succeeds, for two minutes.
patiently() {
  name=$1
  shift
  left=120
  until told=$("$@" 2>&1); do
    left=$((left - 1))
    [ "$left" -gt 0 ] || { printf '%s\n' "$name: $told"; exit 1; }
    sleep 1
  done
}

# Until every container of this service is ready. Docker asks but once a minute (docker-compose.yml says why).
ready() {
  service=$1
  shift
  for container in $(compose "$@" ps -q "$service"); do
    patiently "$service" docker exec "$container" mpp-ready
  done
}

say "citra baru" "the new image"
compose "$@" build prepare
backups=$(compose "$@" --profile backup config --images | grep -- '-backup$' || true)
if [ -n "$backups" ] && docker image inspect "$backups" >/dev/null 2>&1; then
  compose "$@" --profile backup build backup
fi

say "RabbitMQ dan PostgreSQL, bila setelannya berubah" "RabbitMQ and PostgreSQL, where their settings have changed"
compose "$@" up -d postgres rabbitmq

say "skema basis data dan antrean (versi lama berjalan terus)" "schemas and queues (the former version goes on)"
compose "$@" up -d prepare
prepare=$(compose "$@" ps -aq prepare)
status=$(docker wait "$prepare")
docker logs "$prepare"
[ "$status" = 0 ]

for service in permits civil_registry complaints; do
  say "$service" "$service"
  former=$(compose "$@" ps -q "$service")
  one_more=$(($(printf '%s' "$former" | grep -c . || true) + 1)) # two are there when it stopped between them
  compose "$@" up -d --no-recreate --scale "$service=$one_more" "$service"
  ready "$service" "$@"
  for container in $former; do
    docker stop "$container" >/dev/null # it answers what it has begun
    docker rm "$container" >/dev/null
  done
done

for service in $(compose "$@" config --services | grep '^gateway' | sort -r); do
  say "$service" "$service"
  compose "$@" up -d "$service"
  ready "$service" "$@"
  if [ -n "$(compose "$@" ps -q front 2>/dev/null)" ]; then # the other gateway stays until nginx knows where this one is
    patiently front docker compose "$@" exec -T front sh "$known" known
  fi
done

for service in $(compose "$@" config --services | grep -x -e front -e backup); do
  say "$service" "$service"
  compose "$@" up -d --wait "$service"
done
if [ -n "$(compose "$@" ps -q front 2>/dev/null)" ]; then
  compose "$@" exec -T front sh -c 'nginx -tq && nginx -s reload'
fi
say "selesai" "done"
