# shellcheck shell=sh
# The platform that an image is made for, in the words of Debian's packages; sourced by the scripts of a
# build stage. TARGETARCH comes from the builder; without it, this machine's own.

# shellcheck disable=SC2034 # the scripts use triplet
architecture=${TARGETARCH:-$(dpkg --print-architecture)}
case $architecture in
amd64) triplet=x86_64-linux-gnu ;;
arm64) triplet=aarch64-linux-gnu ;;
*)
    echo "error: no prover for $architecture: Barretenberg comes for amd64 and arm64" >&2
    exit 1
    ;;
esac

is_foreign() {
    [ "$architecture" != "$(dpkg --print-architecture)" ]
}
