#!/bin/bash
# `docker` for a world made by composeInNamespaces.mjs. The two frequent commands need no node.
arguments=("$@")
[ "$1" = compose ] && shift
while [ "$1" = -f ]; do shift 2; done
command=$1
shift
case $command in
  exec)
    while [[ $1 = -* ]]; do shift; done
    net=$(cat "$NETNS_STATE/$1/net" 2> /dev/null) || { echo "service \"$1\" is not running" >&2; exit 1; }
    shift
    exec nsenter "--net=/run/netns/$net" -- "$@"
    ;;
  logs)
    for service; do [[ $service = -* ]] || cat "$NETNS_STATE/$service.log"; done
    ;;
  *) exec node "$(dirname "$(readlink -f "$0")")/composeInNamespaces.mjs" "${arguments[@]}" ;;
esac
