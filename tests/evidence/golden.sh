#!/bin/bash
# Make the golden files of tests/vectors/evidence with other implementations: Go's note package, ssh-keygen, openssl.
# The key is the test key, Ed25519 seed 07 07 07 …; nothing here runs code of this project.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
out=$here/../vectors/evidence
mkdir -p "$out/bad"
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

export GO111MODULE=off GOPATH=$work/go:/usr/share/gocode GOCACHE=$work/cache
go build -o "$work/peer" "$here/peer.go"
"$work/peer" sign >"$out/go.checkpoint"
"$work/peer" vkey >"$out/go.vkey"

# RFC 8410: PKCS #8 of a seed is a fixed header and the seed.
{ printf '302e020100300506032b657004220420'; printf '07%.0s' {1..32}; } | xxd -r -p >"$work/key.der"
openssl pkey -inform DER -in "$work/key.der" -out "$work/key.pem"
openssl pkey -in "$work/key.pem" -pubout -out "$out/openssl-public.pem"
openssl pkey -in "$work/key.pem" -pubout -outform DER | tail -c 32 >"$work/public"
seed() { printf '07%.0s' {1..32} | xxd -r -p; }

# openssh-key-v1 (PROTOCOL.key), unencrypted, by hand: ssh-keygen does not read Ed25519 keys from PKCS #8.
u32() { printf '%08x' "$1" | xxd -r -p; }
string() { u32 "$(stat -c %s "$1")"; cat "$1"; }
text() { printf %s "$1" >"$work/text"; string "$work/text"; }
{ text ssh-ed25519; string "$work/public"; } >"$work/public.blob"
{ seed; cat "$work/public"; } >"$work/pair"
{ u32 1; u32 1; text ssh-ed25519; string "$work/public"; string "$work/pair"; text test; } >"$work/private"
n=$(stat -c %s "$work/private")
# shellcheck disable=SC2059 # the format is the escape
for ((i = 1; (n + i - 1) % 8 != 0; i++)); do printf "\\x$(printf %02x "$i")" >>"$work/private"; done
{
    printf 'openssh-key-v1\0'; text none; text none; text ''; u32 1
    string "$work/public.blob"; string "$work/private"
} | base64 -w 70 >"$work/body"
{ echo '-----BEGIN OPENSSH PRIVATE KEY-----'; cat "$work/body"; echo '-----END OPENSSH PRIVATE KEY-----'; } >"$work/id"
chmod 600 "$work/id"
ssh-keygen -y -f "$work/id" >"$work/id.pub"

printf 'the bytes that are signed\n' >"$work/message"
sign() { ssh-keygen -q -Y sign -f "$work/id" "$@" <"$work/message" 2>/dev/null; }
sign -n consentlog-evidence@v1 >"$out/ssh-keygen.sig"
sign -n file >"$out/bad/namespace-file.sig"
sign -n consentlog-evidence@v1 -O hashalg=sha256 >"$out/bad/hash-sha256.sig"
printf 'consentlog namespaces="consentlog-evidence@v1" %s\n' "$(cut -d ' ' -f 1,2 "$work/id.pub")" >"$out/allowed_signers"
ssh-keygen -l -f "$work/id.pub" | cut -d ' ' -f 2 >"$out/ssh-keygen.fingerprint"
