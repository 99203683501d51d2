#!/bin/sh
# Prints the Python that the mall should run on: python3; but where that was built without optimisations (as pyenv does
# by itself), and the system's own is new enough, the system's, whose maker built it with them.
usable='
import ensurepip, sys, sysconfig, venv
optimised = "--enable-optimizations" in (sysconfig.get_config_var("CONFIG_ARGS") or "") or sys.base_prefix == "/usr"
sys.exit(not (optimised and sys.version_info >= (3, 11)))
'
for python in python3 /usr/bin/python3; do
  if "$python" -c "$usable" 2>/dev/null; then
    echo "$python"
    exit
  fi
done
echo python3
