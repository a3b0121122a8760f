#!/bin/sh
# Checks an archive's receipt with what every system has: sha256sum, base64, sed and openssl (1.1.1 or newer).
# usage: check-receipt.sh FILE RECEIPT LOGKEY
# Prints each step; the exit status is 0 only where all of them hold. docs/receipts.md says what each step is.
set -eu
file=$1 receipt=$2 key=$3
work=$(mktemp -d)
trap 'rm -r "$work"' EXIT
sha256() { openssl dgst -sha256 -binary; }
say() { printf '%-11s %s\n' "$1" "$2"; }
fail() { say "$1" "WRONG: $2"; exit 1; }

# What the receipt holds.
[ "$(sed -n 1p "$receipt")" = 'c2sp.org/tlog-proof@v1' ] || fail receipt "it isn't one"
sed -n '2s/^extra //p' "$receipt" | base64 -d > "$work/extra"
tail -c +33 "$work/extra" > "$work/record"
index=$(sed -n '3s/^index //p' "$receipt")
sed '1,3d;/^$/,$d' "$receipt" > "$work/path"
sed '1,/^$/d' "$receipt" | sed '/^$/,$d' > "$work/text"
size=$(sed -n 2p "$work/text") root=$(sed -n 3p "$work/text")
for number in "$index" "$size"; do
    case $number in '' | *[!0-9]* | 0?* | ???????????????????*) fail receipt "it has no index or no size" ;; esac
done
member() { sed -n "s/.*\"$1\":\"\\([^\"]*\\)\".*/\\1/p" "$work/record"; }

# File and record.
[ "$(sha256sum < "$file" | cut -d ' ' -f 1)" = "$(member sha256)" ] || fail file "its SHA-256 isn't the record's"
say file "SHA-256 $(member sha256)"

# Commitment, entry, leaf.
commitment=$( (printf 'kyso.record/v1\n'; cat "$work/extra") | sha256 | base64)
printf 'kyso.log/v1\n%s\n%s\n%s\n' "$(member kind)" "$(member at)" "$commitment" > "$work/entry"
(printf '\000'; cat "$work/entry") | sha256 > "$work/node"
say entry "$(member kind) $(member at)"

# From the leaf up to the root (RFC 9162, 2.1.3.2).
at=$index last=$((size - 1))
while read -r hash; do
    [ "$last" != 0 ] || fail path "it's too long"
    printf '%s\n' "$hash" | base64 -d > "$work/side"
    if [ $((at % 2)) = 1 ] || [ "$at" = "$last" ]; then
        (printf '\001'; cat "$work/side" "$work/node") | sha256 > "$work/up"
        while [ $((at % 2)) = 0 ] && [ "$at" != 0 ]; do at=$((at / 2)) last=$((last / 2)); done
    else
        (printf '\001'; cat "$work/node" "$work/side") | sha256 > "$work/up"
    fi
    mv "$work/up" "$work/node"
    at=$((at / 2)) last=$((last / 2))
done < "$work/path"
[ "$last" = 0 ] || fail path "it's too short"
[ "$(base64 < "$work/node")" = "$root" ] || fail path "it doesn't lead to the checkpoint's root"
say path "entry $index of $size leads to the root $root"

# The log's signature of the checkpoint: behind the key's id, which has four octets.
name=$(cut -d + -f 1 "$key")
[ "$(sed -n 1p "$work/text")" = "$name" ] || fail signature "the checkpoint is of another log than $name"
# The key's text ends in the base64 of one octet, which is 1 for Ed25519, and the key: put into the form that openssl reads.
(printf '\060\052\060\005\006\003\053\145\160\003\041\000'; cut -d + -f 3- "$key" | base64 -d | tail -c +2) > "$work/key"
sed '1,/^$/d' "$receipt" | sed -n "s|^— $name ||p" | head -n 1 | base64 -d | tail -c +5 > "$work/signature"
openssl pkeyutl -verify -pubin -keyform DER -inkey "$work/key" -rawin -in "$work/text" -sigfile "$work/signature" \
    > "$work/said" 2>&1 || fail signature "it isn't by the key of $name"
say signature "by the key of $name"
