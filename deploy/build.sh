#!/bin/sh
# Make everything the server needs in this folder, from the locked requirements: the image is made
# by this, and whoever installs without one may run it too. Nothing that only tests need stays.
set -eu
cd "$(dirname "$0")/.."
. bin/lib.sh
make_environment run
build_front_end run
.venv/bin/python bin/compile_translations.py
rm -rf frontend/node_modules
