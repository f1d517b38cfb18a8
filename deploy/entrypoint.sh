#!/bin/sh
# Takes secrets from the files that NAME_FILE names, where a program reads NAME alone, and runs modeldex.
set -eu

for name in PGPASSWORD AWS_ACCESS_KEY_ID AWS_SECRET_ACCESS_KEY; do
    eval "file=\${${name}_FILE:-}"
    if [ -n "$file" ]; then
        if ! [ -r "$file" ]; then
            echo "the file of ${name}_FILE cannot be read by user $(id -u)" >&2
            exit 1
        fi
        secret=$(cat "$file")
        export "$name=$secret"
    fi
done
unset name file secret

exec modeldex "$@"
