#!/usr/bin/env bash
# Makes the keys and signatures of this folder with GnuPG, a program that we did not write.
# The secret keys are thrown away: whoever runs it gets other bytes of the same kinds.
set -euo pipefail
cd "$(dirname "$0")"
export GNUPGHOME=$(mktemp -d); trap 'rm -rf "$GNUPGHOME"' EXIT
g() { gpg --batch --quiet --no-tty --pinentry-mode loopback --passphrase '' --trust-model always --allow-weak-digest-algos "$@"; }
at() { local time=$1; shift; g --faked-system-time "$time" "$@"; }
print() { g --armor --export "$1" > "$2.asc"; g --with-colons --fingerprint "$1" | awk -F: '$1=="fpr"{print tolower($10); exit}' > "$2.fingerprint"; }
sign() { local out=$1; shift; rm -f "$out"; "$@" --armor --output "$out" --detach-sign document.json; }

printf '{"document":{"title":"signed by many"}}\n' > document.json
# One key that signs itself.
at 20240101T000000 --quick-generate-key plain@maker.example ed25519 sign never
print plain@maker.example plain
sign plain.sig at 20250101T000000 --local-user plain@maker.example
sign weak.sig at 20250101T000000 --local-user plain@maker.example --digest-algo SHA1
sign text.sig at 20250101T000000 --local-user plain@maker.example --textmode
sign future.sig at 20400101T000000 --local-user plain@maker.example
sign spent.sig at 20250101T000000 --local-user plain@maker.example --default-sig-expire 30d
sign early.sig at 20230101T000000 --local-user plain@maker.example --ignore-time-conflict
# RSA, as CISA and Red Hat use.
at 20240101T000000 --quick-generate-key rsa@maker.example rsa2048 sign never
print rsa@maker.example rsa
sign rsa.sig at 20250101T000000 --local-user rsa@maker.example --digest-algo SHA512
# A key that only certifies, with a subkey that signs and one that is not for signing.
at 20240101T000000 --quick-generate-key subkey@maker.example ed25519 cert never
fingerprint=$(g --with-colons --fingerprint subkey@maker.example | awk -F: '$1=="fpr"{print $10; exit}')
at 20240101T000000 --quick-add-key "$fingerprint" ed25519 sign never
print subkey@maker.example subkey
sign subkey.sig at 20250101T000000 --local-user subkey@maker.example
# A key that ran out between two signatures: it signs while it is unlimited, and is limited after.
at 20240101T000000 --quick-generate-key spent@maker.example ed25519 sign never
sign spent_key_before.sig at 20240601T000000 --local-user spent@maker.example
sign spent_key_after.sig at 20250801T000000 --local-user spent@maker.example
fingerprint=$(g --with-colons --fingerprint spent@maker.example | awk -F: '$1=="fpr"{print $10; exit}')
at 20240701T000000 --quick-set-expire "$fingerprint" 6m
print spent@maker.example spent_key
# A key that its owner took back.
at 20240101T000000 --quick-generate-key revoked@maker.example ed25519 sign never
sign revoked.sig at 20240601T000000 --local-user revoked@maker.example
fingerprint=$(g --with-colons --fingerprint revoked@maker.example | awk -F: '$1=="fpr"{print $10; exit}')
sed 's/^:-----BEGIN/-----BEGIN/' "$GNUPGHOME/openpgp-revocs.d/$fingerprint.rev" | g --import
print revoked@maker.example revoked
# Nobody whom we know.
at 20240101T000000 --quick-generate-key stranger@other.example ed25519 sign never
print stranger@other.example stranger
sign stranger.sig at 20250101T000000 --local-user stranger@other.example
