#!/bin/sh
# Starts an app with the permissions that its configuration needs, and no others:
#   sh start.sh <folder of the app> [arguments of the app]
# This shell becomes the app: its process id, its signals and its exit code are the app's.
app=$1
shift
# A stop that comes before: the first process of a container has no other way to end on a signal.
trap 'exit 0' TERM INT
command=$(deno run --no-prompt --cached-only --no-remote --allow-env --allow-read --allow-net "$app/src/print-command.ts") || exit
# A word is a line: a path may have blanks, and a star of it stands for itself.
set -f
IFS='
'
exec $command "$@"
