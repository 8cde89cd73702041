#!/bin/sh
# Make the passwords of an installation and, where there is none, a certificate to try it with.
# What is there already stays. prepare.sh [NAME-OF-THIS-MACHINE]
set -eu
umask 077
place=$(cd "$(dirname "$0")" && pwd)
name=${1:-localhost}

secret() { openssl rand -hex 24; }

if [ ! -e "$place/.env" ]; then
    printf 'DATABASE_PASSWORD=%s\nBROKER_PASSWORD=%s\n' "$(secret)" "$(secret)" > "$place/.env"
    echo "Passwords: $place/.env"
fi

mkdir -p "$place/tls"
if [ ! -e "$place/tls/server.crt" ]; then
    cd "$place/tls"
    openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -noenc -days 365 -subj "/CN=Octroi to try it with" \
        -addext "basicConstraints=critical,CA:TRUE" -addext "keyUsage=critical,keyCertSign" \
        -keyout ca.key -out ca.crt 2>/dev/null
    openssl req -newkey ec -pkeyopt ec_paramgen_curve:P-256 -noenc -subj "/CN=$name" -keyout server.key -out server.csr 2>/dev/null
    printf 'subjectAltName=DNS:%s,DNS:broker,DNS:localhost,IP:127.0.0.1\n' "$name" > server.ext
    openssl x509 -req -in server.csr -CA ca.crt -CAkey ca.key -CAcreateserial -days 365 \
        -extfile server.ext -out server.crt 2>/dev/null
    rm -f server.csr server.ext ca.srl
    echo "A certificate for $name, signed by $place/tls/ca.crt: replace it by one that all trust."
fi
# Mosquitto's image runs as 1883 and has to read them.
chmod 755 "$place/tls"
chmod 644 "$place/tls/server.crt"
chown 1883:1883 "$place/tls/server.key" 2>/dev/null ||
    echo "As root: chown 1883:1883 $place/tls/server.key, so that the broker can read it."
