# shellcheck shell=sh
# What the scripts share: the root of the repository as working directory, Node on PATH, and how to
# speak. Each script sources it first; its own leading comment is what `--help` prints.

program=${0##*/}
root=$(cd -- "$(dirname -- "$0")/.." && pwd)
cd -- "$root" || exit 1

# Where bootstrap puts Node when the system's is too old.
for directory in "$root"/.cache/node/node_modules/node-linux-*/bin; do
    [ ! -x "$directory/node" ] || PATH=$directory:$PATH
done

say() {
    printf '%s: %s\n' "$program" "$*"
}

die() {
    printf '%s: error: %s\n' "$program" "$*" >&2
    exit 1
}

has() {
    command -v "$1" >/dev/null 2>&1
}

# Prints the comment at the top of the script.
help() {
    awk 'NR == 1 { next } !/^#/ { exit } { sub(/^# ?/, ""); print }' "$root/script/$program"
}

# The platform in the words that the argument chooses: `platform amd64 arm64`.
platform() {
    case $(uname -m) in
    x86_64) echo "$1" ;;
    aarch64 | arm64) echo "$2" ;;
    *) die "no prover for a $(uname -m) machine: Barretenberg comes for x86_64 and aarch64" ;;
    esac
}

# The prover that npm brought, relative to the root.
bb_path() {
    echo "node_modules/@aztec/bb.js/build/$(platform amd64 arm64)-linux/bb"
}

# hash_of FILE...: one sha256 over the names and contents of files.
hash_of() {
    sha256sum -- "$@" | sha256sum | cut -d ' ' -f 1
}
